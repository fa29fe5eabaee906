package dev.cairn.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cairn.alloc.LayoutException;
import org.junit.jupiter.api.Test;

final class TraceTest {
  @Test
  void blocksAreNumberedInOrderOfAllocation() {
    TraceBuilder builder = Trace.builder("t");

    assertThat(builder.allocate(10, 8)).isZero();
    assertThat(builder.allocateZeroed(20, 64)).isEqualTo(1);
    Trace trace = builder.thread(2).reallocate(0, 30, 16).free(1).freeNull().build();

    assertThat(Sample.operations(trace)).isEqualTo("a 10 @8, z 20 @64, r 0 30 @16, f 1, f -");
    assertThat(trace.blocks()).isEqualTo(2);
    assertThat(trace.threads()).isEqualTo(3);
    assertThat(trace.kind(4)).isEqualTo(Trace.Kind.FREE_NULL);
    assertThat(trace.block(4)).isEqualTo(Trace.NO_BLOCK);
    assertThat(trace.line(0)).isZero();
    assertThat(trace.reading().format()).isEmpty();
    assertThat(trace).hasToString("t (5 operations)");
  }

  @Test
  void whatNoProgramCanDoIsRefusedAndChangesNothing() {
    TraceBuilder builder = Trace.builder("t");
    int freed = builder.allocate(1, 1);
    builder.free(freed);

    assertThat(assertThrows(IllegalArgumentException.class, () -> builder.free(freed)))
        .hasMessageContaining("free of block 0, which is not live");
    assertThat(assertThrows(IllegalArgumentException.class, () -> builder.reallocate(7, 1, 1)))
        .hasMessageContaining("reallocate of block 7");
    assertThrows(IllegalArgumentException.class, () -> builder.free(-1));
    assertThrows(LayoutException.class, () -> builder.allocate(-1, 1));
    assertThrows(LayoutException.class, () -> builder.allocate(1, 3));
    assertThrows(IllegalArgumentException.class, () -> builder.thread(-1));
    assertThrows(IllegalArgumentException.class, () -> builder.thread(32768));
    assertThat(Sample.operations(builder.build())).isEqualTo("a 1 @1, f 0");
  }

  @Test
  void mallocAlignsToTheLargestTypeThatFits() {
    long[] expected = {1, 1, 2, 2, 4, 4, 4, 4, 8, 8, 8, 8, 8, 8, 8, 8, 16, 16};
    for (int size = 0; size < expected.length; size++) {
      assertThat(Trace.mallocAlignment(size)).as("of %s bytes", size).isEqualTo(expected[size]);
    }
    assertThat(Trace.mallocAlignment(Long.MAX_VALUE)).isEqualTo(16);
  }

  @Test
  void tracesOfTheSameOperationsAreEqual() {
    Trace trace = Sample.read("cairn-trace 1\nname t\na 8\nf 0\n");

    assertThat(Sample.read("cairn-trace 1\n\nname t\na 8 @8\nf 0\n"))
        .isEqualTo(trace)
        .hasSameHashCodeAs(trace);
    assertThat(Sample.read("cairn-trace 1\nname u\na 8\nf 0\n")).isNotEqualTo(trace);
    assertThat(Sample.read("cairn-trace 1\nname t\nz 8\nf 0\n")).isNotEqualTo(trace);
    assertThat(Sample.read("cairn-trace 1\nname t\na 8 @16\nf 0\n")).isNotEqualTo(trace);
    assertThat(Sample.read("cairn-trace 1\nname t\na 8\nt 1\nf 0\n")).isNotEqualTo(trace);
  }
}
