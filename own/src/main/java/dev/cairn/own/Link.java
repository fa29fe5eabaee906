package dev.cairn.own;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// Handles as they lie in memory, each as the address of its value: what lists, trees and graphs
/// are linked by.
///
/// To write a handle moves it in: the object is of no use after that, as if it was moved by
/// `move()`. To read one answers one handle more, or, of a [Box], a copy; the caller closes it.
///
/// What values have that may lead nowhere, as the end of a list does, is [#optional()]. In C terms
/// it is a pointer that may be null.
///
/// {@snippet :
/// record Node(int number, Optional<Rc<Node>> next) {}
///
/// Element<Optional<Rc<Node>>> links = Rc.elements(heap, () -> nodes).optional();
/// }
///
/// ## Cost
///
/// Eight bytes. To follow a link the allocator looks its block up, which it does for each call, so
/// that no stale address is ever followed. Reading a [Box] copies all that hangs from it, which a
/// long chain of boxes takes a deep stack for; dropping takes none.
///
/// ## Threads
///
/// Links to what an [Rc] counts are for the thread that made the element; others for all threads
/// that may use the memory.
///
/// @param <H> the type of the handles
public abstract class Link<H extends Owner> implements Element<H> {
  // Zero is no link: no value lies there. In a Java array one may, for the addresses are offsets
  // in it: those have the highest bit set, which no address has.

  private static final ValueLayout.OfLong POINTER = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final long NOWHERE = 0;
  private static final long IN_ARRAY = Long.MIN_VALUE;

  Link() {}

  /// One handle more of the value at an address.
  abstract H again(long address);

  /// The handle of the value at an address.
  abstract H out(long address);

  /// Ends the handle of the value at an address.
  abstract void end(long address);

  /// Refuses a handle that may not lie in this memory.
  ///
  /// @return where in its block the value is
  abstract long requireFit(H handle);

  abstract boolean isEqual(long address, H handle);

  abstract int hashAt(long address);

  /// This link, or none.
  ///
  /// @return an element of as many bytes; all of them are zero where there is no link
  public final Element<Optional<H>> optional() {
    return new OptionalLink<>(this);
  }

  @Override
  public final long byteSize() {
    return Long.BYTES;
  }

  @Override
  public final long byteAlignment() {
    return Long.BYTES;
  }

  @Override
  public final boolean owns() {
    return true;
  }

  @Override
  public final H get(MemorySegment memory, long offset) {
    return again(required("get", memory, offset));
  }

  @Override
  public final void set(MemorySegment memory, long offset, H value) {
    // First what may run code of a user, which may do anything to the value.
    long valueOffset = requireFit(value);
    value.requireUnborrowed("move");
    long address = value.memory.address() + valueOffset;
    memory.set(POINTER, offset, value.memory.isNative() ? address : address | IN_ARRAY);
    value.endMoved();
  }

  @Override
  public final H take(MemorySegment memory, long offset) {
    return out(required("take", memory, offset));
  }

  @Override
  public final void drop(MemorySegment memory, long offset) {
    end(required("drop", memory, offset));
  }

  @Override
  public final boolean isEqual(MemorySegment memory, long offset, H value) {
    value.requireUsable("isEqual");
    return isEqual(required("isEqual", memory, offset), value);
  }

  @Override
  public final int hash(MemorySegment memory, long offset) {
    return hashAt(required("hash", memory, offset));
  }

  static boolean leadsNowhere(MemorySegment memory, long offset) {
    return memory.get(POINTER, offset) == NOWHERE;
  }

  static void setNowhere(MemorySegment memory, long offset) {
    memory.set(POINTER, offset, NOWHERE);
  }

  private static long required(String call, MemorySegment memory, long offset) {
    long pointer = memory.get(POINTER, offset);
    if (pointer == NOWHERE) {
      throw new IllegalStateException(
          call + " of a link at offset " + offset + " that leads nowhere: use optional()");
    }
    return pointer & ~IN_ARRAY;
  }
}
