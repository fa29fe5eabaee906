/// Explicit memory: allocators whose blocks are allocated when the program says and freed when it
/// says, outside the garbage-collected heap.
///
/// [dev.cairn.alloc] is the vocabulary every allocator shares, [dev.cairn.memory] the allocators,
/// [dev.cairn.check] watches over them, [dev.cairn.management] shows them to JMX.
///
/// Where `jdk.jfr` and `java.management` are in the runtime image, allocators tell the flight
/// recorder and JMX what they hold. They work without.
///
/// Frames, arenas over an allocator and [dev.cairn.memory.SystemAllocator] need native access:
/// start the JVM with `--enable-native-access=dev.cairn.core`. Heaps and regions do not.
@SuppressWarnings("module") // the modules named below are compiled after this one
module dev.cairn.core {
  requires static java.management;
  requires static jdk.jfr;
  requires static org.jspecify;

  exports dev.cairn.alloc;
  exports dev.cairn.check;
  exports dev.cairn.management;
  exports dev.cairn.memory;
  exports dev.cairn.engine to
      dev.cairn.unsafe;
  exports dev.cairn.platform to
      dev.cairn.own,
      dev.cairn.unsafe;
}
