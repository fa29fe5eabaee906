package dev.cairn.memory;

import dev.cairn.check.CheckLevel;
import dev.cairn.check.CheckedAllocator;
import dev.cairn.check.CheckedAllocatorBuilder;
import dev.cairn.check.LeakReport;
import dev.cairn.engine.HeapPlan;
import dev.cairn.engine.HeapPlan.Growth;
import dev.cairn.engine.HeapPlan.Source;
import dev.cairn.platform.Reservation;
import dev.cairn.telemetry.OpenAllocators;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a heap is to be, beyond its kind and size.
///
/// {@snippet :
/// try (Heap heap = Heap.builder().pretouched().fixed(1 << 30)) {
///   ...
/// }
/// }
public final class HeapBuilder {
  /// What a heap may retain for as long as the decay time, if nothing else is said, in bytes.
  public static final long DEFAULT_RETAINED_BYTES = 64L << 20;

  /// How long a heap retains memory that is not in use, if nothing else is said.
  public static final Duration DEFAULT_DECAY = Duration.ofSeconds(1);

  private @Nullable String name;
  private Source source = Reservation.isSupported() ? Source.PAGES : Source.ARENAS;
  private long retained = DEFAULT_RETAINED_BYTES;
  private Duration decay = DEFAULT_DECAY;
  private boolean pretouched;
  private boolean locked;
  private long hugeFrom = HeapPlan.USUALLY_HUGE_FROM;
  private Supplier<Optional<CheckedAllocatorBuilder>> checks = CheckedAllocatorBuilder::ofProperty;
  private @Nullable Consumer<LeakReport> leakListener;

  HeapBuilder() {}

  /// Sets what the heap is called by the events of the flight recorder and by JMX. Unless set, it
  /// is "heap" and a number.
  ///
  /// @param newName the name
  /// @return this builder
  public HeapBuilder named(String newName) {
    name = newName;
    return this;
  }

  /// Puts every page of a fixed heap in place when it opens, so that no later access waits for the
  /// system. Other kinds of heaps refuse it.
  ///
  /// @return this builder
  public HeapBuilder pretouched() {
    pretouched = true;
    return this;
  }

  /// Locks the memory of a fixed heap, so that the system never pages it out. It puts every page in
  /// place, too. Other kinds of heaps refuse it.
  ///
  /// @return this builder
  public HeapBuilder locked() {
    locked = true;
    return this;
  }

  /// Asks the system for huge pages from the first byte on. Unless this is said, a heap asks for
  /// them where it is larger than 32 MiB, from there on. They save time where much memory is in use
  /// at random; where little of each is, the system may hold up to 2 MiB more than the footprint
  /// says.
  ///
  /// It does nothing where memory does not come from `mmap`, or the system has no huge pages.
  ///
  /// @return this builder
  public HeapBuilder hugePages() {
    hugeFrom = 0;
    return this;
  }

  /// Takes memory from the JDK's arenas, also where this system has `mmap`. Heaps of less than 2
  /// MiB always do.
  ///
  /// @return this builder
  public HeapBuilder fromArenas() {
    source = Source.ARENAS;
    return this;
  }

  /// Sets how much memory that is not in use a growable heap may keep until it decays. It may keep
  /// a quarter of what is in use in any case.
  ///
  /// @param bytes the number of bytes
  /// @return this builder
  /// @throws IllegalArgumentException if it is negative
  public HeapBuilder retaining(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("retaining " + bytes + " bytes: set 0 or more");
    }
    retained = bytes;
    return this;
  }

  /// Sets after which time a growable heap gives memory back that is not in use.
  ///
  /// @param time the time, at least a millisecond
  /// @return this builder
  /// @throws IllegalArgumentException if it is less
  public HeapBuilder decayingAfter(Duration time) {
    if (time.toMillis() < 1) {
      throw new IllegalArgumentException("decay after " + time + ": set a millisecond or more");
    }
    decay = time;
    return this;
  }

  /// Sets how much is checked of what is done to the blocks: see [CheckedAllocator]. Unless this is
  /// said, the system property `dev.cairn.check` says it: `off`, which is what it is where it is
  /// not set, `sampled` or `full`; and with `,confined` behind that each block has a scope of its
  /// own, where it can have one, and the heap is for the thread that opens it.
  ///
  /// Checked blocks take more room, as they have redzones around them, and room is what a fixed
  /// heap has no more of.
  ///
  /// @param level the level
  /// @return this builder
  public HeapBuilder checked(CheckLevel level) {
    checks =
        () ->
            level == CheckLevel.OFF
                ? Optional.empty()
                : Optional.of(CheckedAllocator.builder().level(level));
    return this;
  }

  /// Sets in detail what is checked of what is done to the blocks, whatever the system property
  /// says.
  ///
  /// {@snippet :
  /// Heap.builder().checked(CheckedAllocator.builder().confined().redzones(4096)).growable(1 << 30)
  /// }
  ///
  /// @param wanted what is to be checked; what is [told to this builder][#onLeak] of leaks is told
  ///     to that one
  /// @return this builder
  public HeapBuilder checked(CheckedAllocatorBuilder wanted) {
    checks = () -> Optional.of(wanted);
    return this;
  }

  /// Sets who is told of the blocks that are live when the heap closes. Unless set, they are logged
  /// as a warning by the [System.Logger] `dev.cairn.memory.Heap`.
  ///
  /// @param listener is given a report of the live blocks, if there are any, while they still are
  /// @return this builder
  public HeapBuilder onLeak(Consumer<LeakReport> listener) {
    leakListener = listener;
    return this;
  }

  /// Opens a heap of an exact size.
  ///
  /// @param byteSize the size of the heap in bytes
  /// @return the heap
  /// @throws IllegalArgumentException if `byteSize` is negative, or more than a heap can have
  /// @throws OutOfMemoryError if the system does not have that much
  /// @throws IllegalStateException if it is to be locked, and the system refuses
  /// @throws UnsupportedOperationException if it is to be locked, and this JVM cannot
  public Heap fixed(long byteSize) {
    requireSize(byteSize, Heap.MAX_BYTES);
    Heap heap =
        open(new HeapPlan("fixed heap", Growth.NONE, byteSize, null, source, 0, -1, hugeFrom));
    try {
      heap.commit(pretouched, locked);
      return heap;
    } catch (Throwable failure) {
      heap.close();
      throw failure;
    }
  }

  /// Opens a heap that grows as needed. It takes no memory until the first block.
  ///
  /// @param byteLimit the most bytes its footprint may become
  /// @return the heap
  /// @throws IllegalArgumentException if `byteLimit` is negative
  /// @throws IllegalStateException if it is to be pretouched or locked
  public Heap growable(long byteLimit) {
    requireSize(byteLimit, Long.MAX_VALUE);
    requireLazy("a growable heap");
    return open(
        new HeapPlan(
            "growable heap",
            Growth.ON_DEMAND,
            byteLimit,
            null,
            source,
            retained,
            decay.toMillis(),
            hugeFrom));
  }

  /// Opens a heap inside memory of the caller, which stays the owner of it.
  ///
  /// @param memory the memory: native, mapped from a file, or in a Java array
  /// @return the heap
  /// @throws IllegalArgumentException if `memory` is read-only, has ended, is another thread's, or
  ///     is larger than a heap can be
  /// @throws IllegalStateException if it is to be pretouched or locked
  public Heap over(MemorySegment memory) {
    requireSize(memory.byteSize(), Heap.MAX_BYTES);
    requireLazy("a heap over the caller's memory");
    long alignment = HeapPlan.alignmentOver(memory);
    MemorySegment aligned = Extent.writable(memory, alignment);
    return open(
        new HeapPlan(
            "heap over the caller's memory",
            Growth.NONE,
            aligned.byteSize(),
            aligned,
            source,
            0,
            -1,
            hugeFrom));
  }

  private Heap open(HeapPlan plan) {
    HeapPlan named = plan.named(name == null ? OpenAllocators.nextName("heap") : name);
    Optional<CheckedAllocatorBuilder> wanted = checks.get();
    if (wanted.isEmpty()) {
      return new Heap(named, leakListener);
    }
    CheckedAllocatorBuilder checked = wanted.get();
    return CheckedHeap.over(
        new Heap(named, Heap.TOLD), leakListener == null ? checked : checked.onLeak(leakListener));
  }

  private void requireLazy(String kind) {
    if (pretouched || locked) {
      throw new IllegalStateException(
          (locked ? "locked()" : "pretouched()")
              + " for "
              + kind
              + ": only a fixed heap has all of its memory, and its own, when it opens");
    }
  }

  private static void requireSize(long byteSize, long most) {
    Extent.requireSize("heap", byteSize, most);
  }
}
