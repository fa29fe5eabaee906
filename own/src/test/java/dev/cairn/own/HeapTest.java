package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.cairn.memory.Heap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;

/// A heap for each test, in which nothing may be left.
abstract class HeapTest {
  final Heap heap = Heap.growable(1L << 30);

  @AfterEach
  void nothingIsLeft() {
    heap.validate();
    long left = heap.stats().liveBlocks();
    heap.close();
    assertThat(left).as("blocks left").isZero();
  }

  /// Runs something in another thread, and answers what it did or throws what it threw.
  @CanIgnoreReturnValue
  static <T> T elsewhere(Callable<T> action) throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    result.complete(action.call());
                  } catch (Throwable failure) {
                    result.completeExceptionally(failure);
                  }
                });
    thread.join();
    try {
      return result.join();
    } catch (CompletionException failure) {
      if (failure.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw failure;
    }
  }
}
