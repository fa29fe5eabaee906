/// What every allocator is tested with: the conformance suite, and the tester that runs random
/// programs; and what programs are tested with that use allocators:
/// [dev.cairn.testkit.junit.NoLeaks].
module dev.cairn.testkit {
  requires static org.jspecify;
  requires transitive dev.cairn.core;
  requires transitive org.junit.jupiter.api;

  exports dev.cairn.testkit;
  exports dev.cairn.testkit.junit;
}
