package dev.cairn.own;

import com.google.errorprone.annotations.MustBeClosed;
import java.lang.foreign.MemorySegment;
import org.checkerframework.checker.calledmethods.qual.EnsuresCalledMethods;
import org.jspecify.annotations.Nullable;

/// A handle of a shared value that does not keep it: from parents to children let handles be
/// strong, and weak from children to parents.
///
/// It keeps the block of the value, though, until it closes. What it [lends][#borrow()] is nothing.
///
/// {@snippet :
/// try (Weak<Rc<Integer>> weak = strong.downgrade();
///     Rc<Integer> again = weak.upgrade()) {
///   ...   // again is null if the value has ended
/// }
/// }
///
/// There is no empty one, as Rust's `Weak::new` makes: a link that leads nowhere is an
/// [optional][Link#optional()] one.
///
/// ## Cost
///
/// A Java object. The value's block stays until it closes.
///
/// ## Threads
///
/// Weak handles of an [Rc] belong to its thread. Each of an [Arc] belongs to the first that uses
/// it.
///
/// @param <S> the type of strong handles: [Rc] or [Arc]
public final class Weak<S extends Owner> extends Owner implements SharesBlock {
  final Family<?, S> family;

  /// Makes a handle that is counted already.
  Weak(Family<?, S> family, MemorySegment block, @Nullable Thread thread) {
    super(family.allocator, block, thread);
    this.family = family;
  }

  private Weak(Weak<S> from) {
    super(from, from.family.counts.newcomer());
    this.family = from.family;
  }

  /// Makes a strong handle of the value, if there is still one.
  ///
  /// @return the handle; null if the value has ended, or has not begun
  /// @throws OwnershipException if this handle has ended or is another thread's
  /// @throws IllegalStateException if there are 2^30 strong handles already
  @MustBeClosed
  public @Nullable S upgrade() {
    requireUsable("upgrade");
    return family.counts.tryAddStrong(memory) ? family.strong(memory) : null;
  }

  /// Makes another weak handle of the value: Rust's `clone`.
  ///
  /// @return the new handle
  /// @throws OwnershipException if this handle has ended or is another thread's
  /// @throws IllegalStateException if there are 2^30 weak handles already
  @MustBeClosed
  public Weak<S> share() {
    requireUsable("share");
    family.counts.addWeakToWeak(memory);
    return new Weak<>(family, memory, family.counts.newcomer());
  }

  /// Moves what this handle has to a new one, which belongs to the same thread if it is one of an
  /// [Rc], else to the first thread that uses it.
  ///
  /// @return the new handle
  /// @throws OwnershipException if this handle has ended, is another thread's, or is borrowed
  @MustBeClosed
  @EnsuresCalledMethods(value = "this", methods = "close")
  public Weak<S> move() {
    return new Weak<>(this);
  }

  /// How many strong handles there are, in memory and out of it.
  ///
  /// @return the count; other threads that have handles may change it at any time
  /// @throws OwnershipException if this handle has ended or is another thread's
  public long strongCount() {
    requireUsable("strongCount");
    return family.counts.strong(memory);
  }

  /// How many weak handles there are, in memory and out of it, if there is a strong one.
  ///
  /// @return the count, or zero if there is no strong handle; other threads that have handles may
  ///     change it at any time
  /// @throws OwnershipException if this handle has ended or is another thread's
  public long weakCount() {
    requireUsable("weakCount");
    return family.counts.weakHandles(memory);
  }

  /// Whether another handle is one of the same value: Rust's `ptr_eq`.
  ///
  /// @param other the other handle
  /// @return true if it is, also if the value has ended
  /// @throws OwnershipException if one of them has ended or is another thread's
  public boolean isSameAs(Weak<S> other) {
    requireUsable("isSameAs");
    other.requireUsable("isSameAs");
    return memory.equals(other.memory);
  }

  /// Answers what this is: the value may have ended.
  @Override
  public String toString() {
    return describe();
  }

  @Override
  String describe() {
    return "the Weak at 0x" + Long.toHexString(memory.address());
  }

  @Override
  long usedBytes() {
    return 0;
  }

  @Override
  void drop() {
    family.removeWeak(memory);
  }

  /// Does nothing: others may have the block, and the last of them frees it.
  @Override
  void free() {}
}
