package dev.cairn.bench;

/// A program that is out to hurt an allocator, as a sequence of calls: the same for all, drawn by
/// [Dice], and made without garbage.
///
/// It begins as Robson's attacks do, by allocating all that may be live, the smallest blocks first,
/// and as many bytes of each power of two from 16 bytes to 64 KiB. After that it always has about
/// as many blocks live, in as many bytes, and goes through phases. A phase frees up to 4096 blocks
/// and allocates as many others. It draws:
///
/// - which are freed: the oldest in a row, so that neighbours join, all the way up; of the oldest
///   every other one, so that nothing can join, and those that stay become the oldest again, with
///   ever more space between them; any; or the newest.
/// - what is allocated in their place: blocks of 16 bytes, for which the largest fragments are cut
///   all the way down; blocks of 64 KiB, which fit into nothing that was made free before; blocks
///   of twice the size of the last such phase, as Robson has it; or any.
/// - the order: all frees first, or a free and an allocation in turn.
///
/// What an attack can't know here is where the blocks lie: it would be another one for each
/// allocator.
final class WorstCase {
  /// The smallest block in bytes.
  static final int SMALLEST = 16;

  /// The largest block in bytes.
  static final int LARGEST = 64 << 10;

  private static final int SMALLEST_LOG = 4;
  private static final int CLASSES = 13;
  private static final int LONGEST_PHASE = 4096;
  private static final Victims[] VICTIMS = Victims.values();
  private static final Sizes[] SIZES = Sizes.values();
  private static final Order[] ORDERS = Order.values();

  private enum Victims {
    OLDEST,
    EVERY_OTHER,
    ANY,
    NEWEST
  }

  private enum Sizes {
    SMALLEST,
    LARGEST,
    DOUBLING,
    ANY
  }

  private enum Order {
    ONE_AFTER_THE_OTHER,
    IN_TURN
  }

  private final Dice dice = new Dice();
  private final long peakBytes;
  private final int slots;
  // By slot: the block's class, the logarithm of its size in units of the smallest.
  private final byte[] classes;
  // The slots of live blocks by age, from `oldest` on, and round the end.
  private final int[] ages;
  private final int[] unused;
  private int oldest;
  private int live;
  private int unusedCount;
  private long liveBytes;

  // What is left of the beginning.
  private int firstClass;
  private int firstLeft;

  private Victims victims = Victims.OLDEST;
  private Sizes sizes = Sizes.ANY;
  private Order order = Order.IN_TURN;
  private int freesLeft;
  private int allocationsLeft;
  private int doublings;
  private int slot;

  /// Makes the program.
  ///
  /// @param bytesPerClass how many bytes are live of each power of two at the beginning, at least
  ///     64 KiB and a power of two itself; 13 times as many are live at most
  WorstCase(int bytesPerClass) {
    if (bytesPerClass < LARGEST || Integer.bitCount(bytesPerClass) != 1) {
      throw new IllegalArgumentException(
          bytesPerClass + " bytes of each size: a power of two of at least " + LARGEST);
    }
    peakBytes = (long) CLASSES * bytesPerClass;
    int count = 0;
    for (int sizeClass = 0; sizeClass < CLASSES; sizeClass++) {
      count += bytesPerClass >> (SMALLEST_LOG + sizeClass);
    }
    slots = count;
    classes = new byte[slots];
    ages = new int[slots];
    unused = new int[slots];
    for (int i = 0; i < slots; i++) {
      unused[i] = slots - 1 - i;
    }
    unusedCount = slots;
    firstLeft = bytesPerClass >> SMALLEST_LOG;
  }

  /// The most bytes that are live at once.
  long peakBytes() {
    return peakBytes;
  }

  /// How many slots the blocks need: as many as are live at most.
  int slots() {
    return slots;
  }

  /// How many bytes are live after the last call.
  long liveBytes() {
    return liveBytes;
  }

  /// Goes on to the next call.
  ///
  /// @return how many bytes it allocates; zero if it frees
  int next() {
    if (firstClass < CLASSES) {
      return first();
    }
    if (freesLeft == 0 && allocationsLeft == 0) {
      begin();
    }
    if (freesLeft > 0 && (order == Order.ONE_AFTER_THE_OTHER || freesLeft == allocationsLeft)) {
      freesLeft--;
      return free();
    }
    allocationsLeft--;
    return allocate(sizeClass());
  }

  /// Which slot the last call is for.
  int slot() {
    return slot;
  }

  private int first() {
    int byteSize = allocate(firstClass);
    firstLeft--;
    if (firstLeft == 0) {
      firstClass++;
      firstLeft = (int) (peakBytes / CLASSES >> (SMALLEST_LOG + firstClass));
    }
    return byteSize;
  }

  private void begin() {
    victims = VICTIMS[pick(VICTIMS.length)];
    sizes = SIZES[pick(SIZES.length)];
    order = ORDERS[pick(ORDERS.length)];
    freesLeft = 1 + pick(Math.min(LONGEST_PHASE, slots / 2));
    allocationsLeft = freesLeft;
    if (sizes == Sizes.DOUBLING) {
      doublings = (doublings + 1) % CLASSES;
    }
  }

  private int free() {
    switch (victims) {
      case OLDEST -> takeOldest();
      case EVERY_OTHER -> {
        takeOldest();
        append(slot);
        takeOldest();
      }
      case ANY -> {
        int any = place(pick(live));
        int chosen = ages[any];
        ages[any] = ages[oldest];
        ages[oldest] = chosen;
        takeOldest();
      }
      case NEWEST -> {
        live--;
        slot = ages[place(live)];
      }
    }
    unused[unusedCount] = slot;
    unusedCount++;
    liveBytes -= (long) SMALLEST << classes[slot];
    return 0;
  }

  private int allocate(int sizeClass) {
    unusedCount--;
    slot = unused[unusedCount];
    classes[slot] = (byte) sizeClass;
    append(slot);
    int byteSize = SMALLEST << sizeClass;
    liveBytes += byteSize;
    return byteSize;
  }

  /// The class that is wanted, or the largest for which there is room.
  private int sizeClass() {
    // All other blocks that are missing find room, too.
    long room = peakBytes - liveBytes - (long) SMALLEST * (unusedCount - 1);
    int largest = Math.min(CLASSES, Long.SIZE - Long.numberOfLeadingZeros(room / SMALLEST)) - 1;
    int wanted =
        switch (sizes) {
          case SMALLEST -> 0;
          case LARGEST -> CLASSES - 1;
          case DOUBLING -> doublings;
          case ANY -> pick(CLASSES);
        };
    return Math.min(wanted, largest);
  }

  private void takeOldest() {
    slot = ages[oldest];
    oldest = place(1);
    live--;
  }

  private void append(int block) {
    ages[place(live)] = block;
    live++;
  }

  /// Where the block is that is older than all but so many.
  private int place(int age) {
    int place = oldest + age;
    return place < slots ? place : place - slots;
  }

  private int pick(int count) {
    return Dice.pick(dice.next(), count);
  }
}
