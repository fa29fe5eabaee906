package dev.cairn.unsafe;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// An address: a number that may or may not be that of memory.
///
/// {@snippet :
/// Pointer numbers = Libc.malloc(3 * 4);
/// numbers.setInt(42);
/// numbers.plus(4).setInt(43);
/// int second = numbers.plus(4).getInt();
/// Libc.free(numbers);
/// }
///
/// ## Safety
///
/// Nothing is checked: not bounds, not whether the memory is live, not alignment, not null. Access
/// to an address that is not the program's ends the process, or changes memory of somebody else.
///
/// ## Cost
///
/// Access costs a load or a store. Pointers that do not escape the compiled code make no garbage.
///
/// @param address the address; zero is null
public record Pointer(long address) {
  /// The null pointer.
  public static final Pointer NULL = new Pointer(0);

  private static final MemorySegment MEMORY = AllMemory.SEGMENT;

  /// The address of a native segment.
  ///
  /// @param segment a native segment
  /// @return its address; it dangles when the segment ends
  /// @throws IllegalArgumentException if the segment is in a Java array, which has no fixed address
  public static Pointer to(MemorySegment segment) {
    if (!segment.isNative()) {
      throw new IllegalArgumentException(
          segment + " is in a Java array, which has no fixed address: use a native segment");
    }
    return new Pointer(segment.address());
  }

  /// Whether this is the null pointer.
  ///
  /// @return true if the address is zero
  public boolean isNull() {
    return address == 0;
  }

  /// The address some bytes after this one.
  ///
  /// @param bytes how many bytes; negative goes back
  /// @return the sum, which wraps around silently
  public Pointer plus(long bytes) {
    return new Pointer(address + bytes);
  }

  /// The address some bytes before this one.
  ///
  /// @param bytes how many bytes
  /// @return the difference, which wraps around silently
  public Pointer minus(long bytes) {
    return new Pointer(address - bytes);
  }

  /// The address of an element of an array that begins here: C's `&array[index]`.
  ///
  /// @param index the index of the element
  /// @param elementBytes the size of each element in bytes
  /// @return this address and `index * elementBytes`, which wraps around silently
  public Pointer element(long index, long elementBytes) {
    return new Pointer(address + index * elementBytes);
  }

  /// How many bytes lie between another address and this one: C's `this - other` of `char *`.
  ///
  /// @param other the other address
  /// @return the difference in bytes, negative if `other` is higher
  public long minus(Pointer other) {
    return address - other.address;
  }

  /// Whether this address is a multiple of an alignment.
  ///
  /// @param byteAlignment a power of two
  /// @return true if it is
  public boolean isAlignedTo(long byteAlignment) {
    return (address & (byteAlignment - 1)) == 0;
  }

  /// A segment of memory that begins here: from there on, bounds are checked.
  ///
  /// @param byteSize how many bytes there are
  /// @return the segment, which any thread may use and which never ends
  public MemorySegment toSegment(long byteSize) {
    return MEMORY.asSlice(address, byteSize);
  }

  /// Reads a byte.
  ///
  /// @return the byte at this address
  public byte getByte() {
    return MEMORY.get(ValueLayout.JAVA_BYTE, address);
  }

  /// Writes a byte.
  ///
  /// @param value the byte to store at this address
  public void setByte(byte value) {
    MEMORY.set(ValueLayout.JAVA_BYTE, address, value);
  }

  /// Reads a 16-bit integer in the machine's byte order.
  ///
  /// @return the integer at this address
  public short getShort() {
    return MEMORY.get(ValueLayout.JAVA_SHORT_UNALIGNED, address);
  }

  /// Writes a 16-bit integer in the machine's byte order.
  ///
  /// @param value the integer to store at this address
  public void setShort(short value) {
    MEMORY.set(ValueLayout.JAVA_SHORT_UNALIGNED, address, value);
  }

  /// Reads a 32-bit integer in the machine's byte order.
  ///
  /// @return the integer at this address
  public int getInt() {
    return MEMORY.get(ValueLayout.JAVA_INT_UNALIGNED, address);
  }

  /// Writes a 32-bit integer in the machine's byte order.
  ///
  /// @param value the integer to store at this address
  public void setInt(int value) {
    MEMORY.set(ValueLayout.JAVA_INT_UNALIGNED, address, value);
  }

  /// Reads a 64-bit integer in the machine's byte order.
  ///
  /// @return the integer at this address
  public long getLong() {
    return MEMORY.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
  }

  /// Writes a 64-bit integer in the machine's byte order.
  ///
  /// @param value the integer to store at this address
  public void setLong(long value) {
    MEMORY.set(ValueLayout.JAVA_LONG_UNALIGNED, address, value);
  }

  /// Reads a 32-bit floating-point number.
  ///
  /// @return the number at this address
  public float getFloat() {
    return MEMORY.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address);
  }

  /// Writes a 32-bit floating-point number.
  ///
  /// @param value the number to store at this address
  public void setFloat(float value) {
    MEMORY.set(ValueLayout.JAVA_FLOAT_UNALIGNED, address, value);
  }

  /// Reads a 64-bit floating-point number.
  ///
  /// @return the number at this address
  public double getDouble() {
    return MEMORY.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, address);
  }

  /// Writes a 64-bit floating-point number.
  ///
  /// @param value the number to store at this address
  public void setDouble(double value) {
    MEMORY.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, address, value);
  }

  /// Reads a pointer: C's `*(void **) this`.
  ///
  /// @return the pointer at this address
  public Pointer getPointer() {
    return new Pointer(getLong());
  }

  /// Writes a pointer.
  ///
  /// @param value the pointer to store at this address
  public void setPointer(Pointer value) {
    setLong(value.address);
  }

  /// Answers `0x7f3a10`, or `null`.
  @Override
  public String toString() {
    return isNull() ? "null" : "0x" + Long.toHexString(address);
  }
}
