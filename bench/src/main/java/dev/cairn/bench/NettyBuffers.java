package dev.cairn.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/// Direct buffers of one of Netty's allocators.
final class NettyBuffers extends Contestant {
  private final ByteBufAllocator allocator;
  private final ByteBuf[] buffers;

  NettyBuffers(ByteBufAllocator allocator, int slots) {
    this.allocator = allocator;
    buffers = new ByteBuf[slots];
  }

  @Override
  void pair(long byteSize) {
    ByteBuf buffer = allocator.directBuffer((int) byteSize);
    buffer.setLong(0, TOUCH);
    var _ = buffer.release();
  }

  @Override
  void zeroedPair(long byteSize) {
    ByteBuf buffer = allocator.directBuffer((int) byteSize);
    buffer.setZero(0, (int) byteSize);
    buffer.setLong(0, TOUCH);
    var _ = buffer.release();
  }

  @Override
  void allocate(int slot, long byteSize) {
    ByteBuf buffer = allocator.directBuffer((int) byteSize);
    buffer.setLong(0, TOUCH);
    buffers[slot] = buffer;
  }

  @Override
  void free(int slot) {
    var _ = buffers[slot].release();
  }
}
