package dev.cairn.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// The Java heap: a block is a `byte[]`, and to free it is to forget it.
final class JavaArrays extends Slots {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final byte[] @Nullable [] blocks;

  JavaArrays(int slots) {
    blocks = new byte[slots][];
  }

  @Override
  void allocate(int slot, long byteSize) {
    byte[] block = new byte[(int) byteSize];
    LONGS.set(block, 0, TOUCH);
    blocks[slot] = block;
  }

  @Override
  void free(int slot) {
    blocks[slot] = null;
  }
}
