package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.util.List;
import org.junit.jupiter.api.Test;

@SuppressWarnings("ArrayRecordComponent") // structs of C have them
class StructRefusalsTest {
  record Tree(int value, Branch branch) {}

  record Branch(@Length(2) Tree[] trees) {}

  enum Size {
    SMALL,
    LARGE
  }

  record Shirt(int id, Size size, @Length(2) Size[] others) {}

  record Chain(MemorySegment next, @Length(2) int[] values) {}

  private final MemorySegment memory = MemorySegment.ofArray(new byte[64]);

  @Test
  void aRecordThatContainsItselfIsRefused() {
    refused(Tree.class, "trees of " + Branch.class.getName(), "Tree -> Branch -> Tree", "pointer");
  }

  @Test
  void aTypeThatCHasNotIsRefused() {
    record Named(String name) {}
    refused(
        Named.class,
        "name of " + Named.class.getName(),
        "java.lang.String",
        "with(\"name\", element)");
    record Boxed(Integer value) {}
    refused(Boxed.class, "value of", "java.lang.Integer");
    record Generic<A>(A value) {}
    refused(Generic.class, "value of", "java.lang.Object");
  }

  @Test
  void anArrayNeedsALengthForEachDimension() {
    record Unknown(int[] values) {}
    refused(Unknown.class, "values of", "@Length(n)");
    record Empty(@Length(0) int[] values) {}
    refused(Empty.class, "values of", "@Length of 0", "at least one");
    record Scalar(@Length(2) int value) {}
    refused(Scalar.class, "value of", "is a int", "1 dimension");
    record Flat(@Length({2, 2}) int[] values) {}
    refused(Flat.class, "values of", "[2, 2]");
    record Deep(@Length(2) int[][] values) {}
    refused(Deep.class, "values of", "@Length(n)");
    record TooDeep(@Length({2, 2, 2}) int[][] values) {}
    refused(TooDeep.class, "values of", "[2, 2, 2]");
  }

  @Test
  void anElementForNoComponentOrForPrimitivesInAnArrayIsRefused() {
    record Point(int x, int y) {}
    assertThatThrownBy(
            () ->
                Struct.builder(MethodHandles.lookup(), Point.class).with("z", Elements.INT).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[z]")
        .hasMessageContaining("[x, y]");
    assertThatThrownBy(
            () ->
                Struct.builder(MethodHandles.lookup(), Chain.class)
                    .with("values", Elements.INT)
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("values of")
        .hasMessageContaining("needs no element");
  }

  @Test
  void anArrayOfAnotherLengthIsRefused() {
    Struct<Chain> struct = Struct.of(MethodHandles.lookup(), Chain.class);
    assertThatThrownBy(
            () -> struct.set(memory, 0, new Chain(MemorySegment.NULL, new int[] {1, 2, 3})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "an array of 3 as values of %s, which has room for 2: pass one of exactly @Length(2)",
            Chain.class.getName());
    record Flags(@Length(2) boolean[] flags) {}
    assertThatThrownBy(
            () ->
                Struct.of(MethodHandles.lookup(), Flags.class)
                    .set(memory, 0, new Flags(new boolean[1])))
        .hasMessageStartingWith("an array of 1 as flags of");
    assertThatThrownBy(
            () ->
                Struct.of(MethodHandles.lookup(), Shirt.class)
                    .set(memory, 0, new Shirt(1, Size.LARGE, new Size[0])))
        .hasMessageStartingWith("an array of 0 as others of");
  }

  @Test
  @SuppressWarnings("NullAway") // that is what is tested
  void nullIsRefusedByTheNameOfTheComponent() {
    Struct<Chain> chains = Struct.of(MethodHandles.lookup(), Chain.class);
    assertThatThrownBy(() -> chains.set(memory, 0, new Chain(null, new int[2])))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("null in next of")
        .hasMessageContaining("MemorySegment.NULL");
    assertThatThrownBy(() -> chains.set(memory, 0, new Chain(MemorySegment.NULL, null)))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("null in values of");
    Struct<Shirt> shirts = Struct.of(MethodHandles.lookup(), Shirt.class);
    assertThatThrownBy(
            () -> shirts.set(memory, 0, new Shirt(1, Size.SMALL, new Size[] {Size.LARGE, null})))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("null in element 1 of others of");
  }

  @Test
  void aPointerIntoAJavaArrayIsRefused() {
    Struct<Chain> struct = Struct.of(MethodHandles.lookup(), Chain.class);
    assertThatThrownBy(() -> struct.set(memory, 0, new Chain(memory, new int[2])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("next of")
        .hasMessageContaining("native memory");
  }

  @Test
  void anOrdinalOfNoConstantIsRefused() {
    Struct<Shirt> struct = Struct.of(MethodHandles.lookup(), Shirt.class);
    for (int ordinal : List.of(2, -1, Integer.MIN_VALUE, Integer.MAX_VALUE)) {
      memory.set(ValueLayout.JAVA_INT_UNALIGNED, 5, ordinal);
      assertThatThrownBy(() -> struct.get(memory, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("the ordinal " + ordinal + ", in size of")
          .hasMessageContaining(Size.class.getName() + ", which has 2");
    }
  }

  @Test
  void memoryThatIsTooSmallIsRefused() {
    Struct<Shirt> struct = Struct.of(MethodHandles.lookup(), Shirt.class);
    assertThatThrownBy(() -> struct.get(memory, 64 - struct.byteSize() + 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static void refused(Class<? extends Record> type, String... parts) {
    assertThatThrownBy(() -> Struct.of(MethodHandles.lookup(), type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(parts);
  }
}
