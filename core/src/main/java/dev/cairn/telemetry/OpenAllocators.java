package dev.cairn.telemetry;

import dev.cairn.alloc.Allocator;
import dev.cairn.platform.FlightRecording;
import dev.cairn.telemetry.OpenAllocator.Holding;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// The allocators that are open and may be used by any thread: a confined one may not be asked what
/// it holds.
///
/// An allocator that is collected without having been closed leaves the list, too: when it is next
/// changed or looked at.
public final class OpenAllocators {
  private static final Set<OpenAllocator> OPEN = ConcurrentHashMap.newKeySet();
  private static final ReferenceQueue<Allocator> COLLECTED = new ReferenceQueue<>();
  private static final Map<String, AtomicLong> NUMBERS = new ConcurrentHashMap<>();
  private static final List<Listener> LISTENERS = new CopyOnWriteArrayList<>();

  static {
    if (FlightRecording.isAvailable()) {
      RecorderWatch.begin();
    }
  }

  private OpenAllocators() {}

  /// Is told of allocators that open and close.
  public interface Listener {
    /// Is told that an allocator has opened.
    ///
    /// @param allocator the allocator
    void opened(OpenAllocator allocator);

    /// Is told that an allocator has closed, or was collected.
    ///
    /// @param allocator the allocator
    void closed(OpenAllocator allocator);
  }

  /// A name for an allocator that was given none.
  ///
  /// @param type what it is: "heap"
  /// @return the type and a number: "heap-1"
  public static String nextName(String type) {
    return type + "-" + NUMBERS.computeIfAbsent(type, _ -> new AtomicLong()).incrementAndGet();
  }

  /// Puts an allocator on the list.
  ///
  /// @param allocator the allocator
  /// @param name what it is called
  /// @param holding whose memory it divides
  /// @param trim how it is trimmed; it does not refer to the allocator
  /// @return its place on the list, to be closed with it
  public static OpenAllocator add(
      Allocator allocator, String name, Holding holding, Consumer<Allocator> trim) {
    forgetCollected();
    OpenAllocator open = new OpenAllocator(allocator, name, holding, trim, COLLECTED);
    OPEN.add(open);
    LISTENERS.forEach(listener -> listener.opened(open));
    return open;
  }

  /// Every allocator on the list.
  ///
  /// @return a copy of the list, in the order of the names
  public static List<OpenAllocator> all() {
    forgetCollected();
    return OPEN.stream().sorted(Comparator.comparing(OpenAllocator::name)).toList();
  }

  /// Tells a listener of every allocator that is open, and from now on of those that open and
  /// close.
  ///
  /// @param listener who is told; of an allocator that opens or closes meanwhile perhaps twice
  public static void tell(Listener listener) {
    LISTENERS.add(listener);
    all().forEach(listener::opened);
  }

  /// Tells a listener nothing any more.
  ///
  /// @param listener who was told
  public static void tellNoMore(Listener listener) {
    LISTENERS.remove(listener);
  }

  static boolean isOpen(OpenAllocator allocator) {
    return OPEN.contains(allocator);
  }

  static void remove(OpenAllocator allocator) {
    if (OPEN.remove(allocator)) {
      LISTENERS.forEach(listener -> listener.closed(allocator));
    }
  }

  private static void forgetCollected() {
    for (Reference<? extends Allocator> collected; (collected = COLLECTED.poll()) != null; ) {
      remove((OpenAllocator) collected);
    }
  }
}
