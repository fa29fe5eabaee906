package dev.cairn.check;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.AllocatorClosedException;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.InvalidBlockException.Kind;
import dev.cairn.alloc.Layout;
import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.alloc.OpenArenas;
import dev.cairn.alloc.Stats;
import dev.cairn.check.CheckedBlock.Damages;
import dev.cairn.check.CheckedBlocks.Tally;
import dev.cairn.check.LeakReport.Held;
import dev.cairn.telemetry.Sampler;
import dev.cairn.telemetry.Telemetry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An allocator that watches what is done to the blocks of another one: to all, or to a sample.
///
/// {@snippet :
/// try (Allocator heap = CheckedAllocator.over(Heap.growable(1 << 20))) {
///   program(heap);   // started with -Ddev.cairn.check=full
/// }
/// }
///
/// ## Safety
///
/// A checked block has a redzone before and one behind it. Bytes that were written there, by a
/// native function or through a wider segment, are found when the block is freed or resized, by
/// [#validate()] and at close, unless they lie beyond the redzone.
///
/// A block that is freed is filled with `0xFD` and kept in a quarantine for a while. Bytes that are
/// written to it then are found when it leaves, by [#validate()] and at close; whoever reads it
/// reads `0xFD`. If the allocator is [confined][CheckedAllocatorBuilder#confined()], both throw at
/// once, through the segment that was handed out. A second free, of a block in quarantine, is
/// refused with the places of its allocation and of its first free.
///
/// A new block that is not zeroed is filled with `0xA5`. Its size is compared exactly.
///
/// ## Failure
///
/// Damage is thrown as a [DamagedBlockException] by the call that finds it, which is done
/// nevertheless; except that `resize` and `reallocate` do nothing if the block itself is damaged,
/// and a request that finds it while it empties a quarantine for want of room is not met.
///
/// ## Cost
///
/// Some microseconds for each checked block, about a kilobyte of bookkeeping on the Java heap for
/// as long as it lives or is in quarantine, and 64 bytes of redzones. For a block that is not
/// sampled a subtraction and a comparison for its allocation, and a look into a table for its free:
/// see `docs/design/checking.md`.
///
/// ## Threads
///
/// As the allocator below allows; a confined one is for the thread that opened it.
public final class CheckedAllocator implements Allocator {
  private final Allocator below;
  private final CheckPlan plan;
  private final Consumer<LeakReport> leakListener;
  private final @Nullable Confinement confinement;
  private final CheckedBlocks blocks;
  private final Sampler sampler;
  private final OpenArenas arenas = new OpenArenas(this);
  // Requests that were put to the allocator below twice, and those that were not put to it at all.
  private final LongAdder retries = new LongAdder();
  private final LongAdder refusals = new LongAdder();
  private @Nullable Thread exitHook;
  private volatile boolean isClosed;

  CheckedAllocator(
      Allocator below,
      CheckPlan plan,
      Consumer<LeakReport> leakListener,
      @Nullable Confinement confinement) {
    this.below = below;
    this.plan = plan;
    this.leakListener = leakListener;
    this.confinement = confinement;
    this.blocks = new CheckedBlocks(below, plan);
    this.sampler = new Sampler(plan.sampledMeanBytes(), plan.seed());
  }

  /// Checks an allocator as much as the system property `dev.cairn.check` says: `off`, which is
  /// what it is where it is not set, `sampled` or `full`.
  ///
  /// @param below where blocks come from; from now on it is used through the answer alone
  /// @return a checked allocator; `below` itself where the checks are off
  /// @throws IllegalArgumentException if the property has another value
  public static Allocator over(Allocator below) {
    CheckLevel level = CheckLevel.ofProperty();
    return level == CheckLevel.OFF ? below : builder().level(level).over(below);
  }

  /// Begins to say what a checked allocator is to be.
  ///
  /// @return a builder; of an allocator that checks every block, if nothing is said
  public static CheckedAllocatorBuilder builder() {
    return new CheckedAllocatorBuilder();
  }

  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    requireOwner();
    if (isChecked(byteSize)) {
      return allocateChecked(byteSize, byteAlignment, Poison.FRESH);
    }
    try {
      return below.allocate(byteSize, byteAlignment);
    } catch (MemoryExhaustedException exhausted) {
      if (!makesRoom()) {
        throw exhausted;
      }
      return below.allocate(byteSize, byteAlignment);
    }
  }

  @Override
  public @Nullable MemorySegment tryAllocate(long byteSize, long byteAlignment) {
    requireOwner();
    if (isChecked(byteSize)) {
      return tryAllocateChecked(byteSize, byteAlignment, Poison.FRESH);
    }
    MemorySegment block = below.tryAllocate(byteSize, byteAlignment);
    return block == null && makesRoom() ? below.tryAllocate(byteSize, byteAlignment) : block;
  }

  @Override
  public MemorySegment allocateZeroed(long byteSize, long byteAlignment) {
    requireOwner();
    if (isChecked(byteSize)) {
      return allocateChecked(byteSize, byteAlignment, (byte) 0);
    }
    try {
      return below.allocateZeroed(byteSize, byteAlignment);
    } catch (MemoryExhaustedException exhausted) {
      if (!makesRoom()) {
        throw exhausted;
      }
      return below.allocateZeroed(byteSize, byteAlignment);
    }
  }

  private boolean isChecked(long byteSize) {
    return switch (plan.level()) {
      case OFF -> false;
      case SAMPLED -> sampler.picks(byteSize);
      case FULL -> true;
    };
  }

  /// Makes room by giving up the quarantine; answers whether it is worth trying again.
  private boolean makesRoom() {
    boolean drained = blocks.drain();
    if (drained) {
      retries.increment();
    }
    return drained;
  }

  private MemorySegment allocateChecked(long byteSize, long byteAlignment, byte fill) {
    MemorySegment block = tryAllocateChecked(byteSize, byteAlignment, fill);
    if (block == null) {
      throw new MemoryExhaustedException(
          byteSize,
          byteAlignment,
          "this "
              + this
              + " has none for it and for redzones of "
              + plan.redzoneBytes()
              + " bytes, and its quarantine is empty; free blocks, or give it more memory");
    }
    return block;
  }

  private @Nullable MemorySegment tryAllocateChecked(long byteSize, long byteAlignment, byte fill) {
    Layout.requireValid(byteSize, byteAlignment);
    requireOpen();
    long redzone = plan.redzoneBytes();
    long front = (redzone + byteAlignment - 1) & -byteAlignment;
    if (byteSize > Long.MAX_VALUE - front - redzone - byteAlignment) {
      refusals.increment();
      return null;
    }
    CallStack caller = CallStack.here(plan.stackDepth());
    long rawSize = front + byteSize + redzone;
    MemorySegment raw = below.tryAllocate(rawSize, byteAlignment);
    if (raw == null && makesRoom()) {
      raw = below.tryAllocate(rawSize, byteAlignment);
    }
    if (raw == null) {
      return null;
    }
    try {
      Thread owner = confinement == null ? null : confinement.owner();
      CheckedBlock block = new CheckedBlock(raw, front, byteSize, fill, caller, owner);
      blocks.add(block);
      return block.segment();
    } catch (Throwable failure) {
      // Memory that is not this thread's, or the Java heap is full.
      below.free(raw);
      throw failure;
    }
  }

  @Override
  public void free(MemorySegment block) {
    CheckedBlock checked = find("free", block);
    if (checked != null) {
      blocks.free(checked, block);
      return;
    }
    try {
      below.free(block);
    } catch (InvalidBlockException refusal) {
      throw explained("free", block, refusal);
    }
  }

  @Override
  public @Nullable MemorySegment resize(MemorySegment block, long newByteSize) {
    Layout.requireValid(newByteSize, 1);
    CheckedBlock checked = find("resize", block);
    if (checked != null) {
      return blocks.resize("resize", checked, block, newByteSize);
    }
    try {
      return below.resize(block, newByteSize);
    } catch (InvalidBlockException refusal) {
      throw explained("resize", block, refusal);
    }
  }

  @Override
  public MemorySegment reallocate(MemorySegment block, long newByteSize, long byteAlignment) {
    Layout.requireValid(newByteSize, byteAlignment);
    CheckedBlock checked = find("reallocate", block);
    if (checked == null) {
      return Allocator.super.reallocate(block, newByteSize, byteAlignment);
    }
    if ((block.address() & (byteAlignment - 1)) == 0) {
      MemorySegment resized = blocks.resize("reallocate", checked, block, newByteSize);
      if (resized != null) {
        return resized;
      }
    } else {
      blocks.requireIntact("reallocate", checked, block);
    }
    MemorySegment moved = allocate(newByteSize, byteAlignment);
    try {
      MemorySegment.copy(block, 0, moved, 0, Math.min(block.byteSize(), newByteSize));
      blocks.endMoved(checked, block);
      return moved;
    } catch (Throwable failure) {
      // Another thread has freed the block meanwhile.
      free(moved);
      throw failure;
    }
  }

  @Override
  public long usableSize(MemorySegment block) {
    CheckedBlock checked = find("usableSize", block);
    if (checked != null) {
      synchronized (checked) {
        checked.requireLive("usableSize", block);
        return block.byteSize();
      }
    }
    try {
      return below.usableSize(block);
    } catch (InvalidBlockException refusal) {
      throw explained("usableSize", block, refusal);
    }
  }

  /// The checked block that a segment is, or null where the allocator below has to know it.
  private @Nullable CheckedBlock find(String call, @Nullable MemorySegment segment) {
    MemorySegment block = InvalidBlockException.requireNonNull(call, segment);
    if (plan.level() == CheckLevel.OFF) {
      return null;
    }
    requireOwner();
    requireOpen();
    CheckedBlock checked = blocks.at(block);
    if (checked == null && plan.level() == CheckLevel.FULL) {
      throw unknown(call, block);
    }
    return checked;
  }

  /// What is no checked block, although every block is one.
  private InvalidBlockException unknown(String call, MemorySegment block) {
    try {
      long _ = below.usableSize(block);
    } catch (InvalidBlockException refusal) {
      return explained(call, block, refusal);
    }
    return new InvalidBlockException(
        Kind.FOREIGN,
        block.address(),
        call
            + " of "
            + block.byteSize()
            + " bytes at "
            + CheckedBlock.shown(block.address(), block)
            + ", but that is a block that "
            + below
            + " has handed out by itself");
  }

  /// Says more of what the allocator below has refused, if it lies in or near a checked block.
  private InvalidBlockException explained(
      String call, MemorySegment block, InvalidBlockException refusal) {
    CheckedBlock nearest = blocks.nearestTo(block);
    if (nearest == null) {
      return refusal;
    }
    synchronized (nearest) {
      long distance = nearest.distanceTo(block);
      return distance == 0
          ? nearest.refusal(call, block)
          : distance <= 4096 && plan.level() == CheckLevel.FULL
              ? nearest.refusal(refusal.kind(), call, block, nearest.whatIs(block.address()))
              : refusal;
    }
  }

  /// What is known of an address: "17 bytes inside a 40-byte block, allocated at
  /// Orders.load(Orders.java:42) and freed at Orders.drop(Orders.java:50)". To be asked where an
  /// access has thrown, or has read `0xFD`.
  ///
  /// @param segment whatever begins at the address; it may have ended
  /// @return the words; "unknown" if no checked block, live or in quarantine, is there or nearby
  public String explain(MemorySegment segment) {
    CheckedBlock nearest = blocks.nearestTo(segment);
    if (nearest == null) {
      return "unknown";
    }
    synchronized (nearest) {
      return nearest.distanceTo(segment) <= 4096 ? nearest.whatIs(segment.address()) : "unknown";
    }
  }

  /// Looks at the redzones of every checked block, and at all that is in quarantine.
  ///
  /// @throws DamagedBlockException if there are bytes that have changed; with all other damages
  ///     suppressed
  public void validate() {
    requireOwner();
    Damages damages = new Damages();
    blocks.inspect("by validate", damages);
    damages.raise();
  }

  /// The checked blocks that are live now, by the calls that allocated them. Where blocks are
  /// sampled, the figures are unbiased estimates for all blocks.
  ///
  /// @return a report
  public LeakReport leaks() {
    boolean isEstimated = plan.level() == CheckLevel.SAMPLED;
    return LeakReport.of(
        blocks
            .live()
            .map(
                block -> {
                  long byteSize = block.segment().byteSize();
                  double weight = isEstimated ? sampler.weight(byteSize) : 1;
                  return new Held(block.allocated(), byteSize, weight);
                }),
        isEstimated);
  }

  /// What the allocator below holds, with what the checks need told apart: redzones, and blocks in
  /// quarantine, count as cached bytes. Where blocks are sampled, the peak of live bytes includes
  /// them.
  ///
  /// @return a snapshot
  @Override
  public Stats stats() {
    Stats all = below.stats();
    Tally tally = blocks.tally();
    boolean isFull = plan.level() == CheckLevel.FULL;
    long unchecked = isFull ? 0 : Math.max(0, all.liveBytes() - tally.heldBytes());
    long liveBytes = tally.liveBytes() + unchecked;
    long liveBlocks = all.liveBlocks() - tally.quarantined();
    return new Stats(
        liveBlocks,
        liveBytes,
        all.freeBytes(),
        all.cachedBytes() + Math.max(0, all.liveBytes() - liveBytes),
        all.retainedBytes(),
        Math.max(0, all.largestFreeBytes() - 2 * plan.redzoneBytes()),
        all.limitBytes(),
        all.metadataBytes() + tally.blocks() * (256 + 64L * plan.stackDepth()),
        isFull ? tally.peakLiveBytes() : all.peakLiveBytes(),
        all.peakFootprintBytes(),
        all.allocations(),
        all.allocations() - liveBlocks,
        all.failures() - retries.sum() + refusals.sum());
  }

  /// Looks at every checked block once more, gives the quarantine back, closes the allocator below,
  /// and reports the checked blocks that were live. Closing again does nothing.
  ///
  /// @throws IllegalStateException as the allocator below does; also if an arena over this one is
  ///     open, and nothing has changed then
  /// @throws DamagedBlockException if there is damage; everything is closed then
  @Override
  public void close() {
    requireOwner();
    arenas.requireNone("close");
    if (isClosed) {
      below.close();
      return;
    }
    LeakReport report = leaks();
    Damages damages = new Damages();
    blocks.close(damages);
    isClosed = true;
    removeExitHook();
    if (confinement != null) {
      confinement.anchor().close();
    }
    try {
      below.close();
      if (!report.isEmpty()) {
        report
            .leaks()
            .forEach(
                leak ->
                    Telemetry.leaked(
                        toString(), leak.blocks(), leak.bytes(), CallStack.shown(leak.place())));
        leakListener.accept(report);
      }
    } finally {
      damages.raise();
    }
  }

  @Override
  public Arena confinedArena() {
    requireOwner();
    return arenas.openConfined(below);
  }

  @Override
  public Arena sharedArena() {
    requireOwner();
    if (confinement != null) {
      throw new UnsupportedOperationException(
          "a shared arena over this " + this + ": its blocks are for one thread");
    }
    return arenas.openShared(below);
  }

  /// Answers what is checked.
  @Override
  public String toString() {
    return "checked " + below;
  }

  void reportAtExit(Consumer<LeakReport> listener) {
    Thread hook =
        new Thread(
            () -> {
              LeakReport report = leaks();
              if (!report.isEmpty()) {
                listener.accept(report);
              }
            },
            "leaks of " + this);
    exitHook = hook;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void removeExitHook() {
    if (exitHook != null) {
      try {
        boolean _ = Runtime.getRuntime().removeShutdownHook(exitHook);
      } catch (IllegalStateException exiting) {
        // It has run, or runs now.
      }
    }
  }

  private void requireOwner() {
    if (confinement != null) {
      confinement.requireOwner(this);
    }
  }

  private void requireOpen() {
    if (isClosed) {
      throw new AllocatorClosedException(toString());
    }
  }
}
