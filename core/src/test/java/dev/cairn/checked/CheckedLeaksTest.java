package dev.cairn.checked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.cairn.alloc.Allocator;
import dev.cairn.check.CheckedAllocator;
import dev.cairn.check.DamagedBlockException;
import dev.cairn.check.Leak;
import dev.cairn.check.LeakReport;
import dev.cairn.memory.Heap;
import dev.cairn.platform.ChildJvm;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/// In a package of its own, because frames of Cairn's packages are not the caller's place.
class CheckedLeaksTest {
  private final List<LeakReport> reports = new ArrayList<>();

  @Test
  void whatIsLiveIsGroupedByTheCallsThatAllocatedIt() {
    CheckedAllocator heap =
        CheckedAllocator.builder().stackDepth(2).onLeak(reports::add).over(heap(1 << 20));
    List<MemorySegment> blocks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      blocks.add(first(heap));
    }
    MemorySegment other = second(heap);
    LeakReport report = heap.leaks();
    assertThat(report.isEstimated()).isFalse();
    assertThat(report.blocks()).isEqualTo(4);
    assertThat(report.bytes()).isEqualTo(400);
    assertThat(report.leaks()).extracting(Leak::blocks).containsExactly(3L, 1L);
    assertThat(report.leaks().getFirst().stack())
        .extracting(StackTraceElement::getMethodName)
        .containsExactly("allocate", "first");
    assertThat(report.leaks().getFirst().age()).isPositive();
    assertThat(report.leaks().getLast().stack())
        .extracting(StackTraceElement::getMethodName)
        .containsExactly("allocate", "second");
    blocks.forEach(heap::free);
    assertThat(heap.leaks().bytes()).isEqualTo(100);
    assertThat(other.byteSize()).isEqualTo(100);
    heap.close();
    assertThat(reports).hasSize(1);
    assertThat(reports.getFirst().collapsed())
        .isEqualTo(
            "dev.cairn.checked.CheckedLeaksTest.second;"
                + "dev.cairn.checked.CheckedLeaksTest.allocate 100\n");
  }

  @Test
  void nothingIsReportedWhereAllIsFreed() {
    CheckedAllocator heap = CheckedAllocator.builder().onLeak(reports::add).over(heap(1 << 20));
    heap.free(first(heap));
    heap.close();
    assertThat(reports).isEmpty();
  }

  @Test
  void whatIsLiveIsReportedAtExitUnlessTheAllocatorWasClosed() throws Exception {
    assertThat(ChildJvm.run(Forgetful.class))
        .startsWith(
            "growable heap of 1048576 bytes was not closed before the exit, and has live blocks:\n"
                + "1 block of 100 bytes, allocated at ")
        .contains("CheckedLeaksTest$Forgetful.main(")
        .doesNotContain("200");
  }

  /// Exits with a block that nobody has freed.
  static final class Forgetful {
    private Forgetful() {}

    public static void main(String[] args) {
      CheckedAllocator closed = CheckedAllocator.builder().reportingAtExit().over(heap(1 << 20));
      closed.free(closed.allocate(200, 8));
      closed.close();
      var _ = CheckedAllocator.builder().reportingAtExit().over(heap(1 << 20)).allocate(100, 8);
    }
  }

  @Test
  void aSampleStandsForAll() {
    double sum = 0;
    int seeds = 50;
    for (int seed = 0; seed < seeds; seed++) {
      try (CheckedAllocator heap =
          CheckedAllocator.builder()
              .sampledEvery(4096)
              .seed(seed)
              .onLeak(_ -> {})
              .over(heap(4 << 20))) {
        for (int i = 0; i < 2000; i++) {
          first(heap);
        }
        LeakReport report = heap.leaks();
        assertThat(report.isEstimated()).isTrue();
        assertThat((double) report.bytes()).isBetween(0.3 * 200_000, 2.0 * 200_000);
        sum += report.bytes();
      }
    }
    // Some 48 blocks of each seed are sampled, so the mean has a standard error of 2 %.
    assertThat(sum / seeds).isCloseTo(200_000, within(16_000.0));
  }

  @Test
  void aSampledBlockIsCheckedAndTheOthersAreTheHeaps() {
    Heap below = heap(4 << 20);
    try (CheckedAllocator heap =
        CheckedAllocator.builder().sampledEvery(1000).seed(1).onLeak(_ -> {}).over(below)) {
      int found = 0;
      for (int i = 0; i < 200; i++) {
        MemorySegment block = heap.allocate(100, 8);
        boolean isSampled = block.get(ValueLayout.JAVA_INT, 0) == 0xA5A5A5A5;
        if (isSampled) {
          overwriteBehind(block);
          DamagedBlockException damage =
              Assertions.catchThrowableOfType(DamagedBlockException.class, () -> heap.free(block));
          assertThat(damage.offset()).isEqualTo(100);
          found++;
        } else {
          heap.free(block);
        }
      }
      // One in ten.
      assertThat(found).isBetween(8, 40);
      heap.validate();
      below.validate();
      assertThat(heap.stats().liveBlocks()).isZero();
      assertThat(heap.stats().liveBytes()).isZero();
    }
  }

  @SuppressWarnings("restricted")
  private static void overwriteBehind(MemorySegment block) {
    block.reinterpret(101).set(ValueLayout.JAVA_BYTE, 100, (byte) 1);
  }

  private static Heap heap(long byteLimit) {
    return Heap.builder().onLeak(_ -> {}).growable(byteLimit);
  }

  private static MemorySegment first(Allocator heap) {
    return allocate(heap);
  }

  private static MemorySegment second(Allocator heap) {
    return allocate(heap);
  }

  private static MemorySegment allocate(Allocator heap) {
    return heap.allocate(100, 8);
  }
}
