package dev.cairn.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
      return Assumptions.abort(absent.toString());
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

  static List<String> namesOfThoseWithAddresses() {
    return names().stream()
        .filter(name -> !name.startsWith("netty") && !List.of("cairn", "arena").contains(name))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("namesOfThoseWithAddresses")
  @SuppressWarnings("restricted") // SAFETY: the block is live, and as large as is said
  void aZeroedBlockIsZeroEvenWhereAnotherWasWritten(String name) {
    try (AddressContestant contestant = (AddressContestant) open(name, 0)) {
      long written = contestant.allocate(256);
      MemorySegment.ofAddress(written).reinterpret(256).fill((byte) -1);
      contestant.free(written);

      long zeroed = contestant.allocateZeroed(256);

      assertThat(MemorySegment.ofAddress(zeroed).reinterpret(256).toArray(ValueLayout.JAVA_BYTE))
          .containsOnly(0);
      contestant.free(zeroed);
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
