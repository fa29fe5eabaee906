package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.testing.ListTestSuiteBuilder;
import com.google.common.collect.testing.TestStringListGenerator;
import com.google.common.collect.testing.features.CollectionFeature;
import com.google.common.collect.testing.features.CollectionSize;
import com.google.common.collect.testing.features.ListFeature;
import dev.cairn.memory.Heap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.RandomAccess;
import java.util.stream.Stream;
import junit.framework.TestCase;
import junit.framework.TestResult;
import junit.framework.TestSuite;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The list view of a [Vec] is a list of `java.util`.
class VecListViewTest {
  private static final Heap HEAP = Heap.growable(64 << 20);

  @AfterAll
  static void close() {
    HEAP.validate();
    HEAP.close();
  }

  @TestFactory
  Stream<DynamicTest> isAListForGuava() {
    TestSuite suite =
        ListTestSuiteBuilder.using(
                new TestStringListGenerator() {
                  @Override
                  @SuppressWarnings("MustBeClosedChecker") // the heap closes after the last test
                  protected List<String> create(String[] elements) {
                    Vec<String> vec = Vec.in(HEAP, new ShortStrings());
                    Collections.addAll(vec.asList(), elements);
                    return vec.asList();
                  }
                })
            .named("the list view of a Vec")
            .withFeatures(
                ListFeature.GENERAL_PURPOSE,
                CollectionSize.ANY,
                CollectionFeature.ALLOWS_NULL_QUERIES)
            .createTestSuite();
    return leaves(suite);
  }

  private static Stream<DynamicTest> leaves(TestSuite suite) {
    return Collections.list(suite.tests()).stream()
        .flatMap(
            test ->
                switch (test) {
                  case TestSuite inner -> leaves(inner);
                  case TestCase leaf ->
                      Stream.of(
                          DynamicTest.dynamicTest(
                              suite.getName() + " " + leaf.getName(), () -> run(leaf)));
                  default -> throw new AssertionError(test + " is of a kind nobody knows");
                });
  }

  private static void run(TestCase leaf) throws Throwable {
    TestResult result = new TestResult();
    leaf.run(result);
    for (var failure : Collections.list(result.failures())) {
      throw failure.thrownException();
    }
    for (var error : Collections.list(result.errors())) {
      throw error.thrownException();
    }
    assertThat(result.runCount()).isEqualTo(1);
  }

  /// Strings of up to 31 characters of Latin-1, which lie in their element.
  private record ShortStrings() implements Element<String> {
    @Override
    public long byteSize() {
      return 32;
    }

    @Override
    public long byteAlignment() {
      return 1;
    }

    @Override
    public String get(MemorySegment memory, long offset) {
      byte[] bytes =
          memory
              .asSlice(offset + 1, memory.get(ValueLayout.JAVA_BYTE, offset))
              .toArray(ValueLayout.JAVA_BYTE);
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void set(MemorySegment memory, long offset, String value) {
      byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
      assertThat(bytes.length).isLessThan(32);
      memory.set(ValueLayout.JAVA_BYTE, offset, (byte) bytes.length);
      MemorySegment.copy(MemorySegment.ofArray(bytes), 0, memory, offset + 1, bytes.length);
    }
  }

  @Test
  void showsAndChangesTheElements() {
    try (Vec<Integer> vec = Vec.in(HEAP, Elements.INT)) {
      List<Integer> list = vec.asList();
      assertThat(list).isEmpty();
      list.addAll(List.of(3, 1, 2));
      vec.push(4);
      assertThat(list).containsExactly(3, 1, 2, 4).isInstanceOf(RandomAccess.class);
      list.subList(0, 3).sort(null);
      assertThat(vec).containsExactly(1, 2, 3, 4);
      list.sort(Comparator.reverseOrder());
      list.replaceAll(value -> value * 10);
      assertThat(vec).containsExactly(40, 30, 20, 10);
      assertThat(list.subList(1, 4).removeIf(value -> value == 20)).isTrue();
      assertThat(list.removeIf(value -> value == 20)).isFalse();
      assertThat(list.set(0, 5)).isEqualTo(40);
      List<Integer> itself = vec.asList();
      list.addAll(1, itself);
      assertThat(vec).containsExactly(5, 5, 30, 10, 30, 10);
      list.subList(1, 5).clear();
      assertThat(vec).containsExactly(5, 10);
      assertThat(list.equals(new ArrayList<>(List.of(5, 10)))).isTrue();
      assertThat(list.contains((Object) "a string")).isFalse();
    }
  }

  @Test
  void whatGoesUnseenIsDropped() {
    Ledger ledger = new Ledger();
    try (Vec<Ledger.Coin> vec = Vec.in(HEAP, ledger)) {
      List<Ledger.Coin> list = vec.asList();
      for (int i = 0; i < 10; i++) {
        list.add(ledger.coin(i));
      }
      try (Ledger.Coin five = ledger.coin(5)) {
        assertThat(list.remove(five)).isTrue();
        assertThat(list.remove(five)).isFalse();
        assertThat(list.contains(five)).isFalse();
      }
      assertThat(list.removeIf(coin -> coin.value > 6)).isTrue();
      list.subList(0, 2).clear();
      list.sort(Comparator.reverseOrder());
      list.remove(0).close();
      assertThat(ledger.alive()).isEqualTo(3);
      assertThat(ledger.drops()).isEqualTo(6);
    }
    ledger.assertNothingLeft();
  }

  @Test
  void aRemovalThatThrowsIsSeenByTheParts() {
    Ledger ledger = new Ledger();
    ledger.curse(1);
    try (Vec<Ledger.Coin> vec = Vec.in(HEAP, ledger)) {
      for (int i = 0; i < 4; i++) {
        vec.push(ledger.coin(i));
      }
      List<Ledger.Coin> part = vec.asList().subList(1, 4);
      assertThatThrownBy(() -> part.subList(0, 2).clear()).isInstanceOf(Ledger.Planned.class);
      assertThat(part).hasSize(1);
      try (Borrow borrow = vec.borrow()) {
        assertThat(borrow.segment().byteSize()).isEqualTo(24);
        assertThatThrownBy(part::clear).isInstanceOf(OwnershipException.class);
      }
      assertThat(part.size()).isEqualTo(1);
    }
    ledger.assertNothingLeft();
  }
}
