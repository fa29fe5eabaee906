package dev.cairn.bench;

import java.util.List;
import java.util.stream.Stream;

/// A column of the comparison: a loop, with the size of its blocks where it has one.
///
/// @param family the loop's name
/// @param loop the loop
/// @param byteSize the size of its blocks in bytes; zero if the loop has sizes of its own
record Column(String family, Class<? extends Row> loop, long byteSize) {
  // Those that leave a heap as they found it come first.
  private static final List<Column> ALL =
      List.of(
          new Column("pair", Pair.class, 16),
          new Column("pair", Pair.class, 64),
          new Column("pair", Pair.class, 1024),
          new Column("pair", Pair.class, 65536),
          new Column("zeroed", ZeroedPair.class, 64),
          new Column("zeroed", ZeroedPair.class, 4096),
          new Column("batch", Batch.class, 0),
          new Column("churn", Churn.class, 0),
          new Column("hand-over", HandOver.class, 0));

  /// Every column, in the order they are shown.
  static List<Column> all() {
    return ALL;
  }

  /// Its name, which the C program knows too.
  String name() {
    return byteSize == 0 ? family : family + "-" + byteSize;
  }

  /// The columns of some names.
  ///
  /// @param names names of columns, or of loops for all columns of them
  /// @return the columns, in the order of [#all()]
  /// @throws IllegalArgumentException if there is none of a name
  static List<Column> named(List<String> names) {
    List<String> known =
        ALL.stream().flatMap(c -> Stream.of(c.family(), c.name())).distinct().toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "no row " + name + ": there are " + String.join(", ", known));
      }
    }
    return ALL.stream()
        .filter(c -> names.contains(c.family()) || names.contains(c.name()))
        .toList();
  }
}
