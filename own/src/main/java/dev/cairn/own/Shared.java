package dev.cairn.own;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.MustBeClosed;
import dev.cairn.alloc.MemoryExhaustedException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.checkerframework.checker.calledmethods.qual.EnsuresCalledMethods;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;
import org.jspecify.annotations.Nullable;

/// A strong handle of a value that several handles own together.
///
/// @param <T> the type of the value
/// @param <S> the type of strong handles
abstract sealed class Shared<T extends @MustCallUnknown Object, S extends Shared<T, S>>
    extends Owner implements SharesBlock permits Rc, Arc {
  final Family<T, S> family;

  /// Makes a handle that is counted already.
  Shared(Family<T, S> family, MemorySegment block, @Nullable Thread thread) {
    super(family.allocator, block, thread);
    this.family = family;
  }

  /// Makes a handle of what another one has, and ends that.
  Shared(Shared<T, S> from) {
    super(from, from.family.counts.newcomer());
    this.family = from.family;
  }

  /// The value. What it owns is copied, or counted once more: the caller owns that.
  ///
  /// @return the value
  /// @throws OwnershipException if this handle has ended or is another thread's
  public final T get() {
    requireUsable("get");
    return guarded().get(memory, family.valueOffset);
  }

  /// Makes another handle of the value: Rust's `clone`.
  ///
  /// @return the new handle
  /// @throws OwnershipException if this handle has ended or is another thread's
  /// @throws IllegalStateException if there are 2^30 handles already
  @MustBeClosed
  public final S share() {
    requireUsable("share");
    family.counts.addStrong(memory);
    return family.strong(memory);
  }

  /// Makes a handle that does not keep the value.
  ///
  /// @return the weak handle
  /// @throws OwnershipException if this handle has ended or is another thread's
  /// @throws IllegalStateException if there are 2^30 weak handles already
  @MustBeClosed
  public final Weak<S> downgrade() {
    requireUsable("downgrade");
    family.counts.addWeakToStrong(memory);
    return new Weak<>(family, memory, family.counts.newcomer());
  }

  /// How many strong handles there are, in memory and out of it.
  ///
  /// @return the count; other threads that have handles may change it at any time
  /// @throws OwnershipException if this handle has ended or is another thread's
  public final long strongCount() {
    requireUsable("strongCount");
    return family.counts.strong(memory);
  }

  /// How many weak handles there are, in memory and out of it.
  ///
  /// @return the count; other threads that have handles may change it at any time
  /// @throws OwnershipException if this handle has ended or is another thread's
  public final long weakCount() {
    requireUsable("weakCount");
    return family.counts.weakHandles(memory);
  }

  /// Whether another handle is one of the same value, not just of an equal one: Rust's `ptr_eq`.
  ///
  /// @param other the other handle
  /// @return true if it is
  /// @throws OwnershipException if one of them has ended or is another thread's
  public final boolean isSameAs(S other) {
    requireUsable("isSameAs");
    other.requireUsable("isSameAs");
    return memory.equals(other.memory);
  }

  /// Whether this is the only handle of the value, strong or weak.
  ///
  /// @return true if it is; then no other thread can change that
  /// @throws OwnershipException if this handle has ended or is another thread's
  public final boolean isUnique() {
    requireUsable("isUnique");
    return family.counts.isUnique(memory);
  }

  /// Replaces the value, which is dropped, if this is the only handle of it, strong or weak: what
  /// Rust's `get_mut` is for.
  ///
  /// @param value the new value, which moves in if this answers true
  /// @return false if there are other handles; then nothing has changed
  /// @throws OwnershipException if this handle has ended, is another thread's, or is borrowed
  public final boolean setIfUnique(T value) {
    requireUnborrowed("setIfUnique");
    if (!family.counts.isUnique(memory)) {
      return false;
    }
    Values.assign(guarded(), memory, family.valueOffset, value);
    return true;
  }

  /// Changes the value for this handle alone: what Rust's `make_mut` is for.
  ///
  /// If this is the only handle, strong or weak, the value changes in place. If not, this handle
  /// gets a block of its own; other handles keep the old value, and weak ones never upgrade again
  /// if no strong one is left.
  ///
  /// @param change is given the value as [#get()] answers it, and answers the new one
  /// @throws OwnershipException if this handle has ended, is another thread's, or is borrowed
  /// @throws MemoryExhaustedException if there is no room for a block; nothing has changed then
  public final void update(UnaryOperator<T> change) {
    requireUnborrowed("update");
    T value = change.apply(guarded().get(memory, family.valueOffset));
    MemorySegment left;
    try {
      requireUnborrowed("update");
      if (setIfUnique(value)) {
        return;
      }
      left = memory;
      setMemory(family.blockOf(value));
    } catch (Throwable failure) {
      Values.forsake(value, failure);
      throw failure;
    }
    family.removeStrong(left);
  }

  /// Moves the value out and ends this handle, if no other strong one is there: Rust's
  /// `try_unwrap`.
  ///
  /// @return the value; or nothing, and then this handle is as it was
  /// @throws OwnershipException if this handle has ended, is another thread's, or is borrowed
  public final Optional<T> tryUnwrap() {
    requireUnborrowed("tryUnwrap");
    if (!family.counts.tryRemoveOnlyStrong(memory)) {
      return Optional.empty();
    }
    endMoved();
    return Optional.of(family.takeLast(memory));
  }

  /// Ends this handle, and moves the value out if it was the last strong one: Rust's `into_inner`.
  ///
  /// If all handles end by this call, in whichever threads, exactly one of the calls answers the
  /// value.
  ///
  /// @return the value, or nothing
  /// @throws OwnershipException if this handle has ended, is another thread's, or is borrowed
  @CanIgnoreReturnValue
  @EnsuresCalledMethods(value = "this", methods = "close")
  public final Optional<T> take() {
    requireUnborrowed("take");
    endMoved();
    return family.counts.removeStrong(memory)
        ? Optional.of(family.takeLast(memory))
        : Optional.empty();
  }

  /// Whether an object is a handle of the same kind, of the same value or an equal one.
  ///
  /// @throws OwnershipException if one of them has ended or is another thread's
  @Override
  @SuppressWarnings("EqualsGetClass") // the two kinds are final classes
  public final boolean equals(@Nullable Object object) {
    return this == object
        || (object instanceof Shared<?, ?> other
            && getClass() == other.getClass()
            && hasEqual(other));
  }

  private Element<T> guarded() {
    return GuardedElement.of(this, family.element);
  }

  private boolean hasEqual(Shared<?, ?> other) {
    requireUsable("equals");
    other.requireUsable("equals");
    return memory.equals(other.memory)
        || Values.areEqual(
            guarded(),
            memory,
            family.valueOffset,
            other.guarded(),
            other.memory,
            other.family.valueOffset);
  }

  /// The hash code of the value.
  ///
  /// @throws OwnershipException if this handle has ended or is another thread's
  @Override
  public final int hashCode() {
    requireUsable("hashCode");
    return guarded().hash(memory, family.valueOffset);
  }

  /// Answers the text of the value; or, to another thread and of a handle that has ended, what this
  /// is.
  @Override
  public final String toString() {
    return isUsable() ? Values.text(guarded(), memory, family.valueOffset) : describe();
  }

  @Override
  final String describe() {
    return "the " + getClass().getSimpleName() + " at 0x" + Long.toHexString(memory.address());
  }

  /// The value, which nobody may write to while others can read it.
  @Override
  final MemorySegment lent() {
    return memory.asSlice(family.valueOffset, usedBytes()).asReadOnly();
  }

  @Override
  final long usedBytes() {
    return family.element.byteSize();
  }

  @Override
  final void drop() {
    family.removeStrong(memory);
  }

  /// Does nothing: others may have the block, and the last of them frees it.
  @Override
  final void free() {}
}
