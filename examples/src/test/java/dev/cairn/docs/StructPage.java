package dev.cairn.docs;

import dev.cairn.memory.Heap;
import dev.cairn.own.Length;
import dev.cairn.own.Struct;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/// The programs of `docs/guide/12-structs.md`.
final class StructPage {
  private StructPage() {}

  record Point(int x, int y) {}

  static void roundTrip() {
    // @start region="roundTrip"
    Struct<Point> points = Struct.of(MethodHandles.lookup(), Point.class);
    try (Heap heap = Heap.fixed(1024)) {
      MemorySegment block = heap.allocate(points.byteSize(), points.byteAlignment());
      points.set(block, 0, new Point(3, 4));
      IO.println(points.get(block, 0));
      IO.println(block.get(ValueLayout.JAVA_INT, 4));
      heap.free(block);
    }
    // @end
  }

  enum Kind {
    REQUEST,
    REPLY
  }

  @SuppressWarnings("ArrayRecordComponent") // structs of C have them
  static void layout() {
    // @start region="layout"
    record Message(
        byte version, Kind kind, @Length(2) Point[] area, boolean last, MemorySegment next) {}
    Struct<Message> messages = Struct.of(MethodHandles.lookup(), Message.class);
    messages.layout().memberLayouts().forEach(IO::println);
    IO.println(messages);
    // @end
  }

  @SuppressWarnings("restricted") // C is called
  static void call() throws Throwable {
    // @start region="call"
    record Division(int quotient, int remainder) {}
    Struct<Division> divisions = Struct.of(MethodHandles.lookup(), Division.class);
    Linker linker = Linker.nativeLinker();
    MethodHandle div =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("div"),
            FunctionDescriptor.of(divisions.layout(), ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = (MemorySegment) div.invoke(arena, 17, 5);
      IO.println(divisions.get(result, 0));
    }
    // @end
  }

  static void ordinal() {
    // @start region="ordinal"
    record Header(Kind kind) {}
    Struct<Header> headers = Struct.of(MethodHandles.lookup(), Header.class);
    MemorySegment memory = MemorySegment.ofArray(new byte[4]);
    memory.set(ValueLayout.JAVA_INT_UNALIGNED, 0, 7);
    IO.println(headers.get(memory, 0));
    // @end
  }

  static void inaccessible() {
    // @start region="inaccessible"
    Struct<Point> unused = Struct.of(Point.class);
    // @end
    IO.println(unused);
  }
}
