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

/// A handle of a value that several handles own together, in any threads. The value is dropped when
/// the last of them closes, by the thread that closes it.
///
/// It is [Rc] but for its threads: what is said there holds here.
///
/// {@snippet :
/// try (Arc<Integer> one = Arc.in(heap, Elements.INT, 42)) {
///   Arc<Integer> other = one.share();
///   Thread.ofVirtual().start(() -> {
///     try (other) {
///       other.get();   // 42
///     }
///   });
/// }
/// }
///
/// ## Cost
///
/// As that of an [Rc], and an atomic instruction each when a handle is made, first used, and
/// closed; so a handle is never optimized away. Memory in a Java array must be an `int[]` or one of
/// larger elements.
///
/// ## Threads
///
/// Each handle belongs to one thread: what [#share()], [#move()], [#downgrade()] and
/// [Weak#upgrade()] answer, to the first that uses it. So give each thread its own, and use those
/// of others for nothing. The value changes only while one handle is left, so what is read needs no
/// lock. The allocator must be one that all of these threads may use.
///
/// @param <T> the type of the value
public final class Arc<T extends @MustCallUnknown Object> extends Shared<T, Arc<T>> {
  private static final Counts COUNTS = new AtomicCounts();

  private Arc(Family<T, Arc<T>> family, MemorySegment block, @Nullable Thread thread) {
    super(family, block, thread);
  }

  private Arc(Arc<T> from) {
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
  public static <T extends @MustCallUnknown Object> Arc<T> in(
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
  public static <T extends @MustCallUnknown Object> Arc<T> cyclic(
      Allocator allocator,
      Element<T> element,
      Function<? super Weak<Arc<T>>, ? extends T> builder) {
    return family(allocator, element).cyclic(builder);
  }

  /// How handles lie in memory: as the address of the value. See [Link].
  ///
  /// @param <T> the type of the values
  /// @param allocator where the blocks come from: one that has
  ///     [blockAt][Allocator#blockAt(long, long)]
  /// @param element how the values lie in memory; it is asked for when it is first needed, so that
  ///     values can have handles of their like
  /// @return the element, for the threads that may use the allocator
  public static <T extends @MustCallUnknown Object> Link<Arc<T>> elements(
      Allocator allocator, Supplier<Element<T>> element) {
    return new StrongLink<>(late(allocator, element));
  }

  /// How weak handles lie in memory: as the address of the value. See [Link].
  ///
  /// @param <T> the type of the values
  /// @param allocator as for [#elements(Allocator, Supplier)]
  /// @param element as for [#elements(Allocator, Supplier)]
  /// @return the element, for the threads that may use the allocator
  public static <T extends @MustCallUnknown Object> Link<Weak<Arc<T>>> weakElements(
      Allocator allocator, Supplier<Element<T>> element) {
    return new WeakLink<>(late(allocator, element));
  }

  /// Moves what this handle has to a new one, which belongs to the first thread that uses it.
  ///
  /// @return the new handle
  /// @throws OwnershipException if this handle has ended, is another thread's, or is borrowed
  @MustBeClosed
  @EnsuresCalledMethods(value = "this", methods = "close")
  public Arc<T> move() {
    return new Arc<>(this);
  }

  private static <T extends @MustCallUnknown Object> Family<T, Arc<T>> family(
      Allocator allocator, Element<T> element) {
    return new Family<>(allocator, element, COUNTS, Arc::new);
  }

  private static <T extends @MustCallUnknown Object> LateFamily<T, Arc<T>> late(
      Allocator allocator, Supplier<Element<T>> element) {
    return new LateFamily<>(() -> family(allocator, element.get()), COUNTS.newcomer());
  }
}
