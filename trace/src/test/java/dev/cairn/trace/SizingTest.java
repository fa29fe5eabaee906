package dev.cairn.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cairn.memory.Heap;
import dev.cairn.memory.HeapSizing;
import dev.cairn.memory.RealtimeHeap;
import dev.cairn.trace.SizingResult.Bound;
import dev.cairn.trace.SizingResult.Outcome;
import dev.cairn.trace.SizingResult.Trial;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Sizes of small programs that are known by hand, of one that is out to do harm, and of real ones.
class SizingTest {
  private static final long MEMORY = 8L << 30;

  static List<String> recordings() {
    return Recordings.list();
  }

  private static SizingResult size(Trace trace) {
    return Sizing.of(trace, MEMORY, SizingProgress.NONE);
  }

  private static SizingResult size(String... operations) {
    return size(Sample.read("cairn-trace 1\n" + String.join("\n", operations) + "\n"));
  }

  private static Trial trial(SizingResult result, String allocator) {
    return result.trials().stream().filter(t -> t.allocator().equals(allocator)).findFirst().get();
  }

  private static @Nullable Long smallest(SizingResult result, String allocator) {
    return trial(result, allocator).byteSize();
  }

  @Test
  void blocksOfOnePowerOfTwoNeedWhatIsLiveAtOnce() {
    SizingResult result = size("a 64 @1", "a 64 @1", "f 0", "a 64 @1", "f 1", "f 2");

    assertThat(result.peakLiveBytes()).isEqualTo(128);
    assertThat(result.roundedPeakBytes()).isEqualTo(128);
    assertThat(result.proofs().getFirst().byteSize()).isEqualTo(128);
    assertThat(smallest(result, "RealtimeHeap")).isEqualTo(128);
    // It loses 48 bytes before the first multiple of 64.
    assertThat(smallest(result, "RealtimeHeap, over")).isEqualTo(128 + 48);
    assertThat(smallest(result, "Heap below 2 MiB")).isEqualTo(128);
    // One that lies below others gives nothing back.
    assertThat(smallest(result, "Region")).isEqualTo(192);
  }

  @Test
  void sizesAreRoundedAsEachAllocatorRoundsThem() {
    SizingResult result = size("a 100 @1", "f 0", "a 33 @1");

    assertThat(result.peakLiveBytes()).isEqualTo(100);
    assertThat(result.roundedPeakBytes()).isEqualTo(128);
    assertThat(smallest(result, "RealtimeHeap")).isEqualTo(128);
    assertThat(smallest(result, "Heap below 2 MiB")).isEqualTo(112);
    assertThat(trial(result, "RealtimeHeap").stepBytes()).isEqualTo(16);
  }

  @Test
  void aHeapWithClassesHasItsLeastSizeAndIsNotTriedBelow() {
    Trial heap = trial(size("a 64"), "Heap");

    assertThat(heap.byteSize()).isEqualTo(2 << 20).isEqualTo(heap.leastBytes());
    assertThat(heap.stepBytes()).isEqualTo(4096);
    assertThat(heap.largerTried()).isEqualTo(16);
    assertThat(heap.largerRefused()).isZero();
  }

  @Test
  void aHeapWithoutClassesIsLeftOutWhereMoreIsLive() {
    SizingResult result = size("a 3000000");

    assertThat(result.trials()).extracting(Trial::allocator).doesNotContain("Heap below 2 MiB");
    assertThat(smallest(result, "RealtimeHeap")).isEqualTo(4 << 20);
  }

  @Test
  void aBlockThatMovesIsThereTwiceAndOneThatShrinksKeepsItsRoom() {
    SizingResult moves = size("a 16 @1", "a 16 @1", "r 0 64 @1");
    assertThat(moves.peakLiveBytes()).isEqualTo(80);
    assertThat(moves.countedPeakBytes()).isEqualTo(96);
    assertThat(moves.roundedPeakBytes()).isEqualTo(96);

    SizingResult shrinks = size("a 64 @1", "r 0 16 @1", "a 16 @1");
    assertThat(shrinks.peakLiveBytes()).isEqualTo(64);
    // While it shrinks an allocator may have both. The real-time heap never does.
    assertThat(shrinks.countedPeakBytes()).isEqualTo(80);
    assertThat(shrinks.roundedPeakBytes()).isEqualTo(80);
    assertThat(smallest(shrinks, "RealtimeHeap")).isEqualTo(80);
    assertThat(smallest(shrinks, "Heap below 2 MiB")).isEqualTo(64);

    // It grows within the room that it has: 128 bytes.
    SizingResult grows = size("a 100 @1", "r 0 120 @1");
    assertThat(grows.countedPeakBytes()).isEqualTo(220);
    assertThat(grows.roundedPeakBytes()).isEqualTo(128);
    assertThat(grows.proofs().getFirst().byteSize()).isEqualTo(128);
  }

  @Test
  void alignmentIsSizeNothingIsAByteAndNullIsNothing() {
    SizingResult result = size("a 0 @1", "f -", "a 10 @256", "z 40 @8", "f 0", "f -");

    assertThat(result.peakLiveBytes()).isEqualTo(50);
    assertThat(result.smallestByteSize()).isEqualTo(1);
    assertThat(result.largestByteSize()).isEqualTo(256);
    assertThat(result.countedPeakBytes()).isEqualTo(1 + 256 + 40);
    assertThat(result.roundedPeakBytes()).isEqualTo(16 + 256 + 64);
    assertThat(result.holds()).isTrue();
  }

  @Test
  void theBoundsAreThoseOfHeapSizing() {
    SizingResult result = size("a 16 @1", "a 1024 @1", "f 0", "a 100 @1");

    HeapSizing figures = new HeapSizing(1124, 16, 1024);
    assertThat(result.bounds())
        .extracting(Bound::byteSize)
        .containsExactly(
            figures.realtimeHeapBytes(1152),
            figures.realtimeHeapBytes(1152) + 1024,
            figures.realtimeHeapBytes(),
            figures.firstFitBytes(),
            figures.halfFitBytes(),
            figures.halfFitBytes(32),
            figures.bestFitBytes());
  }

  @Test
  void aBoundThatALongDoesNotHoldIsLeftOpen() {
    List<Bound> bounds = Sizing.bounds(new HeapSizing(1L << 40, 1, 1L << 40), 1, 1);

    assertThat(bounds.getLast().byteSize()).isNull();
    assertThat(bounds.getFirst().byteSize()).isEqualTo(1);
  }

  @Test
  void aBoundThatTheMachineHasNoMemoryForIsNotReplayed() {
    SizingResult result =
        Sizing.of(
            Sample.read("cairn-trace 1\na 16 @1\nf 0\na 1024 @1\n"), 4096, SizingProgress.NONE);

    assertThat(result.proofs())
        .allSatisfy(proof -> assertThat(proof.outcome()).isEqualTo(Outcome.TOO_LARGE));
    assertThat(result.holds()).isTrue();
    assertThat(smallest(result, "RealtimeHeap")).isEqualTo(1024);
    assertThat(smallest(result, "Heap")).isNull();
  }

  @Test
  void aProgramThatIsNoneOfThoseThatTheBoundIsForIsFound() {
    // No real-time heap aligns to more than a MiB.
    SizingResult result = size("a 16", "a 100 @2097152");

    assertThat(result.holds()).isFalse();
    assertThat(result.proofs().getFirst().refused()).isEqualTo(1);
    assertThat(smallest(result, "RealtimeHeap")).isNull();
  }

  @Test
  void aTraceWithoutRequestsHasNoSize() {
    assertThat(assertThrows(IllegalArgumentException.class, () -> size("f -")))
        .hasMessageContaining("asks for no memory");
  }

  @Test
  void aTraceThatIsLargerThanTheMachineIsRefusedWithTheOperationThatIs() {
    assertThat(
            assertThrows(
                IllegalArgumentException.class, () -> size("a 100", "a 9223372036854775000 @1")))
        .hasMessageContaining("operation 1")
        .hasMessageContaining("9,223,372,036,854,775,000 bytes")
        .hasMessageContaining("8,589,934,592 bytes of memory")
        .hasMessageContaining("size it on a larger one");
    assertThrows(IllegalArgumentException.class, () -> size("a 1 @4611686018427387904"));
  }

  @Test
  void whatIsFoundHasRoomAndAStepLessHasNone() {
    Trace trace = ReplayTest.mixed();
    FittingPass pass = new FittingPass(new Script(trace, Long.MAX_VALUE));

    SizingResult result = size(trace);
    long realtime = Objects.requireNonNull(smallest(result, "RealtimeHeap"));
    long heap = Objects.requireNonNull(smallest(result, "Heap below 2 MiB"));

    assertThat(inRealtimeHeap(pass, realtime)).isEqualTo(FittingPass.NONE);
    assertThat(inRealtimeHeap(pass, realtime - trial(result, "RealtimeHeap").stepBytes()))
        .isNotNegative();
    assertThat(inHeap(pass, heap)).isEqualTo(FittingPass.NONE);
    assertThat(inHeap(pass, heap - trial(result, "Heap below 2 MiB").stepBytes())).isNotNegative();
  }

  @Test
  void largerSizesThatHaveNoRoomAreCounted() {
    // 192 bytes are fragments of 128 and 64. In one of 16 or 32 more, small blocks lie elsewhere.
    Trial trial =
        trial(
            size("a 16 @1", "a 64 @1", "a 64 @1", "a 32 @1", "f 1", "f 2", "a 96 @1", "a 16 @1"),
            "RealtimeHeap");

    assertThat(trial.byteSize()).isEqualTo(192);
    assertThat(trial.largerRefused()).isEqualTo(2);
    assertThat(trial.largerTried()).isEqualTo(16);
  }

  private static int inRealtimeHeap(FittingPass pass, long byteSize) {
    try (RealtimeHeap heap = RealtimeHeap.confined(byteSize).onLeak(_ -> {})) {
      return pass.firstRefused(heap);
    }
  }

  private static int inHeap(FittingPass pass, long byteSize) {
    // Where its memory begins decides how much alignment takes.
    try (Arena arena = Arena.ofConfined();
        Heap heap =
            Heap.builder()
                .onLeak(_ -> {})
                .over(arena.allocate(byteSize + 16, 1 << 20).asSlice(16))) {
      return pass.firstRefused(heap);
    }
  }

  @Test
  void blocksLieWhereAReplayThatCopiesPutsThem() {
    Script script = new Script(ReplayTest.mixed(), Long.MAX_VALUE);
    List<Long> fitted = new ArrayList<>();
    List<Long> replayed = new ArrayList<>();
    try (RealtimeHeap heap = RealtimeHeap.confined(64 << 20).onLeak(_ -> {})) {
      assertThat(new FittingPass(script).firstRefused(heap)).isEqualTo(FittingPass.NONE);
      places(heap, fitted);
    }
    RealtimeHeap heap = RealtimeHeap.confined(64 << 20).onLeak(_ -> {});
    try (Contestant contestant =
        new AllocatorContestant(heap, script.slots, AllocatorContestant.Footprint.KNOWN)) {
      VerifyingPass pass = new VerifyingPass(script, contestant);
      pass.run(new Meter(ReplayProgress.NONE, ReplayProgress.Pass.VERIFY));
      assertThat(pass.refused() + pass.wrong()).isZero();
      places(heap, replayed);
    }
    assertThat(fitted).isEqualTo(replayed).isNotEmpty();
  }

  /// The offset and the size of each live block. The heap's memory is aligned to 1 MiB.
  private static void places(RealtimeHeap heap, List<Long> places) {
    List<Long> addresses = new ArrayList<>();
    heap.walk(
        block -> {
          addresses.add(block.address());
          places.add(block.address() - addresses.getFirst());
          places.add(block.byteSize());
        });
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void noRequestOfARecordingFailsAtTheBoundsAndNoMoreIsLiveThanCounted(String name) {
    Trace trace = Recordings.open(name);
    Demand demand = Demand.of(trace, MEMORY);
    long bound = demand.figures().realtimeHeapBytes(demand.roundedPeakBytes());

    assertThat(demand.peakLiveBytes()).isEqualTo(TraceStats.of(trace).peakLiveBytes());
    assertThat(demand.roundedPeakBytes()).isLessThanOrEqualTo(demand.figures().roundedPeakBytes());
    FittingPass pass = new FittingPass(new Script(trace, Long.MAX_VALUE));
    assertThat(FixedKind.realtime(bound).opener().firstRefused(pass, bound))
        .isEqualTo(FittingPass.NONE);
    long over =
        bound + demand.figures().realtimeHeapBytesOver() - demand.figures().realtimeHeapBytes();
    assertThat(FixedKind.realtimeOver(over).opener().firstRefused(pass, over))
        .isEqualTo(FittingPass.NONE);
    try (Heap ground = Heap.builder().onLeak(_ -> {}).fixed(bound + (4 << 20));
        RealtimeHeap heap =
            RealtimeHeap.confinedOver(ground.allocate(bound, 1 << 20)).onLeak(_ -> {})) {
      assertThat(pass.firstRefused(heap)).isEqualTo(FittingPass.NONE);
      assertThat(heap.stats().peakLiveBytes())
          .isBetween(demand.peakLiveBytes(), demand.roundedPeakBytes());
    }
  }

  /// Robson's attack on heaps that take the lowest place: one doubling after the other it keeps a
  /// block in each place of the new size, frees all else, and asks for blocks of that size.
  @Test
  void aProgramThatShredsItsHeapNeedsFarMoreThanItsPeakAndNoMoreThanTheBound() {
    SizingResult result = size(shredding(1 << 16, 16, 4096));

    assertThat(result.peakLiveBytes()).isEqualTo(1 << 16);
    assertThat(result.roundedPeakBytes()).isEqualTo(1 << 16);
    assertThat(result.holds()).isTrue();
    long bound = result.proofs().getFirst().byteSize();
    assertThat(bound).isEqualTo(new HeapSizing(1 << 16, 16, 4096).realtimeHeapBytes(1 << 16));
    for (Trial trial : result.trials().subList(0, 3)) {
      assertThat(trial.byteSize()).as(trial.allocator()).isGreaterThan(2 * result.peakLiveBytes());
    }
    assertThat(smallest(result, "RealtimeHeap")).isLessThanOrEqualTo(bound);
  }

  private static Trace shredding(long peak, long smallest, long largest) {
    TraceBuilder builder = Trace.builder("shredding");
    // It knows where blocks lie by watching a heap: their number and address.
    try (RealtimeHeap heap = RealtimeHeap.confined(1 << 20)) {
      Deque<Placed> live = new ArrayDeque<>();
      long asked = 0;
      for (long size = smallest; size <= largest; size *= 2) {
        List<Placed> kept = new ArrayList<>();
        long place = -1;
        for (Placed block : live) {
          if (block.memory().address() / size == place) {
            builder.free(block.number());
            asked -= block.memory().byteSize();
            heap.free(block.memory());
          } else {
            place = block.memory().address() / size;
            kept.add(block);
          }
        }
        for (; asked + size <= peak; asked += size) {
          kept.add(new Placed(builder.allocate(size, 1), heap.allocate(size, 1)));
        }
        kept.sort((one, other) -> Long.compare(one.memory().address(), other.memory().address()));
        live = new ArrayDeque<>(kept);
      }
      live.forEach(block -> heap.free(block.memory()));
    }
    return builder.build();
  }

  private record Placed(int number, MemorySegment memory) {}
}
