package dev.cairn.memory;

import dev.cairn.platform.RawMemory;
import dev.cairn.platform.Rescope;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinWorkerThread;
import org.jspecify.annotations.Nullable;

/// A thread's stack: scratch memory that is allocated by moving a cursor, and ends in the reverse
/// order.
///
/// Each thread has one. A [Frame] is pushed onto it, blocks are allocated in the frame, and popping
/// the frame ends them.
///
/// {@snippet :
/// try (Frame frame = Stack.push()) {
///   MemorySegment point = frame.allocate(16, 8);
///   nativeCall(point);
/// }
/// }
///
/// A stack has 64 KiB; the system property `dev.cairn.stackBytes` sets another size for all of
/// them. Larger or longer-lived memory comes from a [Region] or a [Heap].
///
/// ## Failure
///
/// A [StackOverflowError] that strikes inside a `close` leaves that frame open, and with it those
/// below, whose pops are refused from then on. The thread can go on; what these frames hold of its
/// stack is lost until it ends.
///
/// ## Threads
///
/// A platform thread keeps its stack until it ends. A virtual thread, or one of a fork-join pool,
/// borrows a stack at its first push and gives it back at its last pop, so that there are as many
/// stacks as there are such threads with an open frame; of the others a few are kept, and the rest
/// is left to the garbage collector.
///
/// ## Cost
///
/// Pushing, allocating and popping take no lock, and make no garbage where the frame and its blocks
/// do not escape the compiled code; borrowing does both. Stacks need native access.
public final class Stack {
  private static final String BYTES_PROPERTY = "dev.cairn.stackBytes";
  private static final long BYTES = byteSize(System.getProperty(BYTES_PROPERTY, "65536"));

  private static final ThreadLocal<@Nullable Stack> CURRENT = new ThreadLocal<>();
  // Stacks that threads have borrowed, by whom, and those that wait for another borrower.
  private static final Map<Stack, WeakReference<Thread>> LENT = new ConcurrentHashMap<>();
  private static final ArrayBlockingQueue<Stack> IDLE =
      new ArrayBlockingQueue<>(4 * Runtime.getRuntime().availableProcessors());
  private static final int FIRST_SWEEP = 256;
  private static volatile int sweepAt = FIRST_SWEEP;
  private static final Cleaner ENDED_THREADS = Cleaner.create();

  // SAFETY: blocks are views of this memory in their frame's scope, which does not keep it, so
  // something else must for as long as a frame is open. Not the thread local alone: some pools
  // erase
  // those. A thread's own stack is held until the thread is gone, a borrowed one until its last
  // pop.
  private final MemorySegment memory = Arena.ofAuto().allocate(BYTES, 64);
  private final long end = memory.address() + BYTES;
  private final boolean borrowed;
  // Where the next block can begin, a multiple of 8. All bytes from there on are zero.
  private long top = memory.address();
  private int depth;

  private Stack(boolean borrowed) {
    // Refuses here, once, a JVM that gives no native access.
    Rescope.openConfined().close();
    this.borrowed = borrowed;
  }

  /// Opens a frame on top of the current thread's stack.
  ///
  /// @return the frame; close it to pop it
  public static Frame push() {
    Stack stack = CURRENT.get();
    if (stack == null) {
      stack = take();
    }
    Frame frame = new Frame(stack, stack.depth + 1, stack.top);
    stack.depth++;
    return frame;
  }

  long byteSize() {
    return BYTES;
  }

  long top() {
    return top;
  }

  long end() {
    return end;
  }

  void moveTo(long address) {
    top = (address + 7) & -8;
  }

  boolean isTop(int frame) {
    return frame == depth;
  }

  /// Says why a frame that is open is not the top one.
  RuntimeException notOnTop(String call, int frame) {
    if (CURRENT.get() != this) {
      return new WrongThreadException(
          call + " of a frame of another thread: each thread pushes frames of its own");
    }
    return new IllegalStateException(
        call
            + " of frame "
            + frame
            + ", but frame "
            + depth
            + " is on top of it: pop the frames in"
            + " the reverse order, each with try-with-resources");
  }

  void pop(long base) {
    RawMemory.zero(base, top);
    top = base;
    if (--depth == 0 && borrowed) {
      CURRENT.remove();
      LENT.remove(this);
      // If enough are idle, this one is left to the garbage collector.
      var _ = IDLE.offer(this);
    }
  }

  private static Stack take() {
    Thread thread = Thread.currentThread();
    Stack stack;
    if (thread.isVirtual() || thread instanceof ForkJoinWorkerThread) {
      Stack idle = IDLE.poll();
      stack = idle == null ? new Stack(true) : idle;
      forgetEndedBorrowers();
      LENT.put(stack, new WeakReference<>(thread));
    } else {
      stack = new Stack(false);
      var _ = ENDED_THREADS.register(thread, new Hold(stack.memory));
    }
    CURRENT.set(stack);
    return stack;
  }

  /// How many stacks are held for those who have borrowed them.
  static int lent() {
    return LENT.size();
  }

  /// Lets go of stacks whose borrowers have ended with a frame open: nobody can use those frames.
  private static void forgetEndedBorrowers() {
    if (LENT.size() < sweepAt) {
      return;
    }
    LENT.values()
        .removeIf(
            borrower -> {
              Thread thread = borrower.get();
              return thread == null || !thread.isAlive();
            });
    // The next time when there are twice as many, so that it costs each borrower little.
    sweepAt = Math.max(FIRST_SWEEP, 2 * LENT.size());
  }

  private static long byteSize(String bytes) {
    try {
      long size = Long.parseLong(bytes);
      if (size >= 64 && size <= 1L << 30 && size % 8 == 0) {
        return size;
      }
    } catch (NumberFormatException notANumber) {
      // Refused below.
    }
    throw new IllegalArgumentException(
        "-D"
            + BYTES_PROPERTY
            + "="
            + bytes
            + ": a stack has 64 to 1073741824 bytes, a multiple of 8");
  }

  /// Holds memory until the thread it is registered with is gone.
  private record Hold(MemorySegment memory) implements Runnable {
    @Override
    public void run() {
      // Nothing is left to do: from now on nobody holds it.
    }
  }
}
