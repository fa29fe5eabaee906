package dev.cairn.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// `java -cp 'bench/target/classes:bench/target/lib/*' org.openjdk.jmh.Main bench.Pair`
///
/// A block is allocated, touched, and freed at once.
@State(Scope.Thread)
public class Pair extends Row {
  /// The size of the block in bytes.
  @Param({"16", "64", "1024", "65536"})
  long byteSize = 64;

  /// Makes the loop.
  public Pair() {
    super(0);
  }

  /// One pair.
  @Benchmark
  public void pair() {
    blocks.pair(byteSize);
  }
}
