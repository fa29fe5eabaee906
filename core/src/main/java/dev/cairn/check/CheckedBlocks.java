package dev.cairn.check;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.ClassStats;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.Stats;
import dev.cairn.check.CheckedBlock.Damages;
import dev.cairn.check.CheckedBlock.State;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The checked blocks of an allocator: those that are live, and those in quarantine.
///
/// Any thread may use it.
final class CheckedBlocks {
  private final Allocator below;
  private final CheckPlan plan;

  // Each block by where it begins, and by where its raw block does: so that the raw block, which is
  // live in the allocator below, is not taken for one that the program has.
  private final Map<Long, CheckedBlock> byAddress = new ConcurrentHashMap<>();

  // Whoever needs a block's monitor and this one takes the block's first.
  private final AddressFilter filter = new AddressFilter();
  private final Deque<CheckedBlock> quarantine = new ArrayDeque<>();
  private long quarantinedBytes;
  private long liveBytes;
  private long peakLiveBytes;
  private long heldBytes;

  /// @param below where raw blocks come from, and go to
  CheckedBlocks(Allocator below, CheckPlan plan) {
    this.below = below;
    this.plan = plan;
  }

  /// The block that begins at an address, or whose raw block does.
  @Nullable CheckedBlock at(long address) {
    return filter.mayHave(address) ? byAddress.get(address) : null;
  }

  /// The block that is nearest to a segment's address, if there is one in the same array.
  @Nullable CheckedBlock nearestTo(MemorySegment segment) {
    return all()
        .filter(block -> block.distanceTo(segment) != Long.MAX_VALUE)
        .min(Comparator.comparingLong(block -> block.distanceTo(segment)))
        .orElse(null);
  }

  /// Lets the allocator below refuse a thread that it is not for.
  void requireThread() {
    all().findAny().ifPresent(this::requireThread);
  }

  /// As [#requireThread()], for one of the blocks.
  void requireThread(@Nullable CheckedBlock block) {
    if (block != null) {
      synchronized (block) {
        try {
          long _ = block.state() == State.GONE ? 0 : below.usableSize(block.raw());
        } catch (InvalidBlockException past) {
          // It was freed past the checks: told when it leaves the quarantine.
        }
      }
    }
  }

  /// Takes a new block in.
  void add(CheckedBlock block) {
    block.held(below.usableSize(block.raw()));
    byAddress.put(block.address(), block);
    byAddress.put(block.rawAddress(), block);
    synchronized (this) {
      filter.add(block.address());
      filter.add(block.rawAddress());
      count(block.segment().byteSize(), block.held());
    }
  }

  /// Refuses what is not a live block, and tells of its damage.
  void requireIntact(String call, CheckedBlock block, MemorySegment handed) {
    synchronized (block) {
      block.requireLive(call, handed);
      Damages damages = new Damages();
      damages.add(block.damage("by " + call));
      damages.raise();
    }
  }

  /// Ends a live block, puts it into quarantine, and lets those go that are too many there. Then it
  /// tells of damage to any of them.
  void free(CheckedBlock block, MemorySegment handed) {
    Damages damages = new Damages();
    CallStack by = CallStack.here(plan.stackDepth());
    synchronized (block) {
      block.requireLive("free", handed);
      damages.add(block.damage("by free"));
      end(block, by);
    }
    boolean _ = release(plan.quarantineBytes(), plan.quarantineBlocks(), damages);
    damages.raise();
  }

  /// Ends a live block that has moved. What is damaged is told when it leaves the quarantine.
  void endMoved(CheckedBlock block, MemorySegment handed) {
    CallStack by = CallStack.here(plan.stackDepth());
    synchronized (block) {
      block.requireLive("reallocate", handed);
      end(block, by);
    }
  }

  private void end(CheckedBlock block, CallStack by) {
    block.end(by);
    synchronized (this) {
      count(-block.segment().byteSize(), 0);
      quarantine.add(block);
      quarantinedBytes += block.raw().byteSize();
    }
  }

  /// Changes the size of a live block where it stands; answers null if that cannot be.
  @Nullable MemorySegment resize(
      String call, CheckedBlock block, MemorySegment handed, long newByteSize) {
    synchronized (block) {
      requireIntact(call, block, handed);
      long rawSize = block.rawSizeFor(newByteSize, plan.redzoneBytes());
      MemorySegment raw = rawSize < 0 ? null : below.resize(block.raw(), rawSize);
      if (raw == null && newByteSize > handed.byteSize()) {
        return null;
      }
      long held = block.held();
      MemorySegment resized = block.resized(raw == null ? block.raw() : raw, newByteSize);
      block.held(below.usableSize(block.raw()));
      synchronized (this) {
        count(newByteSize - handed.byteSize(), block.held() - held);
      }
      return resized;
    }
  }

  /// Gives the memory of every block in quarantine back, and tells of damage to them.
  ///
  /// @return whether there were any
  boolean drain() {
    Damages damages = new Damages();
    boolean drained = release(0, 0, damages);
    damages.raise();
    return drained;
  }

  private boolean release(long bytes, int blocks, Damages damages) {
    boolean released = false;
    for (CheckedBlock oldest; (oldest = pollBeyond(bytes, blocks)) != null; released = true) {
      MemorySegment raw;
      synchronized (oldest) {
        damages.add(oldest.damage("when it left the quarantine"));
        oldest.gone();
        raw = oldest.raw();
      }
      byAddress.remove(oldest.address());
      byAddress.remove(oldest.rawAddress());
      synchronized (this) {
        filter.remove(oldest.address());
        filter.remove(oldest.rawAddress());
        heldBytes -= oldest.held();
      }
      below.free(raw);
    }
    return released;
  }

  private synchronized @Nullable CheckedBlock pollBeyond(long bytes, int blocks) {
    if (quarantinedBytes <= bytes && quarantine.size() <= blocks) {
      return null;
    }
    CheckedBlock oldest = quarantine.poll();
    quarantinedBytes -= oldest == null ? 0 : oldest.raw().byteSize();
    return oldest;
  }

  /// Looks at every block, live and in quarantine, and collects its damage.
  ///
  /// @param found when: "by validate"
  void inspect(String found, Damages damages) {
    all()
        .forEach(
            block -> {
              synchronized (block) {
                damages.add(block.damage(found));
              }
            });
  }

  /// The blocks that are live.
  Stream<CheckedBlock> live() {
    return all().filter(block -> block.state() == State.LIVE);
  }

  /// Size classes of the allocator below, less the raw blocks of those that are here.
  List<ClassStats> notAmong(List<ClassStats> classes) {
    Map<Long, Long> counts =
        all().collect(Collectors.groupingBy(CheckedBlock::held, Collectors.counting()));
    List<ClassStats> others = new ArrayList<>();
    for (ClassStats each : classes) {
      long blocks = 0;
      long bytes = 0;
      if (each.blockBytes() > 0) {
        blocks = Objects.requireNonNullElse(counts.remove(each.blockBytes()), 0L);
        bytes = blocks * each.blockBytes();
      } else {
        // The last one, of all blocks that have no class.
        for (Map.Entry<Long, Long> held : counts.entrySet()) {
          blocks += held.getValue();
          bytes += held.getValue() * held.getKey();
        }
      }
      if (each.liveBlocks() > blocks) {
        others.add(each.withLive(each.liveBlocks() - blocks, each.liveBytes() - bytes));
      }
    }
    return others;
  }

  /// Looks at every block once more, and gives the quarantine back.
  void drainForGood(Damages damages) {
    inspect("by close", damages);
    boolean _ = release(0, 0, damages);
  }

  /// Ends the scopes that live blocks have of their own.
  void closeScopes() {
    live().forEach(CheckedBlock::closeScope);
  }

  /// Forgets every block: its allocator has closed.
  void forget() {
    byAddress.clear();
    synchronized (this) {
      liveBytes = 0;
      heldBytes = 0;
    }
  }

  private Stream<CheckedBlock> all() {
    return byAddress.entrySet().stream()
        .filter(entry -> entry.getKey() == entry.getValue().address())
        .map(Map.Entry::getValue);
  }

  private void count(long live, long held) {
    liveBytes += live;
    heldBytes += held;
    peakLiveBytes = Math.max(peakLiveBytes, liveBytes);
  }

  /// What the allocator below holds, with what the checks need told apart.
  ///
  /// @param below what it says itself
  /// @param failures how many of its failures the program has not seen; negative for those that it
  ///     was not asked for
  synchronized Stats stats(Stats below, long failures) {
    boolean isFull = plan.level() == CheckLevel.FULL;
    long liveBytes = this.liveBytes + Math.max(0, below.liveBytes() - heldBytes);
    long liveBlocks = below.liveBlocks() - quarantine.size();
    return new Stats(
        liveBlocks,
        liveBytes,
        below.freeBytes(),
        below.cachedBytes() + Math.max(0, below.liveBytes() - liveBytes),
        below.retainedBytes(),
        Math.max(0, below.largestFreeBytes() - 2 * plan.redzoneBytes()),
        below.limitBytes(),
        below.metadataBytes() + byAddress.size() / 2 * (256 + 64L * plan.stackDepth()),
        isFull ? Math.max(peakLiveBytes, liveBytes) : below.peakLiveBytes(),
        below.peakFootprintBytes(),
        below.allocations(),
        below.allocations() - liveBlocks,
        below.failures() - failures);
  }
}
