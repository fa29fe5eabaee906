package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.alloc.Allocator;
import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Records that do not escape are never made, once the loop is compiled.
class StructGarbageTest {
  enum Style {
    SOLID,
    DASHED
  }

  record Point(int x, int y) {}

  record Line(Point from, double width, Style style) {}

  record Eight(int a, long b, double c, int d, long e, int f, short g, double h) {}

  record Sixteen(
      int a,
      long b,
      double c,
      int d,
      long e,
      Point f,
      short g,
      double h,
      int i,
      long j,
      double k,
      Style l,
      long m,
      byte n,
      float o) {}

  /// How many components a record has, those of nested records included.
  enum Kind {
    FOUR,
    EIGHT,
    SIXTEEN
  }

  private static final Struct<Line> LINE = Struct.of(MethodHandles.lookup(), Line.class);
  private static final Struct<Eight> EIGHTS = Struct.of(MethodHandles.lookup(), Eight.class);
  private static final Struct<Sixteen> SIXTEENS = Struct.of(MethodHandles.lookup(), Sixteen.class);
  // It ends as soon as a round made nothing; C2 may take its time where the machine is busy.
  private static final int ROUNDS = 5_000;
  private static final int RECORDS = 5_000;

  /// In a JVM of its own, on the class path: what other tests do to segments, C2 remembers.
  @ParameterizedTest
  @EnumSource
  void readingWritingAndComparingRecordsInALoopMakesNoGarbage(Kind kind) throws Exception {
    String classPath =
        Stream.of(StructGarbageTest.class, Struct.class, Allocator.class)
            .map(StructGarbageTest::root)
            .distinct()
            .collect(Collectors.joining(File.pathSeparator));
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                StructGarbageTest.class.getName(),
                kind.name())
            .redirectErrorStream(true)
            .start();
    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor()).as(said).isZero();
    assertThat(said).isEqualTo("bytes of garbage: 0");
  }

  /// The folder or archive that a class is loaded from.
  private static String root(Class<?> type) {
    String file = "/" + type.getName().replace('.', '/') + ".class";
    String place = String.valueOf(type.getResource(file));
    String root = place.substring(0, place.length() - file.length());
    return Path.of(URI.create(root.replace("jar:", "").replace("!", ""))).toString();
  }

  static void main(String[] args) throws Throwable {
    Kind kind = Kind.valueOf(args[0]);
    MethodHandle allocatedBytes = allocatedBytes();
    long least = Long.MAX_VALUE;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(SIXTEENS.byteSize() * RECORDS, Long.BYTES);
      for (int round = 0; round < ROUNDS && least != 0; round++) {
        long before = (long) allocatedBytes.invokeExact();
        turn(kind, memory);
        least = Math.min(least, (long) allocatedBytes.invokeExact() - before);
      }
    }
    IO.print("bytes of garbage: " + least);
  }

  private static void turn(Kind kind, MemorySegment memory) {
    for (long i = 0; i < RECORDS; i++) {
      switch (kind) {
        case FOUR -> turnLine(memory, i * LINE.byteSize());
        case EIGHT -> turnEight(memory, i * EIGHTS.byteSize());
        case SIXTEEN -> turnSixteen(memory, i * SIXTEENS.byteSize());
      }
    }
  }

  private static void turnLine(MemorySegment memory, long at) {
    Line line = LINE.get(memory, at);
    Style style = line.style() == Style.SOLID ? Style.DASHED : Style.SOLID;
    Line turned = new Line(new Point(line.from().y(), line.from().x()), line.width() + 1, style);
    if (!LINE.isEqual(memory, at, turned)) {
      LINE.set(memory, at, turned);
    }
  }

  private static void turnEight(MemorySegment memory, long at) {
    Eight it = EIGHTS.get(memory, at);
    EIGHTS.set(
        memory, at, new Eight(it.d, it.e, it.h, it.f, it.b + 1, it.a, (short) -it.g, it.c + 1));
  }

  private static void turnSixteen(MemorySegment memory, long at) {
    Sixteen it = SIXTEENS.get(memory, at);
    SIXTEENS.set(
        memory,
        at,
        new Sixteen(
            it.d,
            it.e,
            it.h,
            it.a,
            it.b + 1,
            new Point(it.f.y(), it.f.x()),
            (short) -it.g,
            it.c,
            it.i,
            it.m,
            it.k + 1,
            it.l == Style.SOLID ? Style.DASHED : Style.SOLID,
            it.j,
            (byte) -it.n,
            -it.o));
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
