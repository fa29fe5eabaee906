package dev.cairn.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.memory.Frame;
import dev.cairn.memory.Heap;
import dev.cairn.memory.Stack;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/// Runs programs in JVMs that give Cairn no native access.
class NativeAccessTest {
  private static final String DENY = "--illegal-native-access=deny";
  private static final String NOTHING_RESERVED =
      """
      false
      null
      reserving memory needs Linux on x86-64 or AArch64, and native access: start the JVM with \
      --enable-native-access=ALL-UNNAMED, or take memory from an Arena where isSupported() is false
      """;

  @Test
  void withoutNativeAccessAHeapWorks() throws Exception {
    assertThat(ChildJvm.run(UsesAHeap.class, DENY)).isEqualTo("42\n");
  }

  @Test
  void withoutNativeAccessAFrameNamesTheOptionToAdd() throws Exception {
    assertThat(ChildJvm.run(PushesAFrame.class, DENY))
        .contains("needs native access: start the JVM with --enable-native-access=ALL-UNNAMED");
  }

  @Test
  void withoutNativeAccessNothingIsReserved() throws Exception {
    assertThat(ChildJvm.run(Reserves.class, DENY)).isEqualTo(NOTHING_RESERVED);
  }

  @Test
  void whereNativeAccessWouldWarnNothingIsReservedAndNobodyIsWarned() throws Exception {
    assertThat(ChildJvm.run(Reserves.class)).isEqualTo(NOTHING_RESERVED);
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

  static final class Reserves {
    private Reserves() {}

    public static void main(String[] args) {
      System.out.println(Reservation.isSupported());
      System.out.println(Reservation.tryReserve(4096, 4096));
      try {
        System.out.println(Reservation.pageSize());
      } catch (UnsupportedOperationException refusal) {
        System.out.println(refusal.getMessage());
      }
    }
  }
}
