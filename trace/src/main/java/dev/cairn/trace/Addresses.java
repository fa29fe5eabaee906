package dev.cairn.trace;

import java.util.HashMap;
import java.util.Map;

/// The live blocks of a process by their addresses, for formats that record those.
final class Addresses {
  private final TraceBuilder builder;
  private final Map<Long, Integer> blocks = new HashMap<>();
  private long foreign;

  Addresses(TraceBuilder builder) {
    this.builder = builder;
  }

  /// Operations on addresses at which nothing was recorded: from before the recording, or a mistake
  /// of the recorded program.
  long foreign() {
    return foreign;
  }

  /// Forgets all blocks: they are never freed.
  void forget() {
    blocks.clear();
  }

  void allocate(long address, long byteSize, long byteAlignment) throws Damage {
    requireVacant(address);
    blocks.put(address, builder.allocate(byteSize, byteAlignment));
  }

  void allocateZeroed(long address, long byteSize) throws Damage {
    requireVacant(address);
    blocks.put(address, builder.allocateZeroed(byteSize, Trace.mallocAlignment(byteSize)));
  }

  void reallocate(long from, long to, long byteSize) throws Damage {
    Integer block = blocks.get(from);
    if (from != to) {
      requireVacant(to);
    }
    long alignment = Trace.mallocAlignment(byteSize);
    if (block == null) {
      foreign += from == 0 ? 0 : 1;
      blocks.put(to, builder.allocate(byteSize, alignment));
      return;
    }
    builder.reallocate(block, byteSize, alignment);
    blocks.remove(from);
    blocks.put(to, block);
  }

  void free(long address) {
    if (address == 0) {
      builder.freeNull();
      return;
    }
    Integer block = blocks.remove(address);
    if (block == null) {
      foreign++;
    } else {
      builder.free(block);
    }
  }

  private void requireVacant(long address) throws Damage {
    if (blocks.containsKey(address)) {
      throw new Damage(
          "an address that is not in use: the block at 0x"
              + Long.toHexString(address)
              + " is still live, or its free was not recorded");
    }
  }
}
