package dev.cairn.bench;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// `java -cp 'bench/target/classes:bench/target/lib/*' org.openjdk.jmh.Main bench.HandOver`
///
/// One thread allocates blocks of 64 bytes, another frees them. The time is that of a block at the
/// pace of both, each on a core of its own.
@State(Scope.Thread)
public class HandOver extends Row {
  // The contestant's slots are a ring of one producer and one consumer. Each says how far it is
  // every PUBLISHED blocks only, so that the cache lines of the counters seldom change hands.
  private static final int RING = 4096;
  private static final int PUBLISHED = 64;
  private static final int SPINS = 1000;
  private static final long BYTE_SIZE = 64;

  private final Counter produced = new Counter();
  private final Counter consumed = new Counter();
  private volatile boolean done;

  // The producer's own.
  private long next;
  private long room = RING;

  private @Nullable Thread consumer;
  private volatile @Nullable Throwable failure;

  /// Makes the loop.
  public HandOver() {
    super(RING);
  }

  @Override
  void open(Contestant opened) {
    opened.requireHandOver();
    super.open(opened);
    Core.keepTo(0);
    consumer = Thread.ofPlatform().daemon().name("consumer").start(this::consume);
  }

  /// One block.
  @Benchmark
  public void handOver() {
    if (next == room) {
      room = awaitBeyond(consumed, next - RING) + RING;
    }
    blocks.allocate((int) next & (RING - 1), BYTE_SIZE);
    if ((++next & (PUBLISHED - 1)) == 0) {
      produced.setRelease(next);
    }
  }

  private void consume() {
    try {
      Core.keepTo(1);
      long at = 0;
      long end = awaitBeyond(produced, at);
      while (at != end) {
        blocks.free((int) at & (RING - 1));
        if ((++at & (PUBLISHED - 1)) == 0) {
          consumed.setRelease(at);
        }
        if (at == end) {
          end = awaitBeyond(produced, at);
        }
      }
    } catch (Throwable thrown) {
      failure = thrown;
      done = true;
    }
  }

  /// Waits until a counter is beyond a value; at the end answers early, with what it is.
  private long awaitBeyond(AtomicLong counter, long value) {
    for (int spins = 1; ; spins++) {
      long current = counter.getAcquire();
      if (current > value) {
        return current;
      }
      if (done) {
        requireNoFailure();
        return counter.getAcquire();
      }
      if (spins % SPINS == 0) {
        Thread.yield();
      }
    }
  }

  private void requireNoFailure() {
    if (failure != null) {
      throw new IllegalStateException("the thread that frees has failed", failure);
    }
  }

  @Override
  public void close() {
    produced.setRelease(next);
    done = true;
    try {
      if (consumer != null) {
        consumer.join();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    requireNoFailure();
    super.close();
  }

  /// A number in a cache line of its own.
  @SuppressWarnings({"serial", "unused"}) // never serialized; the padding is there to be there
  private static final class Counter extends AtomicLong {
    private long p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15, p16;
  }
}
