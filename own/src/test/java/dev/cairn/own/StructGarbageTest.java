package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.junit.jupiter.api.Test;

/// Records that do not escape are never made, once the loop is compiled.
class StructGarbageTest {
  enum Style {
    SOLID,
    DASHED
  }

  record Point(int x, int y) {}

  record Line(Point from, Point to, double width, Style style, MemorySegment next) {}

  private static final Struct<Line> LINE = Struct.of(MethodHandles.lookup(), Line.class);
  // It ends as soon as a round made nothing; C2 may take its time where the machine is busy.
  private static final int ROUNDS = 5_000;
  private static final int LINES = 5_000;

  @Test
  void readingWritingAndComparingRecordsInALoopMakesNoGarbage() throws Throwable {
    MethodHandle allocatedBytes = allocatedBytes();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(LINE.byteSize() * LINES, LINE.byteAlignment());
      long least = Long.MAX_VALUE;
      for (int round = 0; round < ROUNDS && least != 0; round++) {
        long before = (long) allocatedBytes.invokeExact();
        turn(memory);
        least = Math.min(least, (long) allocatedBytes.invokeExact() - before);
      }
      assertThat(least).isZero();
      assertThat(LINE.get(memory, 0).width()).isPositive();
    }
  }

  private static void turn(MemorySegment memory) {
    for (long i = 0; i < LINES; i++) {
      long at = i * LINE.byteSize();
      Line line = LINE.get(memory, at);
      Style style = line.style() == Style.SOLID ? Style.DASHED : Style.SOLID;
      Line turned = new Line(line.to(), line.from(), line.width() + 1, style, line.next());
      if (!LINE.isEqual(memory, at, turned)) {
        LINE.set(memory, at, turned);
      }
    }
  }

  /// What this thread has allocated on the Java heap. No module of Cairn reads that of management.
  private static MethodHandle allocatedBytes() throws ReflectiveOperationException {
    Object bean =
        Class.forName("java.lang.management.ManagementFactory")
            .getMethod("getThreadMXBean")
            .invoke(null);
    Class<?> type = Class.forName("com.sun.management.ThreadMXBean");
    return MethodHandles.publicLookup()
        .findVirtual(type, "getCurrentThreadAllocatedBytes", MethodType.methodType(long.class))
        .bindTo(bean);
  }
}
