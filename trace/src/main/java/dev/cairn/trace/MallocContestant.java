package dev.cairn.trace;

import dev.cairn.unsafe.Malloc;
import dev.cairn.unsafe.Pointer;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/// A native library's malloc, called as C programs call it: addresses, and nothing checked.
final class MallocContestant implements Contestant {
  // What every malloc aligns to by itself, where the size allows.
  private static final long MALLOC_ALIGNMENT = 16;

  private final Malloc malloc;
  private final long[] addresses;
  private final long[] byteSizes;

  MallocContestant(Malloc malloc, int slots) {
    this.malloc = malloc;
    this.addresses = new long[slots];
    this.byteSizes = new long[slots];
  }

  @Override
  public boolean allocate(int slot, long byteSize, long byteAlignment) {
    // C may answer null for no bytes.
    long size = Math.max(byteSize, 1);
    return put(
        slot,
        byteSize,
        byteAlignment <= MALLOC_ALIGNMENT
            ? malloc.allocate(size)
            : malloc.allocateAligned((size + byteAlignment - 1) & -byteAlignment, byteAlignment));
  }

  @Override
  public boolean allocateZeroed(int slot, long byteSize, long byteAlignment) {
    if (byteAlignment <= MALLOC_ALIGNMENT) {
      return put(slot, byteSize, malloc.allocateZeroed(Math.max(byteSize, 1)));
    }
    if (!allocate(slot, byteSize, byteAlignment)) {
      return false;
    }
    block(slot).fill((byte) 0);
    return true;
  }

  @Override
  public boolean reallocate(int slot, long byteSize, long byteAlignment) {
    long old = addresses[slot];
    if (old == 0) {
      return false;
    }
    if (byteAlignment <= MALLOC_ALIGNMENT) {
      return put(slot, byteSize, malloc.reallocate(old, Math.max(byteSize, 1)));
    }
    // C has no realloc for such an alignment.
    MemorySegment from = block(slot);
    if (!allocate(slot, byteSize, byteAlignment)) {
      return false;
    }
    MemorySegment.copy(from, 0, block(slot), 0, Math.min(from.byteSize(), byteSize));
    malloc.free(old);
    return true;
  }

  @Override
  public void free(int slot) {
    long address = addresses[slot];
    if (address != 0) {
      addresses[slot] = 0;
      malloc.free(address);
    }
  }

  @Override
  public void freeNull() {
    malloc.free(0);
  }

  @Override
  public MemorySegment block(int slot) {
    return new Pointer(addresses[slot]).toSegment(byteSizes[slot]);
  }

  @Override
  public OptionalLong peakFootprintBytes() {
    return OptionalLong.empty();
  }

  @Override
  public void close() {
    for (int slot = 0; slot < addresses.length; slot++) {
      free(slot);
    }
  }

  private boolean put(int slot, long byteSize, long address) {
    if (address == 0) {
      return false;
    }
    addresses[slot] = address;
    byteSizes[slot] = byteSize;
    return true;
  }
}
