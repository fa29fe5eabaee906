package dev.cairn.engine;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The sizes of blocks that have more than their size is rounded up to: because they are aligned,
/// or found no room in a slab of their own class. What they have does not tell
/// whether a size is theirs.
final class OddSizes {
  // From position to size, rounded up to granules.
  private final Map<Long, Long> sizes = new ConcurrentHashMap<>();

  void note(long position, long byteSize) {
    sizes.put(position, BlockMap.rounded(byteSize));
  }

  boolean isNoted(long position) {
    return sizes.containsKey(position);
  }

  boolean isNoted(long position, long byteSize) {
    Long size = sizes.get(position);
    return size != null && size == BlockMap.rounded(byteSize);
  }

  void forget(long position) {
    if (!sizes.isEmpty()) {
      sizes.remove(position);
    }
  }
}
