package dev.cairn.bench;

/// A cache from `long` to bytes, as the requests of [Requests] see it.
interface ValueCache extends AutoCloseable {
  /// Copies a value out.
  ///
  /// @param key its key
  /// @param into where it is copied to
  /// @return its size in bytes, or -1 if there is none
  int get(long key, byte[] into);

  /// Puts a copy of a value in, in place of the one that the key has.
  ///
  /// @param key its key
  /// @param from the bytes
  /// @param byteSize how many of them
  void put(long key, byte[] from, int byteSize);

  /// The memory it has outside of the Java heap, in bytes.
  long nativeBytes();

  @Override
  void close();
}
