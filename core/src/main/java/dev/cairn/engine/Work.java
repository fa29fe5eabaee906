package dev.cairn.engine;

/// What is told of each elementary step of a [BuddyMap]: for tests, which count them.
///
/// This one does nothing. Where no other is loaded the compiler leaves the calls out.
class Work {
  /// A word of bits, or a tag, is looked at or changed.
  void step() {}
}
