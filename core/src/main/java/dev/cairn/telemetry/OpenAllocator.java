package dev.cairn.telemetry;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.Stats;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An allocator that is open, for those who watch; it does not keep the allocator.
public final class OpenAllocator extends WeakReference<Allocator> {
  private final String name;
  private final String kind;
  private final Holding holding;
  private final Consumer<Allocator> trim;

  /// Whose memory an allocator divides.
  public enum Holding {
    /// It has taken it from the system.
    ITS_OWN,
    /// The caller has brought it, perhaps from another allocator.
    THE_CALLERS
  }

  OpenAllocator(
      Allocator allocator,
      String name,
      Holding holding,
      Consumer<Allocator> trim,
      ReferenceQueue<Allocator> collected) {
    super(allocator, collected);
    this.name = name;
    this.kind = allocator.toString();
    this.holding = holding;
    this.trim = trim;
  }

  /// What it is called.
  ///
  /// @return the name that it was given, or its type and a number
  public String name() {
    return name;
  }

  /// What it is.
  ///
  /// @return its kind and limit, as it names itself
  public String kind() {
    return kind;
  }

  /// Whose memory it divides.
  ///
  /// @return whether it has taken it from the system, or the caller has brought it
  public Holding holding() {
    return holding;
  }

  /// What it holds and has done.
  ///
  /// @return the figures; null if it was closed or collected
  public @Nullable Stats stats() {
    Allocator allocator = get();
    return allocator == null || !OpenAllocators.isOpen(this) ? null : allocator.stats();
  }

  /// Gives back to the system what the allocator does not use, if it can.
  public void trim() {
    Allocator allocator = get();
    if (allocator != null) {
      trim.accept(allocator);
    }
  }

  /// Takes it off the list: it has closed. Doing so again does nothing.
  public void close() {
    OpenAllocators.remove(this);
  }
}
