/// What every allocator is tested with.
module dev.cairn.testkit {
  requires static org.jspecify;
  requires transitive dev.cairn.core;
  requires transitive org.junit.jupiter.api;
}
