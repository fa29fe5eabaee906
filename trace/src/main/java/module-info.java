/// Recorded programs: what they asked of an allocator, and asking it again of others.
module dev.cairn.trace {
  requires static org.jspecify;
  requires transitive dev.cairn.core;
  requires dev.cairn.unsafe;
  requires HdrHistogram;
  requires jdk.management;

  exports dev.cairn.trace;
}
