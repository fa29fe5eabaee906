package dev.cairn.testkit;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.alloc.Stats;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Collection;
import java.util.SplittableRandom;
import java.util.concurrent.BrokenBarrierException;
import org.jspecify.annotations.Nullable;

/// One member of a [crew][Crew]: a random program that runs in one thread at a time.
///
/// When its thread dies, the blocks that it holds are left to the others, and another thread goes
/// on with the program.
final class Worker implements Runnable {
  private static final int MOST_HELD = 1024;
  private static final int LARGE = 300 * 1024;
  private static final MemorySegment ZEROS = MemorySegment.ofArray(new byte[LARGE]);
  private static final MemorySegment[] FOREIGN = {
    Arena.global().allocate(64, 16), MemorySegment.ofArray(new byte[64]), MemorySegment.NULL
  };

  private final Crew<?> crew;
  private final Allocator allocator;
  private final Exchange exchange;
  private final Thread.Builder threads;
  private final SplittableRandom random;
  private final int alignmentBits;
  // One in so many of its seldom calls is its thread's last.
  private final int lifetime;

  private final @Nullable Stamped[] held = new Stamped[MOST_HELD];
  private int heldCount;
  private int wantedHeld;
  private int handOverShare;
  private boolean lastFirst;
  private int phaseLeft;

  private volatile @Nullable Thread thread;
  private long roundLeft;
  private long executed;
  private long exhausted;
  private long handedOver;
  private long threadsStarted;
  private long allocationsSeen;

  /// @param threads starts this worker's threads
  /// @param lifetime how long a thread lives, in some thousands of calls
  Worker(Crew<?> crew, Thread.Builder threads, int lifetime, long seed) {
    this.crew = crew;
    this.allocator = crew.allocator();
    this.exchange = crew.exchange();
    this.threads = threads;
    this.lifetime = lifetime;
    this.random = new SplittableRandom(seed);
    this.alignmentBits = Long.numberOfTrailingZeros(crew.maxAlignment());
    this.roundLeft = crew.roundLength();
  }

  /// Goes on with the program in a thread of its own.
  void start() {
    threadsStarted++;
    Thread next = threads.unstarted(this);
    // Before it starts: from then on all fields are that thread's.
    thread = next;
    next.start();
  }

  @Nullable Thread thread() {
    return thread;
  }

  long executed() {
    return executed;
  }

  long exhausted() {
    return exhausted;
  }

  long handedOver() {
    return handedOver;
  }

  long threadsStarted() {
    return threadsStarted;
  }

  /// Adds what this worker holds, for when nobody is at work.
  @SuppressWarnings("NullAway") // the slots below the count are never null
  void addHeldTo(Collection<Stamped> blocks) {
    blocks.addAll(Arrays.asList(held).subList(0, heldCount));
  }

  @Override
  public void run() {
    try {
      while (true) {
        try {
          switch (crew.stage()) {
            case WORK -> {
              if (worksUntilItsThreadDies()) {
                return;
              }
            }
            case RACE -> crew.race();
            case FREE_ALL -> freeAll();
            case OVER -> {
              crew.leave();
              return;
            }
          }
        } catch (Throwable failure) {
          crew.fail(this, failure);
        }
        crew.meet();
        roundLeft = crew.roundLength();
      }
    } catch (BrokenBarrierException | InterruptedException hang) {
      crew.leave();
    }
  }

  /// Makes the calls of this round; true if another thread makes the rest of them.
  private boolean worksUntilItsThreadDies() {
    while (roundLeft > 0 && !crew.hasFailed()) {
      roundLeft--;
      executed++;
      if (step()) {
        while (heldCount > 0) {
          exchange.bequeath(take());
        }
        start();
        return true;
      }
    }
    return false;
  }

  /// Makes a call; true if it is to be this thread's last.
  private boolean step() {
    if (--phaseLeft < 0) {
      beginPhase();
    }
    int dice = random.nextInt(1024);
    if (dice < handOverShare) {
      handOver();
    } else if (dice >= 1000 && heldCount > 0) {
      return seldom(dice);
    } else if (dice >= 920 && heldCount > 0) {
      change(dice);
    } else if (heldCount == 0
        || (heldCount < MOST_HELD && random.nextInt(100) < (heldCount < wantedHeld ? 65 : 35))) {
      allocate();
    } else {
      free(take());
    }
    return false;
  }

  private void beginPhase() {
    phaseLeft = 200 + random.nextInt(4000);
    wantedHeld = random.nextInt(4) == 0 ? 0 : random.nextInt(1 << random.nextInt(10));
    handOverShare = random.nextInt(1 << random.nextInt(4, 10));
    lastFirst = random.nextBoolean();
  }

  private void allocate() {
    int dice = random.nextInt(16);
    long byteSize = size(random);
    long alignment = alignment();
    MemorySegment block;
    try {
      block =
          switch (dice) {
            case 0 -> allocator.allocateZeroed(byteSize, alignment);
            case 1, 2, 3, 4 -> allocator.tryAllocate(byteSize, alignment);
            default -> allocator.allocate(byteSize, alignment);
          };
    } catch (MemoryExhaustedException noRoom) {
      block = null;
    }
    if (block == null) {
      becomePoor();
      return;
    }
    requireNew(block, byteSize, alignment);
    if (dice == 0) {
      long other = MemorySegment.mismatch(block, 0, byteSize, ZEROS, 0, byteSize);
      if (other >= 0) {
        throw new AssertionError("byte %d of %s should be zero".formatted(other, block));
      }
    }
    hold(block);
  }

  /// Leaves a block to the others, or takes one of theirs, or both.
  private void handOver() {
    Stamped given = heldCount > 0 && random.nextBoolean() ? take() : null;
    Stamped taken = exchange.swap(random.nextInt(), given);
    while (taken != null) {
      taken.requireIntact();
      handedOver++;
      if (heldCount == MOST_HELD || random.nextInt(4) == 0) {
        free(taken);
      } else {
        held[heldCount++] = taken;
      }
      taken = exchange.inherit();
    }
  }

  private void change(int dice) {
    Stamped before = take();
    before.requireIntact();
    MemorySegment block = before.block();
    long byteSize = size(random);
    if (dice < 950) {
      MemorySegment resized = allocator.resize(block, byteSize);
      if (resized == null) {
        if (byteSize >= block.byteSize() && byteSize <= allocator.usableSize(block)) {
          throw new AssertionError(block + " cannot have the " + byteSize + " bytes it has");
        }
        before.requireIntact();
        held[heldCount++] = before;
        return;
      }
      if (resized.address() != block.address()) {
        throw new AssertionError("resize moved " + block + " to " + resized);
      }
      requireNew(resized, byteSize, 1);
      before.requireKept(resized);
      hold(resized);
      return;
    }
    long alignment = alignment();
    MemorySegment moved;
    try {
      moved = allocator.reallocate(block, byteSize, alignment);
    } catch (MemoryExhaustedException noRoom) {
      before.requireIntact();
      held[heldCount++] = before;
      becomePoor();
      return;
    }
    requireNew(moved, byteSize, alignment);
    before.requireKept(moved);
    hold(moved);
  }

  @SuppressWarnings("ThreadPriorityCheck") // by yielding a virtual thread changes its carrier
  private boolean seldom(int dice) {
    Stamped mine = peek();
    mine.requireIntact();
    MemorySegment block = mine.block();
    long byteSize = block.byteSize();
    switch (dice) {
      case 1023 -> {
        return random.nextInt(lifetime) == 0;
      }
      case 1022, 1021 -> {
        if (Thread.currentThread().isVirtual()) {
          Thread.yield();
        }
      }
      case 1020 -> requireSensible(allocator.stats());
      case 1019 -> requireRefused(FOREIGN[random.nextInt(FOREIGN.length)]);
      case 1018, 1017 -> {
        if (byteSize > 1) {
          requireRefused(block.asSlice(random.nextLong(1, byteSize)));
        }
      }
      case 1016 -> {
        // Allocators may round up to size classes, but none takes a quarter of so much for it all.
        if (byteSize >= 256) {
          requireRefused(block.asSlice(0, byteSize / 4));
        }
      }
      default -> {
        long usable = allocator.usableSize(block);
        if (usable < byteSize) {
          throw new AssertionError(usable + " bytes are usable of " + block);
        }
      }
    }
    mine.requireIntact();
    return false;
  }

  private void freeAll() {
    while (heldCount > 0) {
      free(take());
    }
  }

  private void free(Stamped stamped) {
    stamped.requireIntact();
    allocator.free(stamped.block());
  }

  private void hold(MemorySegment block) {
    held[heldCount++] = Stamped.of(block, random.nextLong());
  }

  private void becomePoor() {
    exhausted++;
    wantedHeld = heldCount / 2;
  }

  private Stamped peek() {
    return at(lastFirst ? heldCount - 1 : random.nextInt(heldCount));
  }

  private Stamped take() {
    int index = lastFirst ? heldCount - 1 : random.nextInt(heldCount);
    Stamped taken = at(index);
    held[index] = held[--heldCount];
    held[heldCount] = null;
    return taken;
  }

  private Stamped at(int index) {
    Stamped stamped = held[index];
    if (stamped == null) {
      throw new AssertionError("nothing is held at " + index + " of " + heldCount);
    }
    return stamped;
  }

  /// A size that a program may ask for: a power law up to 16 KiB, and seldom up to 300 KiB.
  static long size(SplittableRandom random) {
    return random.nextInt(256) == 0
        ? random.nextInt(LARGE + 1)
        : random.nextInt((1 << random.nextInt(15)) + 1);
  }

  private long alignment() {
    int bits = random.nextInt(32) == 0 ? alignmentBits : Math.min(alignmentBits, 4);
    return 1L << random.nextInt(bits + 1);
  }

  private static void requireNew(MemorySegment block, long byteSize, long byteAlignment) {
    if (block.byteSize() != byteSize || (block.address() & (byteAlignment - 1)) != 0) {
      throw new AssertionError(
          "%s is not %d bytes aligned to %d".formatted(block, byteSize, byteAlignment));
    }
  }

  private void requireSensible(Stats stats) {
    if (stats.allocations() < allocationsSeen || stats.peakFootprintBytes() > stats.limitBytes()) {
      throw new AssertionError(
          "there were %d allocations before, and now the stats say %s"
              .formatted(allocationsSeen, stats));
    }
    allocationsSeen = stats.allocations();
  }

  private void requireRefused(MemorySegment wrong) {
    try {
      allocator.free(wrong);
    } catch (InvalidBlockException refusal) {
      return;
    }
    throw new AssertionError(wrong + " is no live block, but was freed");
  }
}
