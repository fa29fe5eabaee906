/// Addresses: memory without checks, for those who ask for it by name.
///
/// A program that uses this module says so three times, in its build file, its module declaration
/// and its imports, each easy to find in a review.
module dev.cairn.unsafe {
  requires static org.jspecify;
  requires transitive dev.cairn.core;

  exports dev.cairn.unsafe;
}
