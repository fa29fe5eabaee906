/// Owners: types that own their memory, free it exactly once, and refuse every use that is too
/// late.
///
/// They never need an address, so nothing here is restricted, but for borrowing: memory that is
/// lent has a scope of its own, and giving memory a scope needs native access. Start the JVM with
/// `--enable-native-access=dev.cairn.core`.
module dev.cairn.own {
  requires static com.google.errorprone.annotations;
  requires static org.checkerframework.checker.qual;
  requires static org.jspecify;
  requires transitive dev.cairn.core;

  exports dev.cairn.own;
}
