package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.memory.Heap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a dict owns ends once, whatever throws.
class DictDropTest {
  // So many that adding one more makes the block grow.
  private static final int FULL = 28;

  private final Heap heap = Heap.growable(1 << 26);
  private final Tokens keys = new Tokens();
  private final Tokens values = new Tokens();

  @AfterEach
  void nothingLeaks() {
    assertThat(keys.count()).isZero();
    assertThat(values.count()).isZero();
    assertThat(heap.stats().liveBlocks()).isZero();
    heap.validate();
    heap.close();
  }

  private void requireEntries(Dict<?, ?> dict, long entries) {
    assertThat(dict.size()).isEqualTo(entries);
    assertThat(keys.count()).isEqualTo(entries);
    assertThat(values.count()).isEqualTo(entries);
    dict.validate();
  }

  private static void fill(Dict<Integer, Integer> dict, int entries) {
    for (int i = 0; i < entries; i++) {
      dict.put(i, -i);
    }
  }

  @Test
  void whatIsRemovedIsDroppedAndWhatIsTakenIsNot() {
    try (Dict<Integer, Integer> dict = Dict.in(heap, keys, values)) {
      fill(dict, 100);
      requireEntries(dict, 100);
      assertThat(dict.remove(7)).isTrue();
      assertThat(dict.take(8)).isEqualTo(-8);
      requireEntries(dict, 98);
      dict.put(9, 1);
      assertThat(dict.insert(9, 2)).isEqualTo(1);
      requireEntries(dict, 98);
      dict.retain((key, _) -> key % 2 == 0);
      requireEntries(dict, 49);
      dict.clear();
      requireEntries(dict, 0);
      fill(dict, 10);
      Map<Integer, Integer> drained = new HashMap<>();
      dict.drain(drained::put);
      assertThat(drained).hasSize(10).containsEntry(3, -3);
      requireEntries(dict, 0);
      fill(dict, 1000);
    }
  }

  @Test
  void closingDropsTheOthersIfOneThrows() {
    @SuppressWarnings("MustBeClosedChecker") // closing it is what is tested
    Dict<Integer, Integer> dict = Dict.in(heap, keys, values);
    fill(dict, 20);
    keys.spoilAfter(5);
    values.spoilAfter(9);
    assertThatThrownBy(dict::close)
        .isInstanceOf(Tokens.Spoiled.class)
        .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));
  }

  @Test
  void whatADrainDoesNotGiveAwayIsDropped() {
    try (Dict<Integer, Integer> dict = Dict.in(heap, keys, values)) {
      fill(dict, 20);
      assertThatThrownBy(
              () ->
                  dict.drain(
                      (key, _) -> {
                        if (key == 10) {
                          throw new Tokens.Spoiled("action");
                        }
                      }))
          .hasMessage("action");
      requireEntries(dict, 0);
      fill(dict, 5);
      requireEntries(dict, 5);
    }
  }

  static Stream<Named<Consumer<Dict<Integer, Integer>>>> calls() {
    return Stream.of(
        Named.of("put of a new key", dict -> dict.put(1000, 1)),
        Named.of("put of a key that is there", dict -> dict.put(3, 1)),
        Named.of("insert", dict -> dict.insert(3, 1)),
        Named.of("putIfAbsent", dict -> dict.putIfAbsent(1000, 1)),
        Named.of("computeIfAbsent", dict -> dict.computeIfAbsent(1000, key -> key)),
        Named.of("compute", dict -> dict.compute(3, (_, _) -> null)),
        Named.of("merge", dict -> dict.merge(3, 1, Integer::sum)),
        Named.of("replace", dict -> assertThat(dict.replace(3, 1)).isEqualTo(-3)),
        Named.of("remove", dict -> dict.remove(3)),
        Named.of("take", dict -> assertThat(dict.take(3)).isEqualTo(-3)),
        Named.of("reserve", dict -> dict.reserve(100)),
        Named.of("retain", dict -> dict.retain((key, _) -> key % 2 == 0)),
        Named.of("drain", dict -> dict.drain((_, _) -> {})),
        Named.of("clear", Dict::clear),
        Named.of(
            "sweep",
            dict -> {
              // Half of the slots are not empty, but few are taken: what comes next sweeps.
              dict.retain((key, _) -> key < 4);
              for (int i = 1; i < 60; i++) {
                dict.put(-i, i);
                dict.remove(-i);
              }
            }));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void whicheverCallOfAnElementThrowsNothingLeaksAndTheDictIsValid(
      Consumer<Dict<Integer, Integer>> call) {
    for (Tokens spoiled : new Tokens[] {keys, values}) {
      boolean through = false;
      for (int calls = 0; !through; calls++) {
        try (Dict<Integer, Integer> dict = Dict.in(heap, keys, values)) {
          fill(dict, FULL);
          spoiled.spoilAfter(calls);
          try {
            call.accept(dict);
          } catch (Tokens.Spoiled planned) {
            assertThat(planned.getMessage()).isNotEmpty();
          }
          through = spoiled.unspoil();
          requireEntries(dict, dict.size());
          fill(dict, 100);
          assertThat(dict.get(50)).isEqualTo(-50);
        }
        nothingIsThere();
      }
    }
  }

  private void nothingIsThere() {
    assertThat(keys.count()).isZero();
    assertThat(values.count()).isZero();
    assertThat(heap.stats().liveBlocks()).isZero();
  }

  @Test
  void aCallThatThrowsBeforeItsEntryIsCompleteChangesNothing() {
    try (Dict<Integer, Integer> dict = Dict.in(heap, keys, values)) {
      fill(dict, FULL);
      values.spoilAfter(0);
      assertThatThrownBy(() -> dict.put(1000, 1)).hasMessage("set");
      requireEntries(dict, FULL);
      assertThat(dict.containsKey(1000)).isFalse();
      values.spoilAfter(0);
      assertThatThrownBy(() -> dict.put(5, 1)).hasMessage("set");
      assertThat(dict.get(5)).isEqualTo(-5);
      requireEntries(dict, FULL);
    }
  }
}
