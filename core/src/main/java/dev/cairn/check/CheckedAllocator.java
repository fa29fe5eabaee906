package dev.cairn.check;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.AllocatorClosedException;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.Layout;
import dev.cairn.alloc.OpenArenas;
import dev.cairn.alloc.Stats;
import dev.cairn.check.CheckedBlock.Damages;
import dev.cairn.check.CheckedBlock.State;
import dev.cairn.telemetry.Sampler;
import dev.cairn.telemetry.Telemetry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An allocator that watches what is done to the blocks of another one: to all, or to a sample.
///
/// A `Heap` is checked by itself, where the program or the system property `dev.cairn.check` says
/// so. This is for the other allocators.
///
/// {@snippet :
/// try (Allocator pool = CheckedAllocator.over(Pool.growable(layout, 1 << 20))) {
///   program(pool);   // started with -Ddev.cairn.check=full
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
public final class CheckedAllocator implements Inspectable {
  private final Allocator below;
  private final CheckPlan plan;
  private final Consumer<LeakReport> leakListener;
  private final @Nullable Confinement confinement;
  private final CheckedBlocks blocks;
  private final CheckedRequests requests;
  private final LeakLedger ledger;
  private final Explanations explanations;
  private final OpenArenas arenas = new OpenArenas(this);
  private @Nullable Unclosed unclosed;
  private @Nullable WatchedHeaps watch;
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
    Sampler sampler = new Sampler(plan.sampledMeanBytes(), plan.seed());
    Thread owner = confinement == null ? null : confinement.owner();
    this.requests = new CheckedRequests(below, plan, blocks, sampler, owner);
    this.ledger = new LeakLedger(below, plan, blocks, sampler);
    this.explanations = new Explanations(below, plan, blocks);
  }

  /// Checks an allocator as much as the system property `dev.cairn.check` says: `off`, which is
  /// what it is where it is not set, `sampled` or `full`; and with `,confined` behind that
  /// [confined where possible][CheckedAllocatorBuilder#confinedWherePossible()].
  ///
  /// @param below where blocks come from; from now on it is used through the answer alone
  /// @return a checked allocator; `below` itself where the checks are off, or where it is a heap
  ///     that is checked by itself
  /// @throws IllegalArgumentException if the property has another value
  public static Allocator over(Allocator below) {
    if (below instanceof Inspectable heap && heap.checkLevel() != CheckLevel.OFF) {
      return below;
    }
    return CheckedAllocatorBuilder.ofProperty()
        .<Allocator>map(checks -> checks.over(below))
        .orElse(below);
  }

  /// Begins to say what a checked allocator is to be.
  ///
  /// @return a builder; of an allocator that checks every block, if nothing is said
  public static CheckedAllocatorBuilder builder() {
    return new CheckedAllocatorBuilder();
  }

  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    requireUsable();
    return requests.allocate(byteSize, byteAlignment);
  }

  @Override
  public @Nullable MemorySegment tryAllocate(long byteSize, long byteAlignment) {
    requireUsable();
    return requests.tryAllocate(byteSize, byteAlignment);
  }

  @Override
  public MemorySegment allocateZeroed(long byteSize, long byteAlignment) {
    requireUsable();
    return requests.allocateZeroed(byteSize, byteAlignment);
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
      throw explanations.of("free", block, block.byteSize(), refusal);
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
      throw explanations.of("resize", block, block.byteSize(), refusal);
    }
  }

  @Override
  public MemorySegment reallocate(MemorySegment block, long newByteSize, long byteAlignment) {
    Layout.requireValid(newByteSize, byteAlignment);
    CheckedBlock checked = find("reallocate", block);
    if (checked == null) {
      return Inspectable.super.reallocate(block, newByteSize, byteAlignment);
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
      throw explanations.of("usableSize", block, block.byteSize(), refusal);
    }
  }

  /// The checked block that a segment is, or null where the allocator below has to know it.
  private @Nullable CheckedBlock find(String call, @Nullable MemorySegment segment) {
    MemorySegment block = InvalidBlockException.requireNonNull(call, segment);
    if (plan.level() == CheckLevel.OFF) {
      return null;
    }
    requireUsable();
    CheckedBlock checked = blocks.at(block.address());
    if (checked == null && plan.level() == CheckLevel.FULL) {
      throw explanations.unknown(call, block, block.byteSize(), () -> below.usableSize(block));
    }
    blocks.requireThread(checked);
    return checked;
  }

  @Override
  public MemorySegment blockAt(long address, long byteSize) {
    Layout.requireValid(byteSize, 1);
    requireUsable();
    CheckedBlock checked = blocks.at(address);
    if (checked != null) {
      blocks.requireThread(checked);
      synchronized (checked) {
        return checked.requireLive("blockAt", address, byteSize);
      }
    }
    MemorySegment start = MemorySegment.ofAddress(address);
    if (plan.level() == CheckLevel.FULL) {
      throw explanations.unknown(
          "blockAt", start, byteSize, () -> below.blockAt(address, byteSize));
    }
    try {
      return below.blockAt(address, byteSize);
    } catch (InvalidBlockException refusal) {
      throw explanations.of("blockAt", start, byteSize, refusal);
    }
  }

  /// What the program has of a block of the allocator below.
  ///
  /// @param raw the block
  /// @return the block that lies in it, if it is checked; null if that was freed, and is in
  ///     quarantine; `raw` itself if it is not checked
  public @Nullable MemorySegment blockIn(MemorySegment raw) {
    CheckedBlock checked = blocks.at(raw.address());
    if (checked == null) {
      return raw;
    }
    synchronized (checked) {
      return checked.state() == State.LIVE ? checked.segment() : null;
    }
  }

  @Override
  public CheckLevel checkLevel() {
    return plan.level();
  }

  /// The blocks that are live now, the checked ones by the calls that allocated them. Where blocks
  /// are sampled, their figures are unbiased estimates for all blocks. Over a `Heap` those that are
  /// not checked are told by size class.
  @Override
  public LeakReport leaks() {
    return ledger.leaks();
  }

  @Override
  public String explain(MemorySegment segment) {
    return explanations.of(segment);
  }

  @Override
  public RuntimeException explained(MemorySegment segment, RuntimeException failure) {
    return explanations.of(segment, failure);
  }

  /// Looks at the redzones of every checked block, and at all that is in quarantine.
  ///
  /// @throws DamagedBlockException if there are bytes that have changed; with all other damages
  ///     suppressed
  @Override
  public void validate() {
    requireOwner();
    Damages damages = new Damages();
    blocks.inspect("by validate", damages);
    damages.raise();
  }

  /// Gives the quarantine back to the allocator below.
  ///
  /// @throws DamagedBlockException if there is damage to what leaves it; all has left it then
  public void trim() {
    requireUsable();
    boolean _ = blocks.drain();
  }

  /// What the allocator below holds, with what the checks need told apart: redzones, and blocks in
  /// quarantine, count as cached bytes. Where blocks are sampled, the peak of live bytes includes
  /// them.
  ///
  /// @return a snapshot
  @Override
  public Stats stats() {
    return blocks.stats(below.stats(), requests.unseenFailures());
  }

  /// Looks at every checked block once more, gives the quarantine back, reports the blocks that are
  /// live, and closes the allocator below. Closing again does nothing.
  ///
  /// @throws IllegalStateException as the allocator below does; also if an arena over this one is
  ///     open, and nothing has changed then
  /// @throws DamagedBlockException if there is damage; everything is closed then
  @Override
  public void close() {
    requireOwner();
    synchronized (arenas) {
      arenas.requireNone("close");
      if (isClosed) {
        below.close();
      } else {
        closeFirst();
      }
    }
  }

  private void closeFirst() {
    blocks.requireThread();
    Damages damages = new Damages();
    blocks.drainForGood(damages);
    try {
      LeakReport report = leaks();
      if (watch != null) {
        watch.closing(this, report);
      }
      if (!report.isEmpty()) {
        Telemetry.leaked(toString(), report.unplaced());
        report
            .leaks()
            .forEach(
                leak ->
                    Telemetry.leaked(
                        toString(), leak.blocks(), leak.bytes(), CallStack.shown(leak.place())));
        leakListener.accept(report);
      }
    } finally {
      try {
        end();
      } finally {
        damages.raise();
      }
    }
  }

  private void end() {
    blocks.closeScopes();
    if (confinement != null) {
      confinement.anchor().close();
    }
    boolean isRefused = false;
    try {
      below.close();
    } catch (WrongThreadException other) {
      isRefused = true;
      throw other;
    } finally {
      if (!isRefused) {
        isClosed = true;
        blocks.forget();
        tellClosed();
      }
    }
  }

  private void tellClosed() {
    if (unclosed != null) {
      unclosed.closed();
    }
    if (watch != null) {
      watch.closed(this);
    }
  }

  @Override
  public Arena confinedArena() {
    requireOwner();
    synchronized (arenas) {
      return arenas.openConfined(below);
    }
  }

  @Override
  public Arena sharedArena() {
    requireOwner();
    if (confinement != null) {
      throw new UnsupportedOperationException(
          "a shared arena over this " + this + ": its blocks are for one thread");
    }
    synchronized (arenas) {
      return arenas.openShared(below);
    }
  }

  /// Answers what is checked.
  @Override
  public String toString() {
    return "checked " + below;
  }

  void reportUnclosed(@Nullable Consumer<LeakReport> listener) {
    unclosed = Unclosed.watch(this, ledger, listener);
  }

  void watchedBy(WatchedHeaps heaps) {
    watch = heaps;
    heaps.opened(this);
  }

  private void requireOwner() {
    if (confinement != null) {
      confinement.requireOwner(this);
    }
  }

  private void requireUsable() {
    requireOwner();
    if (isClosed) {
      throw new AllocatorClosedException(toString());
    }
  }
}
