package dev.cairn.docs;

import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.Layout;
import dev.cairn.memory.Heap;
import dev.cairn.memory.Pool;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The programs of `docs/guide/07-no-heap.md`.
final class NoHeapPage {
  private NoHeapPage() {}

  static void fixed() {
    // @start region="fixed"
    try (Heap heap = Heap.fixed(4096)) {
      int blocks = 0;
      while (heap.tryAllocate(64, 16) != null) {
        blocks++;
      }
      IO.println(blocks + " blocks in " + heap.stats().footprintBytes() + " bytes");
      IO.println(heap.stats().metadataBytes() + " bytes of bookkeeping on the Java heap");
    }
    // @end
  }

  static void pool() {
    // @start region="pool"
    try (Pool packets = Pool.confined(new Layout(1500, 64), 100)) {
      IO.println(packets + ": " + packets.stats().footprintBytes() + " bytes");
      MemorySegment packet = packets.allocate(1500, 64);
      packets.free(packet);
      packets.free(packet);
    } catch (InvalidBlockException refused) {
      IO.println(refused.getMessage());
    }
    // @end
  }

  static void inArray() {
    // @start region="inArray"
    byte[] memory = new byte[4096];
    try (Heap heap = Heap.over(MemorySegment.ofArray(memory))) {
      MemorySegment block = heap.allocate(100);
      block.set(ValueLayout.JAVA_BYTE, 0, (byte) 42);
      IO.println(memory[0]);
      heap.free(block);
    }
    // @end
  }

  static void alignmentInArray() {
    // @start region="alignmentInArray"
    try (Heap heap = Heap.over(MemorySegment.ofArray(new byte[4096]))) {
      heap.allocate(ValueLayout.JAVA_LONG);
    }
    // @end
  }

  static void inFile() throws IOException {
    Path file = Files.createTempFile("cairn", ".heap");
    try {
      inFile(file);
    } finally {
      Files.delete(file);
    }
  }

  private static void inFile(Path file) throws IOException {
    // @start region="inFile"
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Arena mapping = Arena.ofShared()) {
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, 64 * 1024, mapping);
      try (Heap heap = Heap.over(mapped)) {
        heap.allocateFrom("kept in the file");
      }
      try (Heap heap = Heap.over(mapped)) {
        IO.println(heap.stats().liveBlocks() + " blocks live");
        IO.println(heap.allocate(100, 8).getString(0));
      }
    }
    // @end
  }
}
