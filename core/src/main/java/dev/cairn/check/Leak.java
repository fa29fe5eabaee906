package dev.cairn.check;

/// Blocks that one place allocated and nobody freed.
///
/// @param place the class, method, file and line that allocated them
/// @param blocks how many blocks
/// @param bytes how many bytes they have together, as they were asked for
public record Leak(StackTraceElement place, long blocks, long bytes) {

  /// Answers `2 blocks of 100 bytes in all, allocated at Orders.load(Orders.java:42)`.
  @Override
  public String toString() {
    return blocks
        + (blocks == 1 ? " block of " + bytes + " bytes" : " blocks of " + bytes + " bytes in all")
        + ", allocated at "
        + place.getClassName().substring(place.getClassName().lastIndexOf('.') + 1)
        + "."
        + place.getMethodName()
        + "("
        + place.getFileName()
        + ":"
        + place.getLineNumber()
        + ")";
  }
}
