package dev.cairn.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ForkedReplayTest {
  @ParameterizedTest
  @ValueSource(strings = {"heap", "libc"})
  void anotherJvmReplaysAndTells(String allocator) throws IOException {
    Trace trace = ReplayTest.mixed();
    Set<ReplayProgress.Pass> passes = EnumSet.noneOf(ReplayProgress.Pass.class);
    ReplayResult result;
    try (ForkedReplay replay = ForkedReplay.of(trace)) {
      result = replay.run(allocator, ReplayTest.SHORTEST, (pass, _) -> passes.add(pass));
    }

    assertThat(ForkedReplay.class.getModule().isNamed()).isTrue();
    assertThat(result.trace()).isEqualTo("mixed");
    assertThat(result.allocator()).isEqualTo(allocator);
    assertThat(result.ops()).isEqualTo(trace.operations());
    assertThat(result.failed()).isZero();
    assertThat(result.peakLiveBytes()).isEqualTo(TraceStats.of(trace).peakLiveBytes());
    assertThat(result.mopsPerSecond()).isPositive();
    assertThat(result.utilization()).isPositive();
    assertThat(result.maxNanos()).isPositive();
    assertThat(passes).containsExactlyInAnyOrder(ReplayProgress.Pass.values());
  }

  @Test
  void itWorksOnTheClassPathToo() throws IOException, InterruptedException {
    String separator = System.getProperty("path.separator");
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--class-path=target/test-classes"
                    + separator
                    + System.getProperty("jdk.module.path", "")
                    + separator
                    + System.getProperty("java.class.path", ""),
                "--enable-native-access=ALL-UNNAMED",
                ClassPathProgram.class.getName())
            .redirectErrorStream(true)
            .start();
    String said = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(said.strip()).isEqualTo("false 0 3000");
    assertThat(program.waitFor()).isZero();
  }

  @Test
  void whatTheOtherJvmSaidOfItsFailureIsPassedOn() throws IOException {
    try (ForkedReplay replay = ForkedReplay.of(ReplayTest.mixed())) {
      assertThat(
              assertThrows(
                  ReplayFailedException.class,
                  () ->
                      replay.run(
                          "/nowhere/libmissing.so", ReplayTest.SHORTEST, ReplayProgress.NONE)))
          .hasMessageContaining("mixed against /nowhere/libmissing.so ended with status 1:\n")
          .hasMessageContaining("libmissing.so");
    }
  }

  @Test
  void anUnknownAllocatorIsRefusedBeforeAnythingIsStarted() throws IOException {
    try (ForkedReplay replay = ForkedReplay.of(ReplayTest.mixed())) {
      assertThrows(
          IllegalArgumentException.class,
          () -> replay.run("heep", ReplayTest.SHORTEST, ReplayProgress.NONE));
    }
  }
}
