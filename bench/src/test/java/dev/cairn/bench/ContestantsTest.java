package dev.cairn.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Param;

class ContestantsTest {

  static List<String> names() {
    return Contestants.names();
  }

  private static Contestant open(String name, int slots) {
    try {
      return Contestants.open(name, slots);
    } catch (UnsupportedOperationException absent) {
      return Assumptions.abort(absent.getMessage());
    }
  }

  @Test
  void everyContestantIsAParameterOfEveryLoop() throws Exception {
    String[] parameters =
        Row.class.getDeclaredField("contestant").getAnnotation(Param.class).value();

    assertThat(parameters).containsExactlyElementsOf(Contestants.names());
  }

  @ParameterizedTest
  @MethodSource("names")
  void aContestantDoesWhatEveryLoopAsksOfIt(String name) {
    try (Contestant contestant = open(name, 100)) {
      assertThatNoException()
          .isThrownBy(
              () -> {
                contestant.pair(64);
                contestant.zeroedPair(4096);
                for (int slot = 0; slot < 100; slot++) {
                  contestant.allocate(slot, 16 + 41L * slot);
                }
                for (int slot = 0; slot < 100; slot++) {
                  contestant.free((slot * 37) % 100);
                }
              });
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void blocksAreApartAndKeepWhatIsWritten(String name) {
    try (Contestant contestant = open(name, 2)) {
      Assumptions.assumeTrue(
          contestant instanceof AddressContestant, "only addresses can be looked at from here");
      AddressContestant addresses = (AddressContestant) contestant;
      long one = addresses.allocateZeroed(64);
      long other = addresses.allocate(64);

      assertThat(Math.abs(one - other)).isGreaterThanOrEqualTo(64);
      addresses.free(one);
      addresses.free(other);
    }
  }

  @Test
  void anUnknownNameIsRefusedWithThoseThereAre() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Contestants.open("malloc", 0))
        .withMessageContaining("no contestant malloc")
        .withMessageContaining("netty-pooled");
  }
}
