package dev.cairn.own;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.MustBeClosed;
import dev.cairn.alloc.Allocator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.checkerframework.checker.calledmethods.qual.EnsuresCalledMethods;

/// A text that owns its memory: UTF-8 in one block that grows as needed.
///
/// {@snippet :
/// try (Str greeting = Str.of(heap, "Grüezi")) {
///   greeting.append(", world");
///   greeting.push('!');
///   greeting.borrow(bytes -> channel.write(bytes.asByteBuffer()));
/// }
/// }
///
/// Positions are offsets of bytes, and each is where a code point begins or the end of the text;
/// any other is refused with [IndexOutOfBoundsException].
///
/// ## Safety
///
/// What it holds is always UTF-8. So [what is lent][Owner#borrow()] can be read only, and while it
/// is lent the text does not change. A `String` in which half a surrogate pair is alone, for which
/// UTF-8 has no form, is refused with [IllegalArgumentException].
///
/// ## Cost
///
/// An empty one has no block; one that has, up to twice the bytes of its text. Adding at the end is
/// O(1) per byte on average, inserting and removing are O(n). A `String` is written where it
/// belongs, without garbage; another [CharSequence] is made one first. `hashCode`, `equals` and
/// `compareTo` are O(n).
///
/// ## Failure
///
/// What needs memory throws [dev.cairn.alloc.MemoryExhaustedException] if the allocator has none.
/// Whatever is thrown, the text is as it was, unless a method states otherwise.
///
/// ## Threads
///
/// As every owner's: one thread at a time, handed on by [#move()].
public final class Str extends EditedText implements Comparable<Str> {
  private static final int REPLACEMENT = 0xfffd;
  private static final Needle ZERO = Needle.of("\0");

  private Str(Allocator allocator) {
    super(allocator);
  }

  private Str(Str from) {
    super(from);
  }

  /// Makes an empty text. It takes no memory yet.
  ///
  /// @param allocator where its memory comes from
  /// @return the text
  @MustBeClosed
  public static Str in(Allocator allocator) {
    return new Str(allocator);
  }

  /// Makes a copy of a text.
  ///
  /// @param allocator where its memory comes from
  /// @param text what it holds
  /// @return the text, with room for no more
  /// @throws IllegalArgumentException if half a surrogate pair is alone in it
  @MustBeClosed
  public static Str of(Allocator allocator, CharSequence text) {
    String value = text.toString();
    long byteSize = Utf8.byteSize(value);
    return filled(
        allocator,
        str -> {
          str.makeExactRoom("of", byteSize);
          str.write(value, byteSize);
        });
  }

  /// Makes a text of bytes that are UTF-8.
  ///
  /// @param allocator where its memory comes from
  /// @param bytes what it holds
  /// @return the text, with room for no more
  /// @throws MalformedUtf8Exception if they are not UTF-8
  @MustBeClosed
  public static Str fromUtf8(Allocator allocator, MemorySegment bytes) {
    return filled(
        allocator,
        str -> {
          str.makeExactRoom("fromUtf8", bytes.byteSize());
          str.append(bytes);
        });
  }

  /// Makes a text of bytes that should be UTF-8, with U+FFFD in place of what is not: once for as
  /// many bytes as could have begun a code point, and else for each byte.
  ///
  /// @param allocator where its memory comes from
  /// @param bytes what it holds
  /// @return the text
  @MustBeClosed
  public static Str fromUtf8Lossy(Allocator allocator, MemorySegment bytes) {
    return filled(
        allocator,
        str -> {
          long end = bytes.byteSize();
          str.makeExactRoom("fromUtf8Lossy", end);
          for (long at = 0; at < end; ) {
            long valid = Utf8.validUpTo(bytes, at, end);
            str.append(bytes.asSlice(at, valid - at));
            at = valid;
            if (at < end) {
              str.push(REPLACEMENT);
              at += Math.abs(Utf8.sequence(bytes, at, end));
            }
          }
        });
  }

  /// Makes a text and fills it. If that throws, the memory is freed.
  private static Str filled(Allocator allocator, Consumer<Str> filling) {
    Str str = new Str(allocator);
    try {
      filling.accept(str);
      return str;
    } catch (Throwable failure) {
      str.close();
      throw failure;
    }
  }

  /// Makes a text of a C string: the bytes before the first zero.
  ///
  /// @param allocator where its memory comes from
  /// @param string memory that begins with the string. What C hands out has no size: give it one by
  ///     `reinterpret`.
  /// @return the text, with room for no more
  /// @throws IllegalArgumentException if there is no zero
  /// @throws MalformedUtf8Exception if it is not UTF-8
  @MustBeClosed
  public static Str fromCString(Allocator allocator, MemorySegment string) {
    long zero = ZERO.firstIn(string, 0, string.byteSize());
    if (zero < 0) {
      throw new IllegalArgumentException(
          "a C string without a zero in its "
              + string.byteSize()
              + " bytes: reinterpret the segment to the size of the memory it is in");
    }
    return fromUtf8(allocator, string.asSlice(0, zero));
  }

  /// Copies the text and a zero after it, for C.
  ///
  /// @param allocator where the copy goes: an arena, or an allocator, and then the caller frees it
  /// @return the copy, of one byte more than this text
  /// @throws IllegalArgumentException if there is a U+0000 in the text, which C would take for its
  ///     end
  public MemorySegment toCString(SegmentAllocator allocator) {
    requireUsable("toCString");
    long zero = ZERO.firstIn(memory, 0, used);
    if (zero >= 0) {
      throw new IllegalArgumentException(
          "toCString of "
              + describe()
              + ", which has a U+0000 at byte "
              + zero
              + ": C would take it for the end; remove it, or lend the bytes with their size");
    }
    borrowed(1);
    try {
      MemorySegment copy = allocator.allocate(used + 1, 1);
      MemorySegment.copy(memory, 0, copy, 0, used);
      copy.set(ValueLayout.JAVA_BYTE, used, (byte) 0);
      return copy;
    } finally {
      borrowed(-1);
    }
  }

  /// Gives what this has a new owner, and ends this.
  ///
  /// @return the new owner, for the first thread that uses it
  /// @throws OwnershipException if this owner has ended, is another thread's, or is borrowed
  @MustBeClosed
  @EnsuresCalledMethods(value = "this", methods = "close")
  public Str move() {
    return new Str(this);
  }

  /// Makes room for more text, and for some after that.
  ///
  /// @param bytes how many bytes can then be added without need for memory
  public void reserve(long bytes) {
    makeRoom("reserve", requireSize("reserve", bytes));
  }

  /// Makes room for more text, and for no more than that.
  ///
  /// @param bytes how many bytes can then be added without need for memory
  public void reserveExact(long bytes) {
    makeExactRoom("reserveExact", requireSize("reserveExact", bytes));
  }

  /// Gives back the memory that is not in use.
  public void shrinkToFit() {
    shrink("shrinkToFit", 0);
  }

  /// Adds a code point at the end.
  ///
  /// @param codePoint the code point
  /// @throws IllegalArgumentException if it is none, or a surrogate
  public void push(int codePoint) {
    requireUnborrowed("push");
    long size = Utf8.requireCodePoint("push", codePoint);
    makeRoom("push", size);
    used = Utf8.write(codePoint, memory, used);
    changes++;
  }

  /// Adds a text at the end.
  ///
  /// @param text the text
  /// @throws IllegalArgumentException if half a surrogate pair is alone in it
  public void append(CharSequence text) {
    // First what the caller has written: it may do anything to this text.
    String value = text.toString();
    requireUnborrowed("append");
    long byteSize = Utf8.byteSize(value);
    makeRoom("append", byteSize);
    write(value, byteSize);
  }

  private void write(String value, long byteSize) {
    Utf8.write(value, memory, used, byteSize);
    used += byteSize;
    changes++;
  }

  /// Adds a text at the end.
  ///
  /// @param text the text; it may be this one
  public void append(Str text) {
    text.requireUsable("append");
    long byteSize = text.used;
    requireUnborrowed("append");
    makeRoom("append", byteSize);
    MemorySegment.copy(text.memory, 0, memory, used, byteSize);
    used += byteSize;
    changes++;
  }

  /// Adds bytes at the end that are UTF-8.
  ///
  /// @param bytes the bytes
  /// @throws MalformedUtf8Exception if they are not UTF-8
  public void append(MemorySegment bytes) {
    requireUnborrowed("append");
    long byteSize = bytes.byteSize();
    makeRoom("append", byteSize);
    // First the copy: others may be able to write to the original.
    MemorySegment.copy(bytes, 0, memory, used, byteSize);
    long end = used + byteSize;
    long valid = Utf8.validUpTo(memory, used, end);
    if (valid < end) {
      throw new MalformedUtf8Exception(
          valid - used, byteSize, memory.get(ValueLayout.JAVA_BYTE, valid));
    }
    used = end;
    changes++;
  }

  /// Removes the last code point.
  ///
  /// @return the code point, or nothing if the text is empty
  @CanIgnoreReturnValue
  public OptionalInt pop() {
    requireUnborrowed("pop");
    if (used == 0) {
      return OptionalInt.empty();
    }
    used = Utf8.before(memory, used);
    changes++;
    return OptionalInt.of(Utf8.codePointAt(memory, used));
  }

  /// Removes all from a position on, into a text of its own.
  ///
  /// @param byteIndex where the part begins
  /// @return what was removed, from the same allocator
  @MustBeClosed
  public Str splitOff(long byteIndex) {
    requireUnborrowed("splitOff");
    requireBoundary("splitOff", byteIndex);
    long byteSize = used - byteIndex;
    Str rest =
        filled(
            allocator,
            str -> {
              str.makeExactRoom("splitOff", byteSize);
              MemorySegment.copy(memory, byteIndex, str.memory, 0, byteSize);
              str.used = byteSize;
            });
    used = byteIndex;
    changes++;
    return rest;
  }

  /// Compares by code points. A `String` compares by those of UTF-16, which is another order where
  /// one needs two.
  @Override
  public int compareTo(Str other) {
    requireUsable("compareTo");
    other.requireUsable("compareTo");
    long at = mismatch(other);
    if (at == -1) {
      return 0;
    }
    return at == used || at == other.used
        ? Long.compare(used, other.used)
        : Byte.compareUnsigned(
            memory.get(ValueLayout.JAVA_BYTE, at), other.memory.get(ValueLayout.JAVA_BYTE, at));
  }
}
