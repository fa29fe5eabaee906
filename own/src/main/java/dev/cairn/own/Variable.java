package dev.cairn.own;

import dev.cairn.alloc.Allocator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Values of any size as elements of one size: what is short lies in place, what is long in a block
/// of its own.
abstract class Variable<T> implements Element<T> {
  // 16 bytes. The last of them is the tag, whatever the machine's byte order: from 0 to 15, it is
  // the size of the contents, which lie before it; 0x80, there is a block:
  //
  //   0  size of the contents
  //   4  their hash
  //   8  address of the block, 7 bytes
  //
  // So an element is told from most others, and moved into a larger table, without a look at its
  // block.

  private static final int BYTES = 16;
  private static final int MOST_IN_PLACE = 15;
  private static final int MOST_BYTES = Integer.MAX_VALUE - 8;

  private static final ValueLayout.OfInt SIZE = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfInt HASH = ValueLayout.JAVA_INT_UNALIGNED;
  private static final long HASH_OFFSET = 4;
  private static final ValueLayout.OfLong TAGGED =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final long TAGGED_OFFSET = 8;
  private static final int TAG_SHIFT = 56;
  private static final long IN_BLOCK = 0x80L << TAG_SHIFT;
  private static final long ADDRESS = (1L << TAG_SHIFT) - 1;

  private final Allocator allocator;

  Variable(Allocator allocator) {
    this.allocator = allocator;
  }

  /// How many bytes a value has.
  abstract long byteSize(T value);

  /// Writes the bytes of a value, and no others.
  abstract void write(T value, MemorySegment memory, long offset, long byteSize);

  abstract T read(MemorySegment memory, long offset, long byteSize);

  abstract boolean isEqual(MemorySegment memory, long offset, long byteSize, T value);

  /// What [#hash(Object)] answers for the value.
  abstract int hash(MemorySegment memory, long offset, long byteSize);

  /// Whether a value can be one of a size and a hash, as far as that can be told at once.
  abstract boolean canBe(T value, int byteSize, int hash);

  @Override
  public final long byteSize() {
    return BYTES;
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
  public final T get(MemorySegment memory, long offset) {
    long tagged = memory.get(TAGGED, offset + TAGGED_OFFSET);
    if (tagged >= 0) {
      return read(memory, offset, tagged >>> TAG_SHIFT);
    }
    MemorySegment block = block(memory, offset, tagged);
    return read(block, 0, block.byteSize());
  }

  @Override
  public final void set(MemorySegment memory, long offset, T value) {
    long byteSize = byteSize(value);
    if (byteSize > MOST_IN_PLACE) {
      setBlock(memory, offset, value, byteSize);
      return;
    }
    memory.set(TAGGED, offset, 0);
    memory.set(TAGGED, offset + TAGGED_OFFSET, byteSize << TAG_SHIFT);
    write(value, memory, offset, byteSize);
  }

  private void setBlock(MemorySegment memory, long offset, T value, long byteSize) {
    if (byteSize > MOST_BYTES) {
      throw new IllegalArgumentException(
          "an element of " + byteSize + " bytes: it has at most " + MOST_BYTES + "; divide it");
    }
    MemorySegment block = allocator.allocate(byteSize, 1);
    try {
      if ((block.address() & ~ADDRESS) != 0) {
        throw new UnsupportedOperationException(
            allocator
                + " has a block at 0x"
                + Long.toHexString(block.address())
                + ", and elements keep 56 bits of an address: use another allocator");
      }
      write(value, block, 0, byteSize);
      memory.set(SIZE, offset, (int) byteSize);
      memory.set(HASH, offset + HASH_OFFSET, hash(value));
      memory.set(TAGGED, offset + TAGGED_OFFSET, IN_BLOCK | block.address());
    } catch (Throwable failure) {
      allocator.free(block);
      throw failure;
    }
  }

  @Override
  public final T take(MemorySegment memory, long offset) {
    T value = get(memory, offset);
    drop(memory, offset);
    return value;
  }

  @Override
  public final void drop(MemorySegment memory, long offset) {
    long tagged = memory.get(TAGGED, offset + TAGGED_OFFSET);
    if (tagged < 0) {
      allocator.free(block(memory, offset, tagged));
    }
  }

  @Override
  public final boolean isEqual(MemorySegment memory, long offset, T value) {
    long tagged = memory.get(TAGGED, offset + TAGGED_OFFSET);
    if (tagged >= 0) {
      return isEqual(memory, offset, tagged >>> TAG_SHIFT, value);
    }
    int byteSize = memory.get(SIZE, offset);
    return canBe(value, byteSize, memory.get(HASH, offset + HASH_OFFSET))
        && isEqual(block(memory, offset, tagged), 0, byteSize, value);
  }

  @Override
  public final int hash(MemorySegment memory, long offset) {
    long tagged = memory.get(TAGGED, offset + TAGGED_OFFSET);
    return tagged >= 0
        ? hash(memory, offset, tagged >>> TAG_SHIFT)
        : memory.get(HASH, offset + HASH_OFFSET);
  }

  private MemorySegment block(MemorySegment memory, long offset, long tagged) {
    return allocator.blockAt(tagged & ADDRESS, memory.get(SIZE, offset));
  }

  /// Strings, in UTF-8.
  static final class Strings extends Variable<String> {
    Strings(Allocator allocator) {
      super(allocator);
    }

    @Override
    long byteSize(String value) {
      return Utf8.byteSize(value);
    }

    @Override
    void write(String value, MemorySegment memory, long offset, long byteSize) {
      Utf8.write(value, memory, offset, byteSize);
    }

    @Override
    String read(MemorySegment memory, long offset, long byteSize) {
      return Utf8.read(memory, offset, byteSize);
    }

    @Override
    boolean isEqual(MemorySegment memory, long offset, long byteSize, String value) {
      return Utf8.isEqual(memory, offset, byteSize, value);
    }

    @Override
    int hash(MemorySegment memory, long offset, long byteSize) {
      return Utf8.hash(memory, offset, byteSize);
    }

    @Override
    boolean canBe(String value, int byteSize, int hash) {
      return value.hashCode() == hash;
    }
  }

  /// Arrays of bytes, which are equal if their bytes are.
  static final class Bytes extends Variable<byte[]> {
    Bytes(Allocator allocator) {
      super(allocator);
    }

    @Override
    long byteSize(byte[] value) {
      return value.length;
    }

    @Override
    void write(byte[] value, MemorySegment memory, long offset, long byteSize) {
      MemorySegment.copy(value, 0, memory, ValueLayout.JAVA_BYTE, offset, value.length);
    }

    @Override
    byte[] read(MemorySegment memory, long offset, long byteSize) {
      return memory.asSlice(offset, byteSize).toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    boolean isEqual(MemorySegment memory, long offset, long byteSize, byte[] value) {
      return byteSize == value.length
          && MemorySegment.mismatch(
                  memory, offset, offset + byteSize, MemorySegment.ofArray(value), 0, byteSize)
              == -1;
    }

    @Override
    public int hash(byte[] value) {
      return Arrays.hashCode(value);
    }

    @Override
    int hash(MemorySegment memory, long offset, long byteSize) {
      int hash = 1;
      for (long i = 0; i < byteSize; i++) {
        hash = 31 * hash + memory.get(ValueLayout.JAVA_BYTE, offset + i);
      }
      return hash;
    }

    @Override
    boolean canBe(byte[] value, int byteSize, int hash) {
      return value.length == byteSize;
    }
  }
}
