package dev.cairn.docs;

import dev.cairn.alloc.Allocator;
import dev.cairn.check.LeakWatch;
import dev.cairn.memory.Checkpoint;
import dev.cairn.memory.Frame;
import dev.cairn.memory.Region;
import dev.cairn.memory.Stack;
import dev.cairn.memory.SystemAllocator;
import dev.cairn.unsafe.Libc;
import dev.cairn.unsafe.Pointer;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/// The programs of `docs/from-c.md`.
final class FromC {
  private FromC() {}

  static void arrayUnsafe() {
    // @start region="arrayUnsafe"
    Pointer a = Libc.malloc(3 * 4);
    if (a.isNull()) {
      throw new OutOfMemoryError("malloc");
    }
    Libc.memset(a, (byte) 0, 3 * 4);
    a.element(1, 4).setInt(42);
    a = Libc.realloc(a, 100 * 4);
    IO.println(a.element(1, 4).getInt());
    Libc.free(a);
    // @end
  }

  static void arraySafe() {
    // @start region="arraySafe"
    try (SystemAllocator malloc = SystemAllocator.ofConfined()) {
      MemorySegment a = malloc.allocate(ValueLayout.JAVA_INT, 3);
      a.fill((byte) 0);
      a.setAtIndex(ValueLayout.JAVA_INT, 1, 42);
      a = malloc.reallocate(a, 100 * 4, 4);
      IO.println(a.getAtIndex(ValueLayout.JAVA_INT, 1));
      malloc.free(a);
    }
    // @end
  }

  static void structUnsafe() {
    // @start region="structUnsafe"
    long size = 16; // sizeof(struct { char tag; double value; })
    long value = 8; // offsetof(..., value)
    Pointer s = Libc.malloc(size);
    s.setByte((byte) 'x');
    s.plus(value).setDouble(1.5);
    IO.println((char) s.getByte() + " " + s.plus(value).getDouble());
    Libc.free(s);
    // @end
  }

  static void structSafe() {
    // @start region="structSafe"
    StructLayout sample =
        MemoryLayout.structLayout(
            ValueLayout.JAVA_BYTE.withName("tag"),
            MemoryLayout.paddingLayout(7),
            ValueLayout.JAVA_DOUBLE.withName("value"));
    VarHandle tag = sample.varHandle(PathElement.groupElement("tag"));
    VarHandle value = sample.varHandle(PathElement.groupElement("value"));
    IO.println("sizeof " + sample.byteSize() + ", alignof " + sample.byteAlignment());
    IO.println("offsetof " + sample.byteOffset(PathElement.groupElement("value")));
    try (SystemAllocator malloc = SystemAllocator.ofConfined()) {
      MemorySegment s = malloc.allocate(sample);
      tag.set(s, 0L, (byte) 'x');
      value.set(s, 0L, 1.5);
      IO.println((char) (byte) tag.get(s, 0L) + " " + (double) value.get(s, 0L));
      malloc.free(s);
    }
    // @end
  }

  static void bytesUnsafe() {
    // @start region="bytesUnsafe"
    Pointer from = Libc.calloc(8, 1);
    Pointer to = Libc.calloc(8, 1);
    from.toSegment(8).setString(0, "cairn");
    Libc.memcpy(to, from, 8);
    IO.println(Libc.memcmp(to, from, 8));
    IO.println(Libc.strlen(to));
    Libc.free(from);
    Libc.free(to);
    // @end
  }

  static void bytesSafe() {
    // @start region="bytesSafe"
    try (SystemAllocator malloc = SystemAllocator.ofConfined()) {
      MemorySegment from = malloc.allocateFrom("cairn");
      MemorySegment to = malloc.allocate(8);
      MemorySegment.copy(from, 0, to, 0, from.byteSize());
      IO.println(to.asSlice(0, from.byteSize()).mismatch(from));
      IO.println(to.getString(0).length());
      malloc.free(from);
      malloc.free(to);
    }
    // @end
  }

  static void alloca() {
    // @start region="alloca"
    try (Frame frame = Stack.push()) {
      MemorySegment buffer = frame.allocate(256);
      buffer.setString(0, "gone when the frame is popped");
      IO.println(buffer.getString(0));
    }
    // @end
  }

  static void obstack() {
    // @start region="obstack"
    try (Region pool = Region.growable(1 << 20)) {
      for (int request = 0; request < 3; request++) {
        try (Checkpoint _ = pool.checkpoint()) {
          pool.allocateFrom("request " + request);
          pool.allocate(4000, 8);
        }
      }
      IO.println(pool.stats().liveBlocks() + " blocks live");
    }
    // @end
  }

  static void leak() {
    // @start region="leak"
    try (Allocator malloc =
        LeakWatch.over(SystemAllocator.ofConfined(), leak -> IO.println(leak))) {
      malloc.allocate(100, 8);
    }
    // @end
  }
}
