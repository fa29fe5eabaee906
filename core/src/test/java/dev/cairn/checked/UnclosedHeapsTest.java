package dev.cairn.checked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.memory.Heap;
import dev.cairn.platform.ChildJvm;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// What is told of heaps that nobody closes, and what a heap costs that nobody checks.
class UnclosedHeapsTest {
  private static final String FULL = "-Ddev.cairn.check=full";

  @Test
  void withThePropertyAHeapThatIsNotClosedIsReportedAtExit() throws Exception {
    assertThat(ChildJvm.run(Forgetful.class)).isEmpty();
    assertThat(ChildJvm.run(Forgetful.class, FULL))
        .startsWith(
            "growable heap of 1048576 bytes was not closed before the exit, and has live blocks:\n"
                + "1 block of 100 bytes, allocated at UnclosedHeapsTest$Forgetful.main(")
        .doesNotContain("65536");
  }

  /// Exits with a heap that has a live block, and one that has none.
  static final class Forgetful {
    private Forgetful() {}

    public static void main(String[] args) {
      Heap empty = Heap.fixed(65536);
      empty.free(empty.allocate(200, 8));
      Heap.growable(1 << 20).allocate(100, 8).fill((byte) 1);
    }
  }

  @Test
  void aHeapThatIsLostIsCollectedAndReportedThen() throws Exception {
    assertThat(ChildJvm.run(Losing.class, FULL))
        .startsWith(
            "growable heap of 1048576 bytes was never closed, and nobody can now; it has live"
                + " blocks:\n1 block of 100 bytes, allocated at UnclosedHeapsTest$Losing.lose(")
        .endsWith("collected, 7\n");
  }

  /// Keeps a block of a heap, and not the heap.
  static final class Losing {
    private Losing() {}

    public static void main(String[] args) throws InterruptedException {
      ByteArrayOutputStream told = new ByteArrayOutputStream();
      System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
      MemorySegment[] block = new MemorySegment[1];
      WeakReference<Heap> heap = lose(block);
      for (int i = 0; i < 2000 && (heap.get() != null || told.size() == 0); i++) {
        System.gc();
        Thread.sleep(10);
      }
      System.out.print(told.toString(StandardCharsets.UTF_8));
      String end = heap.get() == null ? "collected, " : "kept, ";
      System.out.println(end + block[0].get(ValueLayout.JAVA_BYTE, 99));
    }

    private static WeakReference<Heap> lose(MemorySegment[] block) {
      Heap heap = Heap.growable(1 << 20);
      block[0] = heap.allocate(100, 8).fill((byte) 7);
      return new WeakReference<>(heap);
    }
  }

  @Test
  void theClassOfCheckedHeapsIsLoadedWhereOneIsOpenedAlone() throws Exception {
    String logged = "-Xlog:class+load";
    assertThat(ChildJvm.run(Opening.class, logged))
        .contains("dev.cairn.memory.Heap ")
        .doesNotContain("dev.cairn.memory.CheckedHeap");
    assertThat(ChildJvm.run(Opening.class, logged, FULL)).contains("dev.cairn.memory.CheckedHeap");
  }

  /// Opens heaps of each kind.
  static final class Opening {
    private Opening() {}

    public static void main(String[] args) {
      try (Heap fixed = Heap.fixed(65536);
          Heap growable = Heap.growable(65536);
          Heap over = Heap.over(fixed.allocate(4096, 16))) {
        growable.free(growable.allocate(over.stats().limitBytes(), 8));
      }
    }
  }
}
