package dev.cairn.testkit.junit;

import dev.cairn.check.CheckLevel;
import dev.cairn.check.CheckedAllocator;
import dev.cairn.check.CheckedAllocatorBuilder;
import dev.cairn.check.LeakyHeap;
import dev.cairn.check.WatchedHeaps;
import dev.cairn.memory.Heap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor.Invocation;

/// The heaps of a test: those that it was given, and those that it opens.
final class TestHeaps implements AutoCloseable {
  private static final long LIMIT = 1L << 30;

  private final ExtensionContext context;
  private final WatchedHeaps watched;
  private final Queue<Heap> given = new ConcurrentLinkedQueue<>();

  /// @param context the test
  /// @param checks how its heaps are checked
  TestHeaps(ExtensionContext context, NoLeaks.Checks checks) {
    this.context = context;
    this.watched = new WatchedHeaps(() -> builder(checks));
  }

  private static CheckedAllocatorBuilder builder(NoLeaks.Checks checks) {
    CheckedAllocatorBuilder builder = CheckedAllocator.builder();
    return switch (checks) {
      case BY_PROPERTY -> builder.level(CheckLevel.ofProperty());
      case FULL -> builder.level(CheckLevel.FULL);
      case CONFINED -> builder.level(CheckLevel.FULL).confinedWherePossible();
    };
  }

  /// Opens a heap for a parameter, which is closed with these.
  Heap openForParameter() {
    Heap heap = watched.during(() -> Heap.growable(LIMIT));
    given.add(heap);
    return heap;
  }

  /// Runs a part of the test.
  <T extends @Nullable Object> T during(Invocation<T> part) throws Throwable {
    return watched.during(part::proceed);
  }

  /// Closes the heaps that the test was given, and tells what has leaked.
  ///
  /// @throws AssertionError what closing them has thrown, such as damage, or else the leaks; unless
  ///     the test has failed by itself, or was aborted: then its exception gets them, suppressed
  @Override
  public void close() {
    List<AssertionError> failures = new ArrayList<>();
    for (Heap heap : given) {
      try {
        heap.close();
      } catch (RuntimeException failure) {
        // JUnit says of another exception only that something could not be closed.
        failures.add(
            new AssertionError(
                "closing the heap of the test failed: " + failure.getMessage(), failure));
      }
    }
    List<LeakyHeap> leaky = watched.end();
    if (!leaky.isEmpty()) {
      failures.add(Leaks.of(leaky));
    }
    if (failures.isEmpty()) {
      return;
    }
    Optional<Throwable> result = context.getExecutionException();
    AssertionError first = failures.getFirst();
    if (result.isPresent()) {
      failures.forEach(result.get()::addSuppressed);
    } else {
      failures.stream().skip(1).forEach(first::addSuppressed);
      throw first;
    }
  }
}
