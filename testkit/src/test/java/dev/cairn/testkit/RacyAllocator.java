package dev.cairn.testkit;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.InvalidBlockException.Kind;
import dev.cairn.alloc.Stats;
import dev.cairn.memory.Heap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A heap with one mistake in it that only several threads, or a hand-over between them, bring to
/// light: for the tests of the tests.
class RacyAllocator implements Allocator {
  /// The mistakes, and what a tester that finds one says.
  enum Mistake {
    NONE(""),
    FREE_IS_NOT_ATOMIC("threads that raced for it could free"),
    BLOCKS_OF_TWO_THREADS_OVERLAP(Symptoms.OF_SHARED_MEMORY),
    A_BLOCK_FREED_BY_ANOTHER_THREAD_IS_HANDED_OUT_TWICE(Symptoms.OF_SHARED_MEMORY),
    A_FREE_BY_ANOTHER_THREAD_IS_NOT_COUNTED("are live, but the stats say"),
    A_SECOND_FREE_BY_ANOTHER_THREAD_IS_ACCEPTED("was freed twice"),
    BLOCKS_OF_DEAD_THREADS_CANNOT_BE_FREED("its thread is dead"),
    FREE_HANGS("have not met");

    final String symptom;

    Mistake(String symptom) {
      this.symptom = symptom;
    }
  }

  private static final class Symptoms {
    /// Whichever of the block's two owners is the first to notice.
    static final String OF_SHARED_MEMORY =
        "another block is there|are both live, and overlap|should be zero|InvalidBlockException";
  }

  final Heap heap;
  // The thread that allocated the last block at an address.
  private final ConcurrentMap<Long, Thread> origins = new ConcurrentHashMap<>();

  private RacyAllocator(Heap heap) {
    this.heap = heap;
  }

  /// Opens a heap with a mistake.
  static RacyAllocator open(Mistake mistake, long capacityBytes) {
    Heap heap = Heap.fixed(capacityBytes);
    return switch (mistake) {
      case NONE -> new RacyAllocator(heap);
      case FREE_IS_NOT_ATOMIC -> new CheckThenFree(heap);
      case BLOCKS_OF_TWO_THREADS_OVERLAP -> new Overlapping(heap);
      case A_BLOCK_FREED_BY_ANOTHER_THREAD_IS_HANDED_OUT_TWICE -> new HandedOutTwice(heap);
      case A_FREE_BY_ANOTHER_THREAD_IS_NOT_COUNTED -> new NotCounted(heap);
      case A_SECOND_FREE_BY_ANOTHER_THREAD_IS_ACCEPTED -> new SecondFreeAccepted(heap);
      case BLOCKS_OF_DEAD_THREADS_CANNOT_BE_FREED -> new DeadThreads(heap);
      case FREE_HANGS -> new FreeHangs(heap);
    };
  }

  /// Whether another thread has allocated a block.
  final boolean isOfAnotherThread(MemorySegment block) {
    return origins.get(block.address()) != Thread.currentThread();
  }

  final boolean isOfDeadThread(MemorySegment block) {
    Thread origin = origins.get(block.address());
    return origin != null && !origin.isAlive();
  }

  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    MemorySegment block = heap.allocate(byteSize, byteAlignment);
    origins.put(block.address(), Thread.currentThread());
    return block;
  }

  @Override
  public @Nullable MemorySegment tryAllocate(long byteSize, long byteAlignment) {
    MemorySegment block = heap.tryAllocate(byteSize, byteAlignment);
    if (block != null) {
      origins.put(block.address(), Thread.currentThread());
    }
    return block;
  }

  @Override
  public void free(MemorySegment block) {
    heap.free(block);
  }

  @Override
  public @Nullable MemorySegment resize(MemorySegment block, long newByteSize) {
    return heap.resize(block, newByteSize);
  }

  @Override
  public long usableSize(MemorySegment block) {
    return heap.usableSize(block);
  }

  @Override
  public Stats stats() {
    return heap.stats();
  }

  @Override
  public void close() {
    heap.close();
  }

  @Override
  public Arena confinedArena() {
    return heap.confinedArena();
  }

  @Override
  public Arena sharedArena() {
    return heap.sharedArena();
  }

  private static class CheckThenFree extends RacyAllocator {
    private final AtomicLong frees = new AtomicLong();

    CheckThenFree(Heap heap) {
      super(heap);
    }

    @Override
    public void free(MemorySegment block) {
      long _ = heap.usableSize(block);
      if (frees.incrementAndGet() % 64 == 0) {
        // So that it comes to light on one processor, too.
        LockSupport.parkNanos(1);
      }
      try {
        heap.free(block);
      } catch (InvalidBlockException refusal) {
        // Another thread was faster.
      }
    }
  }

  /// Hands some blocks out twice, and frees only one of them.
  private abstract static class Sharing extends RacyAllocator {
    private final Set<MemorySegment> shared = ConcurrentHashMap.newKeySet();

    Sharing(Heap heap) {
      super(heap);
    }

    final MemorySegment share(MemorySegment block, long byteSize) {
      MemorySegment part = block.asSlice(0, byteSize);
      shared.add(part);
      return part;
    }

    @Override
    public void free(MemorySegment block) {
      if (!shared.remove(block)) {
        heap.free(block);
      }
    }

    @Override
    public @Nullable MemorySegment resize(MemorySegment block, long newByteSize) {
      return shared.contains(block) ? null : heap.resize(block, newByteSize);
    }

    @Override
    public long usableSize(MemorySegment block) {
      return shared.contains(block) ? block.byteSize() : heap.usableSize(block);
    }
  }

  private static class Overlapping extends Sharing {
    private final AtomicReference<@Nullable MemorySegment> last = new AtomicReference<>();

    Overlapping(Heap heap) {
      super(heap);
    }

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
      MemorySegment before = last.get();
      if (before != null
          && byteAlignment == 1
          && byteSize > 0
          && byteSize < before.byteSize()
          && isOfAnotherThread(before)
          && last.compareAndSet(before, null)) {
        return share(before, byteSize);
      }
      MemorySegment block = super.allocate(byteSize, byteAlignment);
      last.set(block);
      return block;
    }
  }

  private static class HandedOutTwice extends Sharing {
    private final AtomicReference<@Nullable MemorySegment> freed = new AtomicReference<>();

    HandedOutTwice(Heap heap) {
      super(heap);
    }

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
      MemorySegment block = freed.get();
      return block != null
              && byteAlignment == 1
              && byteSize > 0
              && byteSize < block.byteSize()
              && freed.compareAndSet(block, null)
          ? share(block, byteSize)
          : super.allocate(byteSize, byteAlignment);
    }

    @Override
    public void free(MemorySegment block) {
      boolean remote = isOfAnotherThread(block);
      super.free(block);
      if (remote) {
        freed.set(block);
      }
    }
  }

  private static class NotCounted extends RacyAllocator {
    private final AtomicLong remote = new AtomicLong();

    NotCounted(Heap heap) {
      super(heap);
    }

    @Override
    public void free(MemorySegment block) {
      heap.free(block);
      if (isOfAnotherThread(block)) {
        remote.incrementAndGet();
      }
    }

    @Override
    public Stats stats() {
      Stats real = heap.stats();
      long lost = remote.get() / 1000;
      return new Stats(
          real.liveBlocks() + lost,
          real.liveBytes(),
          real.freeBytes(),
          0,
          0,
          real.largestFreeBytes(),
          real.limitBytes(),
          real.metadataBytes(),
          real.peakLiveBytes(),
          real.peakFootprintBytes(),
          real.allocations(),
          real.frees() - lost,
          real.failures());
    }
  }

  private static class SecondFreeAccepted extends RacyAllocator {
    SecondFreeAccepted(Heap heap) {
      super(heap);
    }

    @Override
    public void free(MemorySegment block) {
      try {
        heap.free(block);
      } catch (InvalidBlockException refusal) {
        if (refusal.kind() != Kind.NOT_LIVE || !isOfAnotherThread(block)) {
          throw refusal;
        }
      }
    }
  }

  private static class DeadThreads extends RacyAllocator {
    DeadThreads(Heap heap) {
      super(heap);
    }

    @Override
    public void free(MemorySegment block) {
      if (isOfDeadThread(block)) {
        throw new InvalidBlockException(Kind.FOREIGN, block.address(), "its thread is dead");
      }
      heap.free(block);
    }
  }

  private static class FreeHangs extends RacyAllocator {
    private final AtomicLong frees = new AtomicLong();

    FreeHangs(Heap heap) {
      super(heap);
    }

    @Override
    public void free(MemorySegment block) {
      heap.free(block);
      while (frees.incrementAndGet() >= 1000) {
        LockSupport.park();
      }
    }
  }
}
