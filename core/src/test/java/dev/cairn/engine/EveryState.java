package dev.cairn.engine;

import java.util.Arrays;

/// Every state that a [BuddyMap] can be brought to by a program within its figures: by every order
/// of its calls.
///
/// Sizes are counted in units, each the smallest request. A state is which blocks are live and
/// where; whatever else a map has follows from it. To stand in a state, a map is filled with
/// units, which then grow in place or are freed; each step from there is one of the map's own.
final class EveryState {
  // A digit to the base 3 for each unit: 0 is free, 1 begins a block, 2 is inside one.
  static final int MOST_UNITS = 39;
  private static final long[] POWERS = new long[MOST_UNITS + 1];

  static {
    POWERS[0] = 1;
    for (int i = 1; i <= MOST_UNITS; i++) {
      POWERS[i] = 3 * POWERS[i - 1];
    }
  }

  private final BuddyMap map;
  private final int unitBytes;
  private final int peak;
  private final int largest;
  private final int units;
  private final int[] sizes = new int[MOST_UNITS];
  // What is live in the map now, by the unit where it begins; zero elsewhere.
  private final int[] placed = new int[MOST_UNITS];
  private long[] states = new long[1 << 10];
  private long[] table = new long[1 << 12];
  private int count;

  /// @param peak the most units live at once
  /// @param largest the largest request in units, a power of two
  /// @param units how many units the run has
  /// @param unitBytes the size of a unit, a power of two
  /// @param address where the run begins
  EveryState(int peak, int largest, int units, int unitBytes, long address) {
    this.peak = peak;
    this.largest = largest;
    this.units = units;
    this.unitBytes = unitBytes;
    this.map = new BuddyMap((long) units * unitBytes, address);
    Arrays.fill(table, -1);
  }

  /// How many states were reached.
  int count() {
    return count;
  }

  /// Goes through all states, or up to the first in which a request fails.
  ///
  /// @return whether one does
  boolean hasFailure() {
    add(0);
    for (int next = 0; next < count; next++) {
      long state = states[next];
      int live = read(state);
      if (allocations(state, live)) {
        return true;
      }
      for (int unit = 0; unit < units; unit++) {
        if (sizes[unit] > 0) {
          add(state - digits(unit, sizes[unit]));
          growths(state, live, unit);
        }
      }
    }
    return false;
  }

  private boolean allocations(long state, int live) {
    if (live < peak) {
      place();
    }
    for (int size = 1; size <= Math.min(largest, peak - live); size *= 2) {
      long offset = map.allocate((long) size * unitBytes, 1);
      if (offset == BuddyMap.NO_ROOM) {
        return true;
      }
      map.free(offset);
      add(state + digits((int) (offset / unitBytes), size));
    }
    return false;
  }

  private void growths(long state, int live, int unit) {
    int size = sizes[unit];
    for (int to = 2 * size; to <= Math.min(largest, peak - live + size); to *= 2) {
      place();
      long offset = (long) unit * unitBytes;
      if (map.resize(offset, (long) to * unitBytes)) {
        placed[unit] = to;
        add(state - digits(unit, size) + digits(unit, to));
      }
    }
  }

  /// Brings the map to the state that was read.
  private void place() {
    if (Arrays.equals(placed, sizes)) {
      return;
    }
    for (int unit = 0; unit < units; unit++) {
      if (placed[unit] > 0) {
        map.free((long) unit * unitBytes);
      }
    }
    for (int unit = 0; unit < units; unit++) {
      map.allocate(unitBytes, 1);
    }
    for (int unit = 0; unit < units; ) {
      int size = Math.max(sizes[unit], 1);
      for (int inside = sizes[unit] > 0 ? 1 : 0; inside < size; inside++) {
        map.free((long) (unit + inside) * unitBytes);
      }
      if (size > 1 && !map.resize((long) unit * unitBytes, (long) size * unitBytes)) {
        throw new AssertionError("no room to grow to " + size + " at unit " + unit);
      }
      unit += size;
    }
    System.arraycopy(sizes, 0, placed, 0, sizes.length);
  }

  /// Reads a state into `sizes`, and answers how many units are live.
  private int read(long state) {
    int live = 0;
    int start = 0;
    long rest = state;
    for (int unit = 0; unit < units; unit++) {
      int digit = (int) (rest % 3);
      rest /= 3;
      sizes[unit] = digit == 1 ? 1 : 0;
      if (digit == 1) {
        start = unit;
      } else if (digit == 2) {
        sizes[start]++;
      }
      live += digit == 0 ? 0 : 1;
    }
    return live;
  }

  private static long digits(int unit, int size) {
    // A one, and twos above it.
    return POWERS[unit] + POWERS[unit + size] - POWERS[unit + 1];
  }

  private void add(long state) {
    int at = hash(state);
    while (table[at] != -1) {
      if (table[at] == state) {
        return;
      }
      at = at + 1 & table.length - 1;
    }
    table[at] = state;
    if (count == states.length) {
      states = Arrays.copyOf(states, 2 * count);
    }
    states[count++] = state;
    if (2 * count > table.length) {
      table = new long[2 * table.length];
      Arrays.fill(table, -1);
      for (int i = 0; i < count; i++) {
        int place = hash(states[i]);
        while (table[place] != -1) {
          place = place + 1 & table.length - 1;
        }
        table[place] = states[i];
      }
    }
  }

  private int hash(long state) {
    long mixed = state * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> 32) & table.length - 1;
  }
}
