package dev.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.Layout;
import dev.cairn.alloc.Stats;
import dev.cairn.check.CallTrace;
import dev.cairn.check.CheckedAllocator;
import dev.cairn.memory.Heap;
import dev.cairn.memory.Pool;
import dev.cairn.memory.RealtimeHeap;
import dev.cairn.memory.Region;
import dev.cairn.testkit.MisuseSubject.Promise;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An allocator that a test hands wrong things to, with live blocks in it that must come to no
/// harm.
final class Misused implements AutoCloseable {
  private static final int MARGIN = 4096;
  // The smallest of the heaps holds some of them.
  private static final int LARGE_NEIGHBOUR = 100_000;

  final MisuseSubject subject;
  final Allocator allocator;

  /// The memory that the allocator lies in, with a margin on both sides; null where it is the
  /// allocator's own.
  final @Nullable MemorySegment surroundings;

  private final Allocator below;
  private final Arena arena = Arena.ofShared();
  private final Witnesses witnesses;
  private boolean isLeft;

  Misused(MisuseSubject subject) {
    this.subject = subject;
    this.surroundings =
        !subject.promises(Promise.BLOCKS_STAY)
            ? null
            : subject.isOverArray()
                ? MemorySegment.ofArray(
                    new long[(MisuseSubject.CAPACITY + 2 * MARGIN) / Long.BYTES])
                : arena.allocate(MisuseSubject.CAPACITY + 2 * MARGIN, 4096);
    this.below = subject.openBelow(surroundings == null ? MemorySegment.NULL : memory());
    this.allocator = subject.openOver(below);
    this.witnesses = Witnesses.of(allocator);
  }

  /// The caller's memory that the allocator was given.
  MemorySegment memory() {
    MemorySegment around = surroundings;
    if (around == null) {
      throw new AssertionError("a " + subject + " has memory of its own");
    }
    return around.asSlice(MARGIN, MisuseSubject.CAPACITY);
  }

  /// A live block that must come to no harm, among others of its size.
  MemorySegment witness(long byteSize) {
    return witnesses.add(block(byteSize));
  }

  /// A block that the test frees, among live ones of its size.
  MemorySegment block(long byteSize) {
    long neighbour = Math.min(byteSize, LARGE_NEIGHBOUR);
    witnesses.add(allocator.allocate(neighbour, 1));
    MemorySegment block = allocator.allocate(byteSize, 1);
    witnesses.add(allocator.allocate(neighbour, 1));
    return block;
  }

  /// A call that must be refused, and the kinds that it may be refused as.
  void assertRefused(Consumer<Allocator> call, InvalidBlockException.Kind... kinds) {
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
              assertThat(refusal).hasMessageStartingWith(name.split(" ", 2)[0] + " of ");
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
              assertThat(refusal).hasMessageStartingWith(name.split(" ", 2)[0] + " of ");
            });
  }

  /// The allocator is valid and works, its blocks hold their bytes, and nothing else is live.
  void assertUnharmed() {
    validate();
    witnesses.assertAlone();
    for (int byteSize : new int[] {0, 1, 16, 100, 1024, 5000, 60_000}) {
      MemorySegment block = allocator.allocate(byteSize, 1).fill((byte) 1);
      MemorySegment larger = allocator.reallocate(block, byteSize * 2L, 1).fill((byte) 2);
      allocator.free(larger);
    }
    witnesses.assertAlone();
    validate();
  }

  /// Memory beside a block, as native code has it that is given an address. SAFETY: callers stay
  /// within the memory of the allocator, or within redzones.
  @SuppressWarnings("restricted")
  MemorySegment beside(MemorySegment block, long offset, long byteSize) {
    return surroundings == null
        ? MemorySegment.ofAddress(block.address() + offset).reinterpret(byteSize)
        : surroundings.asSlice(block.address() - surroundings.address() + offset, byteSize);
  }

  /// Closes the allocator with every block live.
  void leave() {
    isLeft = true;
    allocator.close();
  }

  /// Frees everything, and finds that nothing is live.
  @Override
  public void close() {
    if (!isLeft) {
      witnesses.free();
      validate();
      assertThat(allocator.stats().liveBlocks()).isZero();
      assertThat(allocator.stats().liveBytes()).isZero();
      allocator.close();
    }
    arena.close();
  }

  /// Checks the invariants of the allocator, and those of the one below it.
  void validate() {
    if (allocator instanceof CheckedAllocator checked) {
      checked.validate();
    }
    switch (below) {
      case Heap a -> a.validate();
      case RealtimeHeap a -> a.validate();
      case Pool pool -> pool.validate();
      case Region region -> region.validate();
      default -> assertThat(subject.promises(Promise.BOOKKEEPING_AMONG_BLOCKS)).isTrue();
    }
  }

  /// A block that was freed is refused, where that is promised with both stacks.
  void assertRefusedAsFreed(MemorySegment freed) {
    assertRefused(freed, subject.ofFreed());
    if (subject.promises(Promise.FINDS_STRAY_WRITES)) {
      InvalidBlockException refusal =
          catchThrowableOfType(InvalidBlockException.class, () -> allocator.free(freed));
      assertThat(refusal)
          .hasMessageContaining("a " + freed.byteSize() + "-byte block, allocated at ")
          .hasMessageContaining(" and freed at ");
      assertStack(refusal, "allocated");
      assertStack(refusal, "freed");
    }
  }

  /// A report has the stack of what was done, in which a test of this package is.
  static void assertStack(Throwable report, String done) {
    assertThat(report.getSuppressed())
        .filteredOn(CallTrace.class::isInstance)
        .anySatisfy(
            trace -> {
              assertThat(trace).hasMessageStartingWith(done + " by thread ");
              assertThat(trace.getStackTrace())
                  .anyMatch(frame -> frame.getClassName().startsWith("dev.cairn.testkit.Misuse"));
            });
  }

  private Map<String, Consumer<Allocator>> calls(MemorySegment wrong) {
    long byteSize = wrong == null ? 8 : wrong.byteSize();
    Map<String, Consumer<Allocator>> calls = new LinkedHashMap<>();
    calls.put("free", a -> a.free(wrong));
    calls.put("free with its layout", a -> a.free(wrong, Layout.ofBytes(byteSize)));
    calls.put("usableSize", a -> a.usableSize(wrong));
    calls.put("resize to the same", a -> a.resize(wrong, byteSize));
    calls.put("resize to less", a -> a.resize(wrong, byteSize / 2));
    calls.put("resize to more", a -> a.resize(wrong, byteSize * 2 + 64));
    calls.put("reallocate to the same", a -> a.reallocate(wrong, byteSize, 1));
    calls.put("reallocate to less", a -> a.reallocate(wrong, byteSize / 2, 1));
    calls.put("reallocate to more", a -> a.reallocate(wrong, byteSize * 2 + 64, 1));
    long otherAlignment = wrong == null ? 8 : Math.max(2, Long.lowestOneBit(wrong.address()) << 1);
    if (otherAlignment <= (subject.isOverArray() ? 8 : 64)) {
      calls.put("reallocate to move", a -> a.reallocate(wrong, byteSize, otherAlignment));
    }
    return calls;
  }

  private InvalidBlockException refusal(
      String name, Consumer<Allocator> call, Set<InvalidBlockException.Kind> kinds) {
    Figures before = Figures.of(allocator.stats());
    InvalidBlockException refusal =
        catchThrowableOfType(InvalidBlockException.class, () -> call.accept(allocator));
    assertThat(refusal).as(name + " is accepted").isNotNull();
    assertThat(refusal.kind()).as(refusal.getMessage()).isIn(kinds);
    String remedy = new InvalidBlockException(refusal.kind(), 0, "").getMessage();
    assertThat(refusal).hasMessageEndingWith(remedy);
    assertThat(Figures.of(allocator.stats())).as(name).isEqualTo(before);
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
