package dev.cairn.bench;

import dev.cairn.memory.Frame;
import dev.cairn.memory.Stack;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// `java -cp 'bench/target/classes:bench/target/lib/*' org.openjdk.jmh.Main StackFrame -prof gc`
///
/// Scratch memory for one call: a frame is pushed, a block written and read, the frame popped;
/// beside the JDK's confined arena doing the same.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED"})
public class StackFrame {
  /// The size of the block in bytes.
  @Param({"16", "64", "1024"})
  private long byteSize;

  /// A frame of Cairn's stack.
  ///
  /// @return what was read
  @Benchmark
  public long frame() {
    try (Frame frame = Stack.push()) {
      return use(frame.allocate(byteSize, 8));
    }
  }

  /// Two frames, one inside the other.
  ///
  /// @return what was read
  @Benchmark
  public long nestedFrames() {
    try (Frame outer = Stack.push()) {
      long first = use(outer.allocate(byteSize, 8));
      try (Frame inner = Stack.push()) {
        return first + use(inner.allocate(byteSize, 8));
      }
    }
  }

  /// An arena of the JDK.
  ///
  /// @return what was read
  @Benchmark
  public long confinedArena() {
    try (Arena arena = Arena.ofConfined()) {
      return use(arena.allocate(byteSize, 8));
    }
  }

  private static long use(MemorySegment block) {
    block.set(ValueLayout.JAVA_LONG, 0, 42);
    return block.get(ValueLayout.JAVA_LONG, block.byteSize() - 8) + block.address();
  }
}
