package dev.cairn.engine;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// How the unsafe module gets to the inside of a heap whose every call takes a bounded time.
public final class BuddyHeapAccess {
  private static volatile @Nullable Function<Object, BuddyHeap> key;

  private BuddyHeapAccess() {}

  /// Says how the inside of a heap is reached: for the class of such heaps, once.
  ///
  /// @param opener answers the inside of a heap
  public static void setKey(Function<Object, BuddyHeap> opener) {
    key = opener;
  }

  /// The inside of a heap.
  ///
  /// @param heap the heap
  /// @return its inside
  public static BuddyHeap of(Object heap) {
    Function<Object, BuddyHeap> opener = key;
    if (opener == null) {
      throw new IllegalArgumentException(heap + " is no heap");
    }
    return opener.apply(heap);
  }
}
