/// Addresses: memory without checks, for those who ask for it by name.
module dev.cairn.unsafe {
  requires static transitive org.jspecify;
  requires transitive dev.cairn.core;
}
