package dev.cairn.own;

import com.google.errorprone.annotations.MustBeClosed;
import dev.cairn.alloc.Allocator;
import java.lang.foreign.MemorySegment;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What all handles of shared values have in common: whence the blocks come, how the values lie,
/// how they are counted, and of which class strong handles are.
///
/// @param <T> the type of the values
/// @param <S> the type of strong handles
final class Family<T, S extends Owner> {
  /// Makes a strong handle that is counted already.
  interface Maker<T, S extends Owner> {
    S make(Family<T, S> family, MemorySegment block, @Nullable Thread thread);
  }

  final Allocator allocator;
  final Element<T> element;
  final Counts counts;
  final long valueOffset;
  private final Maker<T, S> maker;

  Family(Allocator allocator, Element<T> element, Counts counts, Maker<T, S> maker) {
    this.allocator = allocator;
    this.element = element;
    this.counts = counts;
    this.maker = maker;
    this.valueOffset = SharedBlock.valueOffset(element.byteAlignment());
  }

  /// The first handle of a value, which moves in unless this throws.
  @MustBeClosed
  S first(T value) {
    return strong(blockOf(value));
  }

  /// Makes a block of a value, for one strong handle.
  MemorySegment blockOf(T value) {
    MemorySegment block = newBlock();
    try {
      element.set(block, valueOffset, value);
    } catch (Throwable failure) {
      allocator.free(block);
      throw failure;
    }
    counts.beginStrong(block);
    return block;
  }

  /// The first handle of a value that knows its weak handle.
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // what is thrown goes past the handle
  S cyclic(Function<? super Weak<S>, ? extends T> builder) {
    MemorySegment block = newBlock();
    try {
      T value = builtWith(block, builder);
      try {
        element.set(block, valueOffset, value);
      } catch (Throwable failure) {
        Values.forsake(value, failure);
        throw failure;
      }
    } catch (Throwable failure) {
      Drops.addTo(failure, () -> removeWeak(block));
      throw failure;
    }
    counts.beginStrong(block);
    return strong(block);
  }

  private T builtWith(MemorySegment block, Function<? super Weak<S>, ? extends T> builder) {
    counts.addWeakToStrong(block);
    @Nullable T value = null;
    try (Weak<S> weak = new Weak<>(this, block, counts.newcomer())) {
      value = builder.apply(weak);
      return value;
    } catch (Throwable failure) {
      // The weak handle may refuse to close, if the builder has closed it.
      Values.forsake(value, failure);
      throw failure;
    }
  }

  private MemorySegment newBlock() {
    MemorySegment block =
        allocator.allocate(blockBytes(), Math.max(counts.byteAlignment(), element.byteAlignment()));
    counts.begin(block);
    return block;
  }

  private long blockBytes() {
    return valueOffset + element.byteSize();
  }

  /// The block of the value at an address.
  MemorySegment blockOfValueAt(long address) {
    return allocator.blockAt(address - valueOffset, blockBytes());
  }

  /// A strong handle that is counted already.
  @MustBeClosed
  S strong(MemorySegment block) {
    return maker.make(this, block, counts.newcomer());
  }

  /// Counts a strong handle less, and ends what nobody has after that.
  void removeStrong(MemorySegment block) {
    if (!counts.removeStrong(block)) {
      return;
    }
    if (element.owns()) {
      PendingDrops.run(() -> end(block));
    } else {
      removeWeak(block);
    }
  }

  private void end(MemorySegment block) {
    try {
      element.drop(block, valueOffset);
    } finally {
      removeWeak(block);
    }
  }

  /// Counts a weak handle less, and frees the block if nobody has it after that.
  void removeWeak(MemorySegment block) {
    if (counts.removeWeak(block)) {
      allocator.free(block);
    }
  }

  /// Moves the value out, for the last strong handle.
  T takeLast(MemorySegment block) {
    try {
      return Values.take(element, block, valueOffset);
    } finally {
      removeWeak(block);
    }
  }

  /// Whether handles of another family can be taken for handles of this one.
  @SuppressWarnings("ReferenceEquality") // the very same allocator
  boolean isSameAs(Family<?, ?> other) {
    return this == other || (allocator == other.allocator && element.equals(other.element));
  }
}
