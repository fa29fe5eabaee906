package dev.cairn.engine;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// How the unsafe module gets to the inside of a heap.
public final class HeapAddresses {
  private static volatile @Nullable Function<Object, PagedHeap> key;

  private HeapAddresses() {}

  /// Says how the inside of a heap is reached: for the class of heaps, once.
  ///
  /// @param opener answers the inside of a heap
  public static void setKey(Function<Object, PagedHeap> opener) {
    key = opener;
  }

  /// The inside of a heap.
  ///
  /// @param heap the heap
  /// @return its inside
  public static PagedHeap of(Object heap) {
    Function<Object, PagedHeap> opener = key;
    if (opener == null) {
      throw new IllegalArgumentException(heap + " is no heap");
    }
    return opener.apply(heap);
  }
}
