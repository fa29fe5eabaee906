package dev.cairn.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.trace.ReplayProgress.Pass;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class TimedPassTest {
  private static final Script SCRIPT =
      new Script(
          Sample.read("cairn-trace 1\na 5000\nz 10 @64\nr 0 9000\nf 1\nf -\n"), Long.MAX_VALUE);

  private final List<String> calls = new ArrayList<>();
  private final TimedPass pass = new TimedPass(SCRIPT, new Scribe(calls));
  private final Meter meter = new Meter(ReplayProgress.NONE, Pass.TIME);

  @Test
  void aRoundWritesToWhatItGotAndLeavesNothingLive() {
    double nanos = pass.run(0, meter);

    assertThat(nanos).isPositive();
    assertThat(calls)
        .containsExactly(
            "allocate 0: 5000 @16",
            "touch 0 from 0",
            "allocateZeroed 1: 10 @64",
            "touch 1 from 0",
            "reallocate 0: 9000 @16",
            "touch 0 from 5000",
            "free 1",
            "freeNull",
            // What the trace leaves live.
            "free 0",
            "free 1");
  }

  @Test
  void aMeasuredRoundMakesTheSameCallsAndMeasuresEachOperation() {
    double _ = pass.run(0, meter);
    List<String> timed = List.copyOf(calls);
    calls.clear();

    assertThat(pass.latencies(1, meter).getTotalCount()).isEqualTo(5);
    assertThat(calls).isEqualTo(timed);
  }

  @Test
  void roundsGoOnUntilEnoughIsMeasured() {
    assertThat(pass.latencies(11, meter).getTotalCount()).isEqualTo(15);
  }

  @Test
  void touchingWritesOneByteInEachPage() {
    try (Contestant heap = Contestants.named("heap").open(1, Long.MAX_VALUE)) {
      assertThat(heap.allocateZeroed(0, 10_000, 16)).isTrue();
      heap.touch(0, 5000);

      byte[] bytes = heap.block(0).toArray(ValueLayout.JAVA_BYTE);
      assertThat(bytes[5000]).isEqualTo((byte) 1);
      assertThat(bytes[9096]).isEqualTo((byte) 1);
      bytes[5000] = 0;
      bytes[9096] = 0;
      assertThat(bytes).containsOnly(0);
    }
  }

  /// A contestant that does nothing, and writes down what it was told to do.
  private record Scribe(List<String> calls) implements Contestant {
    @Override
    public boolean allocate(int slot, long byteSize, long byteAlignment) {
      return calls.add("allocate " + slot + ": " + byteSize + " @" + byteAlignment);
    }

    @Override
    public boolean allocateZeroed(int slot, long byteSize, long byteAlignment) {
      return calls.add("allocateZeroed " + slot + ": " + byteSize + " @" + byteAlignment);
    }

    @Override
    public boolean reallocate(int slot, long byteSize, long byteAlignment) {
      return calls.add("reallocate " + slot + ": " + byteSize + " @" + byteAlignment);
    }

    @Override
    public void free(int slot) {
      calls.add("free " + slot);
    }

    @Override
    public void freeNull() {
      calls.add("freeNull");
    }

    @Override
    public MemorySegment block(int slot) {
      return MemorySegment.NULL;
    }

    @Override
    public void touch(int slot, long from) {
      calls.add("touch " + slot + " from " + from);
    }

    @Override
    public OptionalLong peakFootprintBytes() {
      return OptionalLong.empty();
    }

    @Override
    public void close() {}
  }
}
