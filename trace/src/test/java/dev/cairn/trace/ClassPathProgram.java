package dev.cairn.trace;

import java.io.IOException;

/// A program that replays in another JVM, for a test to run on the class path.
final class ClassPathProgram {
  private ClassPathProgram() {}

  /// Prints whether it is in a named module, and how much of the replay failed.
  ///
  /// @param arguments none
  public static void main(String[] arguments) throws IOException {
    try (ForkedReplay replay = ForkedReplay.of(ReplayTest.mixed())) {
      ReplayResult result = replay.run("libc", ReplayTest.SHORTEST, ReplayProgress.NONE);
      System.out.println(
          ClassPathProgram.class.getModule().isNamed()
              + " "
              + result.failed()
              + " "
              + result.ops());
    }
  }
}
