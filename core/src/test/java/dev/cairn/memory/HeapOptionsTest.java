package dev.cairn.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cairn.platform.ChildJvm;
import dev.cairn.platform.Proc;
import dev.cairn.platform.Reservation;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// What a heap is told when it is built: where its memory comes from, and what is in place.
class HeapOptionsTest {
  private static final long MIB = 1 << 20;

  @Test
  void memoryComesFromWhereItSaysAndServesAlike() {
    String pages = Reservation.isSupported() ? "PAGES" : "ARENAS";
    assertServes(Heap.fixed(16 * MIB), pages);
    assertServes(Heap.growable(64 * MIB), pages);
    assertServes(Heap.builder().pretouched().fixed(16 * MIB), pages);
    assertServes(Heap.builder().fromArenas().fixed(16 * MIB), "ARENAS");
    assertServes(Heap.builder().fromArenas().growable(64 * MIB), "ARENAS");
    // What is smaller than 2 MiB has no pages of its own.
    assertServes(Heap.fixed(MIB), 10_000, "ARENAS");
    assertServes(Heap.growable(MIB), 10_000, "ARENAS");
  }

  @Test
  void memoryOfTheCallerHasNoSourceAndServesAsWell() {
    try (Arena arena = Arena.ofConfined()) {
      assertServes(Heap.over(arena.allocate(16 * MIB)));
    }
    assertServes(Heap.over(MemorySegment.ofArray(new byte[16 << 20])));
  }

  @Test
  void aGrowableHeapHasNoSourceBeforeItsFirstBlock() {
    try (Heap heap = Heap.growable(64 * MIB)) {
      assertThat(heap.sources()).isEmpty();
    }
  }

  private static void assertServes(Heap heap, String... sources) {
    assertServes(heap, 200_000, sources);
  }

  private static void assertServes(Heap heap, int largest, String... sources) {
    try (heap) {
      HeapScenario.play(heap, 10_000, largest, 42);
      assertThat(heap.sources()).as(heap.toString()).containsExactly(sources);
      heap.validate();
      assertThat(heap.stats().liveBlocks()).isZero();
      assertThat(heap.stats().allocations()).isGreaterThan(3_000);
    }
    assertThat(heap.sources()).isEmpty();
  }

  @Test
  void withoutNativeAccessEveryHeapWorksFromArenasAndNobodyIsWarned() throws Exception {
    String served =
        """
        fixed heap of 16777216 bytes from [ARENAS]
        growable heap of 67108864 bytes from [ARENAS]
        heap over the caller's memory of 16777216 bytes from []
        heap over the caller's memory of 16777216 bytes from []
        """;
    assertThat(ChildJvm.run(UsesEveryHeap.class, "--illegal-native-access=deny")).isEqualTo(served);
    assertThat(ChildJvm.run(UsesEveryHeap.class)).isEqualTo(served);
  }

  static final class UsesEveryHeap {
    private UsesEveryHeap() {}

    public static void main(String[] args) {
      play(Heap.fixed(16 * MIB));
      play(Heap.growable(64 * MIB));
      try (Arena arena = Arena.ofConfined()) {
        play(Heap.over(arena.allocate(16 * MIB, 4096)));
      }
      play(Heap.over(MemorySegment.ofArray(new byte[16 << 20])));
    }

    private static void play(Heap heap) {
      try (heap) {
        HeapScenario.play(heap, 2_000, 200_000, 1);
        heap.trim();
        heap.validate();
        System.out.println(heap + " from " + heap.sources());
      }
    }
  }

  @Test
  void hugePagesAreAskedForFromTheFirstByteOnRequestAndElseInLargeHeapsOnly() throws Exception {
    assumeTrue(Reservation.isSupported(), "this system or JVM cannot reserve");
    assumeTrue(
        Files.exists(Path.of("/sys/kernel/mm/transparent_hugepage/enabled")),
        "this kernel has no transparent huge pages");
    assertThat(flagsOfFirstBlock(Heap.builder().hugePages().growable(64 * MIB))).contains("hg");
    assertThat(flagsOfFirstBlock(Heap.builder().hugePages().fixed(4 * MIB))).contains("hg");
    assertThat(flagsOfFirstBlock(Heap.growable(64 * MIB))).doesNotContain("hg");
  }

  private static List<String> flagsOfFirstBlock(Heap heap) throws IOException {
    try (heap) {
      return Proc.flags(heap.allocate(100, 1));
    }
  }

  @Test
  void optionsThatMakeNoSenseAreRefusedWithTheValues() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Heap.builder().retaining(-1))
        .withMessage("retaining -1 bytes: set 0 or more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Heap.builder().decayingAfter(Duration.ofNanos(999_999)))
        .withMessage("decay after PT0.000999999S: set a millisecond or more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Heap.builder().decayingAfter(Duration.ofMillis(-1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Heap.builder().fixed(-7))
        .withMessageContaining("-7");
    assertThatIllegalArgumentException().isThrownBy(() -> Heap.builder().growable(-7));
  }

  @Test
  void aHeapFromArenasCannotBeLockedAndGivesBackWhatItHadTaken() throws Exception {
    assumeTrue(Reservation.isSupported(), "what is mapped is told by Linux alone");
    long before = Proc.addressSpace();
    assertThatThrownBy(() -> Heap.builder().fromArenas().locked().fixed(256 * MIB))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContainingAll("mmap", "2 MiB", "--enable-native-access=dev.cairn.core");
    assertThat(Proc.addressSpace() - before).isLessThan(128 * MIB);
    assertThatThrownBy(() -> Heap.builder().locked().fixed(MIB))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Nested
  class WhereMemoryCanBeReserved {
    private long page;

    @BeforeEach
    void requireSupport() {
      assumeTrue(Reservation.isSupported(), "this system or JVM cannot reserve");
      page = Reservation.pageSize();
    }

    @Test
    void everyPageOfAPretouchedHeapIsInPlaceAndOfAnotherNone() throws Exception {
      long byteSize = 16 * MIB + 100;
      try (Heap heap = Heap.builder().pretouched().fixed(byteSize)) {
        assertThat(Proc.residentPages(heap.allocate(byteSize, 1)))
            .isEqualTo((byteSize + page - 1) / page);
      }
      try (Heap heap = Heap.fixed(byteSize)) {
        assertThat(Proc.residentPages(heap.allocate(byteSize, 1))).isZero();
      }
    }

    @Test
    void aLockedHeapIsInPlaceAndStaysThere() throws Exception {
      try (Heap heap = openLocked()) {
        MemorySegment all = heap.allocate(2 * MIB, 1);
        assertThat(Proc.flags(all)).contains("lo");
        assertThat(Proc.residentPages(all)).isEqualTo(2 * MIB / page);
        heap.free(all);
        heap.trim();
        heap.validate();
        MemorySegment again = heap.allocate(2 * MIB, 1);
        assertThat(again.address()).isEqualTo(all.address());
        assertThat(Proc.residentPages(again)).isEqualTo(2 * MIB / page);
      }
    }

    @Test
    void aBlockOfALockedHeapIsZeroedAlsoAfterATrim() {
      try (Heap heap = openLocked()) {
        heap.free(heap.allocate(MIB, 1).fill((byte) -1));
        heap.trim();
        MemorySegment block = heap.allocateZeroed(MIB, 1);
        assertThat(block.mismatch(MemorySegment.ofArray(new byte[1 << 20]))).isEqualTo(-1);
      }
    }

    private static Heap openLocked() {
      try {
        return Heap.builder().locked().fixed(2 * MIB);
      } catch (IllegalStateException refusal) {
        return abort("this system does not lock 2 MiB: " + refusal.getMessage());
      }
    }
  }
}
