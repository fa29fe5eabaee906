package dev.cairn.own;

import com.google.errorprone.annotations.MustBeClosed;
import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.MemoryExhaustedException;
import java.lang.foreign.MemorySegment;
import java.util.function.Function;
import java.util.function.Supplier;
import org.checkerframework.checker.calledmethods.qual.EnsuresCalledMethods;
import org.checkerframework.checker.mustcall.qual.MustCallUnknown;
import org.checkerframework.checker.mustcall.qual.Owning;
import org.jspecify.annotations.Nullable;

/// A handle of a value that several handles own together, within one thread. The value is dropped
/// when the last of them closes.
///
/// Each handle is an owner of its own, to be closed once. [Weak] handles do not keep the value.
/// Handles that own each other in a circle never end: the heap reports their blocks when it closes.
/// Let one of them be weak.
///
/// {@snippet :
/// try (Rc<Integer> one = Rc.in(heap, Elements.INT, 42);
///     Rc<Integer> other = one.share()) {
///   other.strongCount();   // 2
/// }
/// }
///
/// Handles are equal if their values are, as in Rust; see [#isSameAs] for more. What [#borrow()]
/// lends is the value, read-only.
///
/// ## Cost
///
/// Eight bytes beside each value, or its alignment if that is more; a handle is a Java object. All
/// is O(1) but for what the element does. Closing the last handle of a long chain of values takes
/// no deep stack: while a value is being dropped, values whose last handle ends by that wait their
/// turn, and what they throw is thrown by the first.
///
/// ## Threads
///
/// All handles of a value belong to the thread that made the first, also those that were moved and
/// those in memory: others are refused. See [Arc] for many threads.
///
/// @param <T> the type of the value
public final class Rc<T extends @MustCallUnknown Object> extends Shared<T, Rc<T>> {
  private static final Counts COUNTS = new PlainCounts();

  private Rc(Family<T, Rc<T>> family, MemorySegment block, @Nullable Thread thread) {
    super(family, block, thread);
  }

  private Rc(Rc<T> from) {
    super(from);
  }

  /// Makes the first handle of a value.
  ///
  /// @param <T> the type of the value
  /// @param allocator where the block comes from
  /// @param element how the value lies in memory
  /// @param value the value, which moves in unless this throws
  /// @return the handle
  /// @throws MemoryExhaustedException if there is no room for the block
  @MustBeClosed
  public static <T extends @MustCallUnknown Object> Rc<T> in(
      Allocator allocator, Element<T> element, @Owning T value) {
    return family(allocator, element).first(value);
  }

  /// Makes the first handle of a value that is to know its own weak handle: Rust's `new_cyclic`.
  ///
  /// @param <T> the type of the value
  /// @param allocator where the block comes from
  /// @param element how the value lies in memory
  /// @param builder makes the value. It is given a weak handle, which ends when it returns: the
  ///     value has one that was [shared][Weak#share()] from it, or has it moved in. No weak handle
  ///     of the value upgrades before this method returns.
  /// @return the handle
  /// @throws MemoryExhaustedException if there is no room for the block
  @MustBeClosed
  public static <T extends @MustCallUnknown Object> Rc<T> cyclic(
      Allocator allocator, Element<T> element, Function<? super Weak<Rc<T>>, ? extends T> builder) {
    return family(allocator, element).cyclic(builder);
  }

  /// How handles lie in memory: as the address of the value. See [Link].
  ///
  /// @param <T> the type of the values
  /// @param allocator where the blocks come from: one that has
  ///     [blockAt][Allocator#blockAt(long, long)]
  /// @param element how the values lie in memory; it is asked for when it is first needed, so that
  ///     values can have handles of their like
  /// @return the element, for the current thread
  public static <T extends @MustCallUnknown Object> Link<Rc<T>> elements(
      Allocator allocator, Supplier<Element<T>> element) {
    return new StrongLink<>(late(allocator, element));
  }

  /// How weak handles lie in memory: as the address of the value. See [Link].
  ///
  /// @param <T> the type of the values
  /// @param allocator as for [#elements(Allocator, Supplier)]
  /// @param element as for [#elements(Allocator, Supplier)]
  /// @return the element, for the current thread
  public static <T extends @MustCallUnknown Object> Link<Weak<Rc<T>>> weakElements(
      Allocator allocator, Supplier<Element<T>> element) {
    return new WeakLink<>(late(allocator, element));
  }

  /// Moves what this handle has to a new one, which belongs to the same thread.
  ///
  /// @return the new handle
  /// @throws OwnershipException if this handle has ended, is another thread's, or is borrowed
  @MustBeClosed
  @EnsuresCalledMethods(value = "this", methods = "close")
  public Rc<T> move() {
    return new Rc<>(this);
  }

  private static <T extends @MustCallUnknown Object> Family<T, Rc<T>> family(
      Allocator allocator, Element<T> element) {
    return new Family<>(allocator, element, COUNTS, Rc::new);
  }

  private static <T extends @MustCallUnknown Object> LateFamily<T, Rc<T>> late(
      Allocator allocator, Supplier<Element<T>> element) {
    return new LateFamily<>(() -> family(allocator, element.get()), COUNTS.newcomer());
  }
}
