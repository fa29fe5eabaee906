package dev.cairn.check;

import dev.cairn.check.LeakyHeap.End;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The heaps that a thread opens while a task runs, and what they leak: for tests.
///
/// {@snippet :
/// WatchedHeaps watched = new WatchedHeaps(CheckedAllocator::builder);
/// watched.during(() -> program());
/// watched.end().forEach(leaky -> print(leaky.text()));
/// }
///
/// Watched is every `Heap`, and every other allocator that the program has checked, by
/// [CheckedAllocator#over] or a builder. They are checked as is said here, unless the program says
/// itself how; so the program needs no change, and the system property counts for nothing. A heap
/// that the program opens with `checked(CheckLevel.OFF)` is not watched. Neither is one that a
/// static initializer opens: it belongs to its class, which outlives the task.
///
/// ## Threads
///
/// Threads may watch at the same time, each its own heaps. What a thread opens that was started
/// during the task belongs to the task as well, until the watch ends; what a thread opens that was
/// there before does not.
public final class WatchedHeaps {
  private static final InheritableThreadLocal<@Nullable WatchedHeaps> CURRENT =
      new InheritableThreadLocal<>();
  private static final StackWalker WALKER = StackWalker.getInstance();
  private static final int OPENED_DEPTH = 16;

  private final Supplier<CheckedAllocatorBuilder> checks;
  private final Map<CheckedAllocator, CallStack> open = new LinkedHashMap<>();
  private final List<LeakyHeap> closed = new ArrayList<>();
  private volatile boolean hasEnded;

  /// Watches nothing as yet.
  ///
  /// @param checks answers, for each heap, how it is to be checked where the program does not say
  public WatchedHeaps(Supplier<CheckedAllocatorBuilder> checks) {
    this.checks = checks;
  }

  /// Runs a task, and watches the heaps that it opens.
  ///
  /// @param <T> what it answers
  /// @param <X> what it throws
  /// @param task the task
  /// @return what it answers
  /// @throws X what it throws
  public <T, X extends Throwable> T during(ScopedValue.CallableOp<T, X> task) throws X {
    WatchedHeaps outer = CURRENT.get();
    CURRENT.set(this);
    try {
      return task.call();
    } finally {
      if (outer == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(outer);
      }
    }
  }

  /// Ends the watch.
  ///
  /// @return the heaps that were closed with live blocks, and those that are still open, with or
  ///     without live blocks
  public List<LeakyHeap> end() {
    hasEnded = true;
    Map<CheckedAllocator, CallStack> left;
    List<LeakyHeap> leaky;
    synchronized (this) {
      left = new LinkedHashMap<>(open);
      leaky = new ArrayList<>(closed);
      open.clear();
      closed.clear();
    }
    left.forEach((heap, place) -> leaky.add(leaky(heap, place, End.NEVER_CLOSED, heap.leaks())));
    return leaky;
  }

  /// Who watches the heaps that this thread opens now.
  static @Nullable WatchedHeaps current() {
    WatchedHeaps current = CURRENT.get();
    return current == null || current.hasEnded || isInStaticInitializer() ? null : current;
  }

  private static boolean isInStaticInitializer() {
    return WALKER.walk(frames -> frames.anyMatch(it -> it.getMethodName().equals("<clinit>")));
  }

  CheckedAllocatorBuilder checks() {
    return checks.get();
  }

  synchronized void opened(CheckedAllocator heap) {
    open.put(heap, CallStack.here(OPENED_DEPTH));
  }

  /// Is told what is live in a heap that closes.
  synchronized void closing(CheckedAllocator heap, LeakReport report) {
    CallStack place = open.get(heap);
    if (place != null && !report.isEmpty()) {
      closed.add(leaky(heap, place, End.CLOSED, report));
    }
  }

  synchronized void closed(CheckedAllocator heap) {
    open.remove(heap);
  }

  private static LeakyHeap leaky(
      CheckedAllocator heap, CallStack place, End end, LeakReport report) {
    return new LeakyHeap(heap.toString(), place.elements(), end, report);
  }
}
