package dev.cairn.own;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// How the handles of a block are counted.
///
/// All strong handles together count as one weak handle more. So the last strong one ends the
/// value, and whoever makes the weak count zero frees the block.
abstract class Counts {
  /// The most handles of a kind that a block can have: far enough below the largest `int` that
  /// threads which pass it at the same time cannot get there.
  static final int MOST = 1 << 30;

  /// The alignment that the counts need.
  abstract long byteAlignment();

  /// The thread to which a new handle belongs, or null for the first that uses it.
  abstract @Nullable Thread newcomer();

  /// Begins to count in a new block: nothing strong, and what counts as one weak handle.
  abstract void begin(MemorySegment block);

  /// Counts the first strong handle, once the value is there.
  abstract void beginStrong(MemorySegment block);

  abstract void addStrong(MemorySegment block);

  /// Counts a strong handle more, unless there is none.
  abstract boolean tryAddStrong(MemorySegment block);

  /// Counts a strong handle less. If that was the last, the caller ends the value, then a weak
  /// handle.
  ///
  /// @return whether it was the last
  abstract boolean removeStrong(MemorySegment block);

  /// Does what [#removeStrong(MemorySegment)] does if there is no other strong handle, else
  /// nothing.
  abstract boolean tryRemoveOnlyStrong(MemorySegment block);

  /// Counts a weak handle more, for one that is strong.
  abstract void addWeakToStrong(MemorySegment block);

  /// Counts a weak handle more, for one that is weak.
  abstract void addWeakToWeak(MemorySegment block);

  /// Counts a weak handle less. If that was the last, the caller frees the block.
  ///
  /// @return whether it was the last
  abstract boolean removeWeak(MemorySegment block);

  /// Whether there is no handle but one strong one, which is the caller's.
  abstract boolean isUnique(MemorySegment block);

  abstract int strong(MemorySegment block);

  /// The weak count, with the one for all strong handles.
  abstract int weak(MemorySegment block);

  /// How many weak handles there are; none if the value has ended, as nobody can tell then.
  final int weakHandles(MemorySegment block) {
    int weak = weak(block);
    return strong(block) == 0 ? 0 : weak - 1;
  }

  static IllegalStateException tooMany(String kind) {
    return new IllegalStateException(
        "one more "
            + kind
            + " handle of a value that has "
            + MOST
            + ": are handles made and never closed?");
  }
}
