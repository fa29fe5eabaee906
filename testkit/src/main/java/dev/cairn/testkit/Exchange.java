package dev.cairn.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The place where workers hand blocks over to each other: slots of one block each, and the estate
/// of the workers that died.
final class Exchange {
  private static final int SLOTS = 256;

  private final AtomicReferenceArray<@Nullable Stamped> slots = new AtomicReferenceArray<>(SLOTS);
  private final Queue<Stamped> estate = new ConcurrentLinkedQueue<>();

  /// Leaves a block in a slot and takes out the one that was there. Either may be null.
  @Nullable Stamped swap(int random, @Nullable Stamped block) {
    return slots.getAndSet(random & (SLOTS - 1), block);
  }

  /// Leaves a block of a worker that dies.
  void bequeath(Stamped block) {
    estate.add(block);
  }

  /// Takes over a block of a worker that died, or null.
  @Nullable Stamped inherit() {
    return estate.poll();
  }

  /// What is here, for when nobody is at work.
  List<Stamped> blocks() {
    List<Stamped> blocks = new ArrayList<>(estate);
    for (int i = 0; i < SLOTS; i++) {
      Stamped block = slots.get(i);
      if (block != null) {
        blocks.add(block);
      }
    }
    return blocks;
  }

  /// Takes out everything, for when nobody is at work.
  List<Stamped> clear() {
    List<Stamped> blocks = blocks();
    estate.clear();
    for (int i = 0; i < SLOTS; i++) {
      slots.set(i, null);
    }
    return blocks;
  }
}
