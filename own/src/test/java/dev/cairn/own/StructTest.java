package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("ArrayRecordComponent") // structs of C have them
class StructTest {
  private static final long SEED = Long.getLong("dev.cairn.seed", System.nanoTime());

  public record Point(int x, int y) {}

  enum Color {
    RED,
    GREEN,
    BLUE
  }

  record Primitives(
      boolean flag, byte b, char c, short s, int i, float f, long l, double d, boolean last) {}

  record Nested(byte tag, Point from, short kind, Point to) {}

  record Arrays(
      @Length(3) boolean[] flags,
      @Length(3) byte[] bytes,
      @Length(5) char[] chars,
      @Length(1) short[] shorts,
      @Length(4) int[] ints,
      @Length(2) float[] floats,
      @Length(2) long[] longs,
      @Length(3) double[] doubles) {}

  record Objects(
      @Length(2) Point[] line,
      Color color,
      @Length(3) Color[] colors,
      MemorySegment next,
      @Length(2) MemorySegment[] others,
      @Length({2, 3}) int[][] matrix,
      @Length({2, 1, 2}) Point[][][] deep) {}

  record Nothing() {}

  private record Hidden(int secret) {}

  record Holder(Hidden hidden) {}

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 3, 7, 16})
  void everyKindOfComponentIsReadAsItWasWritten(long offset) {
    Random random = new Random(SEED);
    for (int i = 0; i < 50; i++) {
      roundTrip(offset, of(Point.class), point(random));
      roundTrip(offset, of(Primitives.class), primitives(random));
      roundTrip(
          offset,
          of(Nested.class),
          new Nested((byte) random.nextInt(), point(random), (short) 7, point(random)));
      roundTrip(offset, of(Arrays.class), arrays(random));
      roundTrip(offset, of(Objects.class), objects(random));
      roundTrip(offset, of(Nothing.class), new Nothing());
      roundTrip(offset, of(Hidden.class), new Hidden(random.nextInt()));
    }
  }

  private static <T extends Record> void roundTrip(long offset, Struct<T> struct, T value) {
    try (Arena arena = Arena.ofConfined()) {
      roundTrip(arena.allocate(struct.byteSize() + 32), offset, struct, value);
    }
    roundTrip(MemorySegment.ofArray(new byte[(int) struct.byteSize() + 32]), offset, struct, value);
  }

  private static <T extends Record> void roundTrip(
      MemorySegment memory, long offset, Struct<T> struct, T value) {
    memory.fill((byte) 0xCC);
    struct.set(memory, offset, value);
    assertThat(parts(struct.get(memory, offset)))
        .as("with -Ddev.cairn.seed=%d", SEED)
        .isEqualTo(parts(value));
    assertThat(parts(struct.take(memory, offset))).isEqualTo(parts(value));
    assertThat(struct.isEqual(memory, offset, value)).isTrue();
    byte[] around = memory.toArray(ValueLayout.JAVA_BYTE);
    java.util.Arrays.fill(around, (int) offset, (int) (offset + struct.byteSize()), (byte) 0xCC);
    assertThat(around).containsOnly(0xCC);
  }

  /// A value, with lists in place of records and arrays, and addresses in place of pointers.
  private static Object parts(Object value) {
    return switch (value) {
      case Record record ->
          Stream.of(record.getClass().getRecordComponents())
              .map(component -> parts(read(component, record)))
              .toList();
      case MemorySegment pointer -> pointer.address();
      case Object array when array.getClass().isArray() ->
          IntStream.range(0, Array.getLength(array))
              .mapToObj(i -> parts(Array.get(array, i)))
              .toList();
      default -> value;
    };
  }

  private static Object read(RecordComponent component, Record record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException impossible) {
      throw new LinkageError("it is not accessible", impossible);
    }
  }

  @Test
  void aRecordIsEqualInMemoryOnlyIfEveryComponentIs() {
    Random random = new Random(SEED);
    Primitives value = primitives(random);
    Struct<Primitives> struct = of(Primitives.class);
    MemorySegment memory = MemorySegment.ofArray(new byte[(int) struct.byteSize()]);
    struct.set(memory, 0, value);
    for (var component : Primitives.class.getRecordComponents()) {
      long offset = struct.layout().byteOffset(PathElement.groupElement(component.getName()));
      byte old = memory.get(ValueLayout.JAVA_BYTE, offset);
      memory.set(ValueLayout.JAVA_BYTE, offset, (byte) (old ^ 1));
      assertThat(struct.isEqual(memory, 0, value)).as(component.getName()).isFalse();
      memory.set(ValueLayout.JAVA_BYTE, offset, old);
    }
    assertThat(struct.isEqual(memory, 0, value)).isTrue();
  }

  @Test
  void contentsOfArraysAndObjectsAreCompared() {
    Random random = new Random(SEED);
    Objects value = objects(random);
    Struct<Objects> struct = of(Objects.class);
    MemorySegment memory = MemorySegment.ofArray(new byte[(int) struct.byteSize()]);
    struct.set(memory, 0, value);
    for (var component : Objects.class.getRecordComponents()) {
      long offset = struct.layout().byteOffset(PathElement.groupElement(component.getName()));
      byte old = memory.get(ValueLayout.JAVA_BYTE, offset);
      memory.set(ValueLayout.JAVA_BYTE, offset, (byte) (old ^ 4));
      assertThat(struct.isEqual(memory, 0, value)).as(component.getName()).isFalse();
      memory.set(ValueLayout.JAVA_BYTE, offset, old);
    }
    assertThat(struct.isEqual(memory, 0, value)).isTrue();
  }

  record Floating(float f, double d) {}

  @Test
  void floatsAreComparedAsRecordsCompareThem() {
    Struct<Floating> struct = of(Floating.class);
    MemorySegment memory = MemorySegment.ofArray(new byte[16]);
    struct.set(memory, 0, new Floating(Float.NaN, -0.0));
    assertThat(struct.isEqual(memory, 0, new Floating(Float.NaN, -0.0))).isTrue();
    assertThat(struct.isEqual(memory, 0, new Floating(Float.NaN, 0.0))).isFalse();
    assertThat(struct.isEqual(memory, 0, new Floating(0, -0.0))).isFalse();
  }

  record Lenient(int id, int note) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Lenient lenient && lenient.id == id;
    }

    @Override
    public int hashCode() {
      return id;
    }
  }

  @Test
  void aRecordThatDeclaresEqualsIsAsked() {
    Struct<Lenient> struct = of(Lenient.class);
    MemorySegment memory = MemorySegment.ofArray(new byte[8]);
    struct.set(memory, 0, new Lenient(1, 2));
    assertThat(struct.isEqual(memory, 0, new Lenient(1, 3))).isTrue();
    assertThat(struct.isEqual(memory, 0, new Lenient(2, 2))).isFalse();
  }

  record Gaps(byte a, long b, byte c, short d, byte e, int f, byte g) {}

  @Test
  void paddingIsWrittenAsZeros() {
    Struct<Gaps> struct = of(Gaps.class);
    byte[] bytes = new byte[(int) struct.byteSize()];
    java.util.Arrays.fill(bytes, (byte) 0xCC);
    struct.set(
        MemorySegment.ofArray(bytes),
        0,
        new Gaps((byte) -1, -1, (byte) -1, (short) -1, (byte) -1, -1, (byte) -1));
    assertThat(HexFormat.of().formatHex(bytes))
        .isEqualTo(
            "ff00000000000000" + "ffffffffffffffff" + "ff00ffffff000000" + "ffffffffff000000");
  }

  record Wide(byte a, long b, byte c, short d, byte e, int f, byte g, Color h, byte i) {}

  @Test
  @SuppressWarnings("NullAway") // that is what is tested
  void recordsOfManyComponentsArePaddedWithZerosAndHaveNoNulls() {
    Struct<Wide> struct = of(Wide.class);
    byte[] bytes = new byte[(int) struct.byteSize()];
    java.util.Arrays.fill(bytes, (byte) 0xCC);
    byte one = (byte) -1;
    struct.set(
        MemorySegment.ofArray(bytes),
        0,
        new Wide(one, -1, one, (short) -1, one, -1, one, Color.GREEN, one));
    assertThat(HexFormat.of().formatHex(bytes))
        .startsWith(
            "ff00000000000000" + "ffffffffffffffff" + "ff00ffffff000000" + "ffffffffff000000")
        .endsWith("ff000000")
        .hasSize(2 * 40);
    assertThatThrownBy(
            () ->
                struct.set(
                    MemorySegment.ofArray(bytes),
                    0,
                    new Wide(one, -1, one, (short) -1, one, -1, one, null, one)))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("null in h of");
  }

  @Test
  void aPointerIsReadBackAsAnAddressWithoutBytes() {
    record Node(int value, MemorySegment next) {}
    Struct<Node> struct = Struct.of(MethodHandles.lookup(), Node.class);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment first = arena.allocate(struct.byteSize());
      MemorySegment second = arena.allocate(struct.byteSize());
      struct.set(first, 0, new Node(1, second));
      struct.set(second, 0, new Node(2, MemorySegment.NULL));
      MemorySegment next = struct.get(first, 0).next();
      assertThat(next.address()).isEqualTo(second.address());
      assertThat(next.byteSize()).isZero();
      assertThat(struct.get(second, 0).next()).isEqualTo(MemorySegment.NULL);
    }
  }

  @Test
  void anElementIsGivenForAComponentOfAnotherType() {
    record Measured(byte tag, @Length(2) Integer[] values, Long total, int swapped) {}
    Struct<Measured> struct =
        Struct.builder(MethodHandles.lookup(), Measured.class)
            .with("values", Elements.INT)
            .with("total", Elements.LONG)
            .with("swapped", new Swapped())
            .build();
    MemorySegment memory = MemorySegment.ofArray(new byte[(int) struct.byteSize()]);
    struct.set(memory, 0, new Measured((byte) 1, new Integer[] {2, 3}, 4L, 0x01020304));
    assertThat(struct.get(memory, 0).values()).containsExactly(2, 3);
    assertThat(struct.get(memory, 0).total()).isEqualTo(4);
    assertThat(struct.get(memory, 0).swapped()).isEqualTo(0x01020304);
    assertThat(memory.get(ValueLayout.JAVA_INT_UNALIGNED, 24)).isEqualTo(0x04030201);
    assertThat(struct.byteSize()).isEqualTo(32);
  }

  private static final class Swapped implements Element<Integer> {
    @Override
    public long byteSize() {
      return 4;
    }

    @Override
    public long byteAlignment() {
      return 4;
    }

    @Override
    public Integer get(MemorySegment memory, long offset) {
      return Integer.reverseBytes(Elements.INT.get(memory, offset));
    }

    @Override
    public void set(MemorySegment memory, long offset, Integer value) {
      Elements.INT.set(memory, offset, Integer.reverseBytes(value));
    }
  }

  @Test
  void theClassIsMadeOnce() {
    assertThat(Struct.of(Point.class)).isSameAs(Struct.of(Point.class));
    assertThat(Struct.of(MethodHandles.lookup(), Point.class)).isSameAs(Struct.of(Point.class));
    assertThat(Struct.builder(Point.class).build()).isSameAs(Struct.of(Point.class));
    assertThat(Struct.of(Point.class)).hasToString("struct Point, 8 bytes aligned to 4");
  }

  @Test
  void aRecordThatOthersMayNotUseNeedsALookupEvenIfItsStructIsMade() {
    assertThat(of(Hidden.class)).isNotNull();
    assertThatThrownBy(() -> Struct.of(Hidden.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Hidden.class.getName())
        .hasMessageContaining("call Struct.of(MethodHandles.lookup(), Hidden.class)");
    assertThatThrownBy(() -> Struct.of(MethodHandles.lookup().in(String.class), Holder.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("MethodHandles.lookup()");
  }

  public record Outer(Hidden hidden) {}

  @Test
  void aStructIsGivenForARecordThatTheLookupMayNotUse() {
    assertThatThrownBy(() -> Struct.of(Outer.class)).hasMessageContaining("with(...)");
    Struct<Outer> struct = Struct.builder(Outer.class).with("hidden", of(Hidden.class)).build();
    MemorySegment memory = MemorySegment.ofArray(new byte[4]);
    struct.set(memory, 0, new Outer(new Hidden(42)));
    assertThat(struct.get(memory, 0).hidden().secret()).isEqualTo(42);
  }

  private static <T extends Record> Struct<T> of(Class<T> type) {
    return Struct.of(MethodHandles.lookup(), type);
  }

  private static Point point(Random random) {
    return new Point(random.nextInt(), random.nextInt());
  }

  private static Primitives primitives(Random random) {
    return new Primitives(
        random.nextBoolean(),
        (byte) random.nextInt(),
        (char) random.nextInt(),
        (short) random.nextInt(),
        random.nextInt(),
        random.nextFloat(),
        random.nextLong(),
        random.nextDouble(),
        random.nextBoolean());
  }

  private static Arrays arrays(Random random) {
    byte[] bytes = new byte[3];
    random.nextBytes(bytes);
    return new Arrays(
        new boolean[] {random.nextBoolean(), random.nextBoolean(), random.nextBoolean()},
        bytes,
        new char[] {'a', (char) random.nextInt(), 'c', 'd', (char) random.nextInt()},
        new short[] {(short) random.nextInt()},
        random.ints(4).toArray(),
        new float[] {random.nextFloat(), Float.NaN},
        random.longs(2).toArray(),
        random.doubles(3).toArray());
  }

  private static Objects objects(Random random) {
    Function<Integer, Color> color = i -> Color.values()[(random.nextInt(3) + i) % 3];
    return new Objects(
        new Point[] {point(random), point(random)},
        color.apply(0),
        new Color[] {color.apply(1), color.apply(2), color.apply(3)},
        MemorySegment.ofAddress(random.nextLong()),
        new MemorySegment[] {MemorySegment.NULL, MemorySegment.ofAddress(random.nextLong())},
        new int[][] {random.ints(3).toArray(), random.ints(3).toArray()},
        new Point[][][] {
          {{point(random), point(random)}}, {{point(random), point(random)}},
        });
  }
}
