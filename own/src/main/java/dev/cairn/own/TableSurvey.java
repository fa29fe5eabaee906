package dev.cairn.own;

import java.lang.foreign.MemorySegment;

/// What a look at every slot of a table finds.
///
/// @param taken how many slots have an entry
/// @param deleted how many slots searches go past although they are free
/// @param misplaced how many entries no search would find, or have another tag than their hash
/// @param groupsPerHit how many groups a search for a key that is there looks at, on average
/// @param groupsPerMiss how many groups a search for a key that is not there looks at, on average
record TableSurvey(
    Table table,
    long taken,
    long deleted,
    long misplaced,
    double groupsPerHit,
    double groupsPerMiss) {

  static TableSurvey of(Table table) {
    MemorySegment memory = table.memory;
    long slots = (table.groupMask + 1) * TableBlock.SLOTS_PER_GROUP;
    long taken = 0;
    long deleted = 0;
    long misplaced = 0;
    long looks = 0;
    for (long slot = 0; slot < slots; slot++) {
      byte control = TableBlock.control(memory, slot);
      if (control >= 0) {
        taken++;
        long hash = table.hashOf(memory, table.entry(slot));
        long distance = looks(table, Table.home(hash), slot >>> 3);
        looks += distance;
        if (distance == 0 || control != Table.tag(hash)) {
          misplaced++;
        }
      } else if (control != TableBlock.EMPTY) {
        deleted++;
      }
    }
    long misses = 0;
    for (long group = 0; group <= table.groupMask; group++) {
      misses += looks(table, group, -1);
    }
    return new TableSurvey(
        table,
        taken,
        deleted,
        misplaced,
        (double) looks / Math.max(1, taken),
        (double) misses / Math.max(1, table.groupMask + 1));
  }

  /// How many groups a search looks at until it comes to one, or to its end.
  ///
  /// @return the number; 0 if it ends without having come to the group
  private static long looks(Table table, long home, long wanted) {
    long group = home & table.groupMask;
    for (long step = 1; step <= table.groupMask + 1; step++) {
      if (group == wanted) {
        return step;
      }
      if (TableBlock.empty(TableBlock.controls(table.memory, group)) != 0) {
        return wanted < 0 ? step : 0;
      }
      group = (group + step) & table.groupMask;
    }
    throw new AssertionError("a search that does not end in " + described(table));
  }

  private static String described(Table table) {
    return table.describe() + " with " + (table.groupMask + 1) + " groups";
  }

  void requireSound(long room) {
    long groups = table.groupMask + 1;
    long expectedBytes = groups == 0 ? 0 : TableBlock.byteSize(groups, table.stride);
    if (taken != table.size
        || misplaced != 0
        || room < 0
        || taken + deleted + room != groups * TableBlock.LOAD_PER_GROUP
        || (groups & (groups - 1)) != 0
        || table.memory.byteSize() != expectedBytes) {
      throw new AssertionError(
          this + " has size " + table.size + ", room " + room + ", " + groups + " groups");
    }
  }
}
