package dev.cairn.bench;

/// No allocator at all: what is measured of it is the measuring, and the machine.
final class NoBlocks extends Slots {
  @Override
  void allocate(int slot, long byteSize) {}

  @Override
  void free(int slot) {}
}
