package dev.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.Layout;
import dev.cairn.alloc.Stats;
import dev.cairn.memory.Heap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A heap that a test hands wrong things to, with live blocks in it that must come to no harm.
final class MisusedHeap implements AutoCloseable {
  /// The heaps that the tests of misuse are run with.
  enum Kind {
    FIXED,
    GROWABLE,
    SMALL_GROWABLE,
    OVER_NATIVE_MEMORY,
    OVER_BYTES;

    /// What a heap says of a block that was freed.
    Set<InvalidBlockException.Kind> ofFreed() {
      return this == GROWABLE || this == SMALL_GROWABLE
          // The memory may have been given back.
          ? EnumSet.of(InvalidBlockException.Kind.NOT_LIVE, InvalidBlockException.Kind.FOREIGN)
          : EnumSet.of(InvalidBlockException.Kind.NOT_LIVE);
    }
  }

  private static final int CAPACITY = 8 << 20;
  private static final int MARGIN = 4096;
  // The smallest of the heaps holds some of them.
  private static final int LARGE_NEIGHBOUR = 100_000;

  final Kind kind;
  final Heap heap;

  /// The memory that the heap lies in, with a margin on both sides; null where it is the heap's
  /// own.
  final @Nullable MemorySegment surroundings;

  private final Arena arena = Arena.ofShared();
  private final Witnesses witnesses;

  MisusedHeap(Kind kind) {
    this.kind = kind;
    this.surroundings =
        switch (kind) {
          case FIXED, GROWABLE, SMALL_GROWABLE -> null;
          case OVER_NATIVE_MEMORY -> arena.allocate(CAPACITY + 2 * MARGIN, 4096);
          case OVER_BYTES -> MemorySegment.ofArray(new byte[CAPACITY + 2 * MARGIN]);
        };
    this.heap =
        switch (kind) {
          case FIXED -> Heap.fixed(64 << 20);
          case GROWABLE -> Heap.growable(1L << 30);
          case SMALL_GROWABLE -> Heap.growable(4 << 20);
          case OVER_NATIVE_MEMORY, OVER_BYTES -> Heap.over(memory());
        };
    this.witnesses = Witnesses.of(heap);
  }

  /// The caller's memory that the heap was given.
  MemorySegment memory() {
    MemorySegment around = surroundings;
    if (around == null) {
      throw new AssertionError("a " + kind + " heap has memory of its own");
    }
    return around.asSlice(MARGIN, CAPACITY);
  }

  /// A live block that must come to no harm, among others of its size.
  MemorySegment witness(long byteSize) {
    return witnesses.add(block(byteSize));
  }

  /// A block that the test frees, among live ones of its size.
  MemorySegment block(long byteSize) {
    long neighbour = Math.min(byteSize, LARGE_NEIGHBOUR);
    witnesses.add(heap.allocate(neighbour, 1));
    MemorySegment block = heap.allocate(byteSize, 1);
    witnesses.add(heap.allocate(neighbour, 1));
    return block;
  }

  /// A call that must be refused, and the kinds that it may be refused as.
  void assertRefused(Consumer<Heap> call, InvalidBlockException.Kind... kinds) {
    var _ = refusal("the call", call, EnumSet.copyOf(Arrays.asList(kinds)));
  }

  /// Hands a segment to every call that takes a block, each of which must refuse it.
  void assertRefused(MemorySegment wrong, InvalidBlockException.Kind... kinds) {
    assertRefused(wrong, EnumSet.copyOf(Arrays.asList(kinds)));
  }

  /// As [#assertRefused(MemorySegment, InvalidBlockException.Kind...)].
  void assertRefused(MemorySegment wrong, Set<InvalidBlockException.Kind> kinds) {
    calls(wrong)
        .forEach(
            (name, call) -> {
              InvalidBlockException refusal = refusal(name + " of " + wrong, call, kinds);
              assertThat(refusal.address()).isEqualTo(wrong.address());
              if (refusal.kind() != InvalidBlockException.Kind.NULL) {
                assertThat(refusal)
                    .hasMessageContaining(
                        wrong.isNative()
                            ? "0x" + Long.toHexString(wrong.address())
                            : "offset " + wrong.address())
                    .hasMessageContaining(wrong.byteSize() + " byte");
              }
            });
  }

  /// Hands null to every call that takes a block.
  @SuppressWarnings("NullAway") // null is what it is about
  void assertNullIsRefused() {
    MemorySegment nothing = null;
    calls(nothing)
        .forEach(
            (name, call) -> {
              InvalidBlockException refusal =
                  refusal(name + " of null", call, Set.of(InvalidBlockException.Kind.NULL));
              assertThat(refusal.address()).isZero();
            });
  }

  /// The heap is valid and works, its blocks hold their bytes, and nothing else is live.
  void assertUnharmed() {
    heap.validate();
    witnesses.assertAlone();
    for (int byteSize : new int[] {0, 1, 16, 100, 1024, 5000, 60_000}) {
      MemorySegment block = heap.allocate(byteSize, 1).fill((byte) 1);
      MemorySegment larger = heap.reallocate(block, byteSize * 2L, 1).fill((byte) 2);
      heap.free(larger);
    }
    witnesses.assertAlone();
    heap.validate();
  }

  /// Frees everything, and finds that nothing is live.
  @Override
  public void close() {
    witnesses.free();
    heap.validate();
    assertThat(heap.stats().liveBlocks()).isZero();
    assertThat(heap.stats().liveBytes()).isZero();
    heap.close();
    arena.close();
  }

  private static Map<String, Consumer<Heap>> calls(MemorySegment wrong) {
    long byteSize = wrong == null ? 8 : wrong.byteSize();
    Map<String, Consumer<Heap>> calls = new LinkedHashMap<>();
    calls.put("free", heap -> heap.free(wrong));
    calls.put("free with its layout", heap -> heap.free(wrong, Layout.ofBytes(byteSize)));
    calls.put("usableSize", heap -> heap.usableSize(wrong));
    calls.put("resize to the same", heap -> heap.resize(wrong, byteSize));
    calls.put("resize to less", heap -> heap.resize(wrong, byteSize / 2));
    calls.put("resize to more", heap -> heap.resize(wrong, byteSize * 2 + 64));
    calls.put("reallocate to the same", heap -> heap.reallocate(wrong, byteSize, 1));
    calls.put("reallocate to less", heap -> heap.reallocate(wrong, byteSize / 2, 1));
    calls.put("reallocate to more", heap -> heap.reallocate(wrong, byteSize * 2 + 64, 1));
    return calls;
  }

  private InvalidBlockException refusal(
      String name, Consumer<Heap> call, Set<InvalidBlockException.Kind> kinds) {
    Figures before = Figures.of(heap.stats());
    InvalidBlockException refusal =
        catchThrowableOfType(InvalidBlockException.class, () -> call.accept(heap));
    assertThat(refusal).as(name + " is accepted").isNotNull();
    assertThat(refusal.kind()).as(refusal.getMessage()).isIn(kinds);
    String remedy = new InvalidBlockException(refusal.kind(), 0, "").getMessage();
    assertThat(refusal).hasMessageEndingWith(remedy);
    assertThat(Figures.of(heap.stats())).as(name).isEqualTo(before);
    heap.validate();
    return refusal;
  }

  /// The figures that a call which is refused leaves as they are. What is cached or retained may
  /// change by itself.
  private record Figures(
      long liveBlocks, long liveBytes, long allocations, long frees, long failures) {
    static Figures of(Stats stats) {
      return new Figures(
          stats.liveBlocks(),
          stats.liveBytes(),
          stats.allocations(),
          stats.frees(),
          stats.failures());
    }
  }
}
