package dev.cairn.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// `java -cp 'bench/target/classes:bench/target/lib/*' org.openjdk.jmh.Main bench.ZeroedPair`
///
/// A zeroed block is allocated, touched, and freed at once.
@State(Scope.Thread)
public class ZeroedPair extends Row {
  /// The size of the block in bytes.
  @Param({"64", "4096"})
  long byteSize = 64;

  /// Makes the loop.
  public ZeroedPair() {
    super(0);
  }

  /// One pair.
  @Benchmark
  public void zeroedPair() {
    blocks.zeroedPair(byteSize);
  }
}
