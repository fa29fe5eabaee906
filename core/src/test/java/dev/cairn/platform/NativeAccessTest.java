package dev.cairn.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.memory.Frame;
import dev.cairn.memory.Heap;
import dev.cairn.memory.Stack;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Runs programs in JVMs that give Cairn no native access.
class NativeAccessTest {

  @Test
  void withoutNativeAccessAHeapWorks() throws Exception {
    assertThat(run(UsesAHeap.class)).isEqualTo("42\n");
  }

  @Test
  void withoutNativeAccessAFrameNamesTheOptionToAdd() throws Exception {
    assertThat(run(PushesAFrame.class))
        .contains("needs native access: start the JVM with --enable-native-access=ALL-UNNAMED");
  }

  private static String run(Class<?> program) throws IOException, InterruptedException {
    String classPath =
        location(Heap.class) + System.getProperty("path.separator") + location(program);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--illegal-native-access=deny",
                "-cp",
                classPath,
                program.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }

  private static Path location(Class<?> type) {
    return Path.of(
        java.net.URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
  }

  static final class UsesAHeap {
    private UsesAHeap() {}

    public static void main(String[] args) {
      try (Heap heap = Heap.fixed(4096)) {
        MemorySegment block = heap.allocateFrom(ValueLayout.JAVA_INT, 42);
        System.out.println(block.get(ValueLayout.JAVA_INT, 0));
        heap.free(block);
      }
    }
  }

  static final class PushesAFrame {
    private PushesAFrame() {}

    public static void main(String[] args) {
      try (Frame frame = Stack.push()) {
        System.out.println(frame.allocate(8, 8).byteSize());
      }
    }
  }
}
