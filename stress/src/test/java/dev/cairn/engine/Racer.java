package dev.cairn.engine;

/// What one thread did in a race, for the arbiter to judge: the answers to its frees, and what went
/// wrong otherwise.
final class Racer {
  /// What arbiters answer if all is as it may be.
  static final String FAIR = "fair";

  private static final String NOT_LIVE = "NOT_LIVE";

  private final RacedHeap heap;
  private final String[] answers;
  private int count;
  private String failure = FAIR;

  /// @param heap what the race is for
  /// @param rounds how many answers there will be
  Racer(RacedHeap heap, int rounds) {
    this.heap = heap;
    answers = new String[rounds];
  }

  /// Notes the answer to the next free.
  void note(String answer) {
    answers[count++] = answer;
  }

  /// Does what a racer does, and notes what is thrown. The race is over then.
  void run(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | Error thrown) {
      failure = thrown + " at " + thrown.getStackTrace()[0];
      heap.end();
    }
  }

  /// Judges frees of blocks that nobody else freed.
  String allFreed() {
    for (int i = 0; i < count; i++) {
      if (!answers[i].equals(RacedHeap.FREED)) {
        return "free " + i + ": " + answers[i];
      }
    }
    return failure;
  }

  /// Judges frees of blocks each of which another racer freed, too.
  String oneFreed(Racer other) {
    for (int i = 0; i < count; i++) {
      String mine = answers[i];
      String theirs = other.answers[i];
      boolean isFair =
          mine.equals(RacedHeap.FREED) && theirs.equals(NOT_LIVE)
              || mine.equals(NOT_LIVE) && theirs.equals(RacedHeap.FREED);
      if (!isFair) {
        return "free " + i + ": " + mine + " and " + theirs;
      }
    }
    return failure.equals(FAIR) ? other.failure : failure;
  }
}
