package dev.cairn.own;

import dev.cairn.own.OwnershipException.Kind;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A family that is made when it is first needed, for links of values to their like.
final class LateFamily<T, S extends Owner> {
  private final Supplier<Family<T, S>> maker;
  private final @Nullable Thread thread;
  private volatile @Nullable Family<T, S> made;

  /// Promises a family for a thread, or for all if that is null.
  LateFamily(Supplier<Family<T, S>> maker, @Nullable Thread thread) {
    this.maker = maker;
    this.thread = thread;
  }

  /// The family, for the thread that may use it.
  Family<T, S> get(String call) {
    if (thread != null && thread != Thread.currentThread()) {
      throw new OwnershipException(
          Kind.WRONG_THREAD,
          call
              + " of an Rc in memory by "
              + Thread.currentThread()
              + ", by an element that was made in "
              + thread);
    }
    Family<T, S> family = made;
    if (family == null) {
      family = maker.get();
      made = family;
    }
    return family;
  }

  /// The family, and that of a handle that is to be moved into memory if it is the same.
  Family<T, S> require(Family<?, S> handles, Owner handle) {
    Family<T, S> family = get("set");
    if (!family.isSameAs(handles)) {
      throw new IllegalArgumentException(
          handle.describe()
              + " has a block of "
              + handles.allocator
              + " and the element "
              + handles.element
              + ", but links here lead to blocks of "
              + family.allocator
              + " with the element "
              + family.element
              + ": make both with the same two objects");
    }
    return family;
  }
}
