package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Structs of what owns something: that each thing is ended exactly once, whatever fails.
@SuppressWarnings("ArrayRecordComponent") // structs of C have them
class StructOwnersTest {
  record Pair(int before, Thing first, byte between, Thing second, @Length(2) int[] after) {}

  record Nested(Pair pair, @Length(3) Thing[] things, Thing last) {}

  record Strict(Thing first, Thing second) {
    static boolean strict;

    Strict {
      if (strict) {
        throw new Failure("constructor");
      }
    }
  }

  private final Ledger ledger = new Ledger();
  private final Struct<Pair> pairs =
      Struct.builder(MethodHandles.lookup(), Pair.class)
          .with("first", ledger)
          .with("second", ledger)
          .build();
  private final Struct<Nested> nested =
      Struct.builder(MethodHandles.lookup(), Nested.class)
          .with("pair", pairs)
          .with("things", ledger)
          .with("last", ledger)
          .build();
  private final MemorySegment memory = MemorySegment.ofArray(new byte[128]);

  @Test
  void aStructOwnsIfAComponentDoes() {
    record Plain(int x) {}
    assertThat(pairs.owns()).isTrue();
    assertThat(nested.owns()).isTrue();
    assertThat(Struct.of(MethodHandles.lookup(), Plain.class).owns()).isFalse();
  }

  @Test
  void whatMovedInMovesOutOrIsDroppedOnce() {
    pairs.set(memory, 1, pair(1, 2));
    assertThat(ledger.inMemory).containsExactly(1, 2);
    assertThat(pairs.isEqual(memory, 1, pair(1, 2))).isTrue();
    assertThat(pairs.isEqual(memory, 1, pair(1, 3))).isFalse();
    Pair taken = pairs.take(memory, 1);
    assertThat(taken.first().id).isEqualTo(1);
    assertThat(taken.second().id).isEqualTo(2);
    assertThat(ledger.inMemory).isEmpty();

    nested.set(memory, 3, nested());
    assertThat(ledger.inMemory).containsExactly(1, 2, 3, 4, 5, 6);
    nested.drop(memory, 3);
    assertThat(ledger.inMemory).isEmpty();
  }

  @Test
  void whatIsReadIsACopy() {
    nested.set(memory, 0, nested());
    Nested copy = nested.get(memory, 0);
    assertThat(ledger.inMemory).hasSize(6);
    assertThat(copy.things()).hasSize(3);
    assertThat(ledger.open).hasSize(6);
  }

  @Test
  void aDropThatThrowsDoesNotKeepTheOthersFromBeingDropped() {
    for (int failing = 1; failing <= 6; failing++) {
      nested.set(memory, 0, nested());
      int at = failing;
      ledger.failing = new TreeSet<>(List.of(failing, 6));
      assertThatThrownBy(() -> nested.drop(memory, 0))
          .isInstanceOf(Failure.class)
          .hasMessage("drop " + at)
          .satisfies(e -> assertThat(e.getSuppressed()).hasSize(at == 6 ? 0 : 1));
      assertThat(ledger.inMemory).isEmpty();
      ledger.failing = Set.of();
    }
  }

  @Test
  void aSetThatThrowsDropsWhatHadMovedIn() {
    for (int failing = 1; failing <= 6; failing++) {
      int at = failing;
      ledger.failing = Set.of(at);
      assertThatThrownBy(() -> nested.set(memory, 0, nested()))
          .isInstanceOf(Failure.class)
          .hasMessage("set " + at);
      assertThat(ledger.inMemory).isEmpty();
      assertThat(ledger.dropped).hasSize(at - 1);
      ledger.dropped.clear();
    }
  }

  @Test
  void aRefusalOfPlainComponentsComesBeforeAnythingMoves() {
    assertThatThrownBy(
            () ->
                pairs.set(memory, 0, new Pair(1, new Thing(1), (byte) 2, new Thing(2), new int[1])))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(ledger.dropped).isEmpty();
    assertThat(ledger.inMemory).isEmpty();
  }

  @Test
  void aTakeThatThrowsLeavesEverythingInMemory() {
    nested.set(memory, 0, nested());
    for (int failing = 1; failing <= 6; failing++) {
      int at = failing;
      ledger.failing = Set.of(at);
      assertThatThrownBy(() -> nested.take(memory, 0))
          .isInstanceOf(Failure.class)
          .hasMessage("take " + at);
      ledger.failing = Set.of();
      assertThat(ledger.inMemory).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(nested.isEqual(memory, 0, nested())).isTrue();
    }
    nested.drop(memory, 0);
    assertThat(ledger.inMemory).isEmpty();
  }

  @Test
  void aGetThatThrowsClosesWhatItHadRead() {
    nested.set(memory, 0, nested());
    for (int failing = 1; failing <= 6; failing++) {
      int at = failing;
      ledger.open.clear();
      ledger.failing = Set.of(at);
      assertThatThrownBy(() -> nested.get(memory, 0))
          .isInstanceOf(Failure.class)
          .hasMessage("get " + at);
      assertThat(ledger.open).isEmpty();
      assertThat(ledger.inMemory).hasSize(6);
    }
  }

  @Test
  void aConstructorThatThrowsLosesNothing() {
    Struct<Strict> struct =
        Struct.builder(MethodHandles.lookup(), Strict.class)
            .with("first", ledger)
            .with("second", ledger)
            .build();
    struct.set(memory, 0, new Strict(new Thing(1), new Thing(2)));
    ledger.open.clear();
    Strict.strict = true;
    try {
      assertThatThrownBy(() -> struct.take(memory, 0)).hasMessage("constructor");
      assertThat(ledger.inMemory).containsExactly(1, 2);
      ledger.open.clear();
      assertThatThrownBy(() -> struct.get(memory, 0)).hasMessage("constructor");
      assertThat(ledger.open).isEmpty();
    } finally {
      Strict.strict = false;
    }
    struct.drop(memory, 0);
    assertThat(ledger.inMemory).isEmpty();
  }

  private static Pair pair(int first, int second) {
    return new Pair(-1, new Thing(first), (byte) -2, new Thing(second), new int[] {3, 4});
  }

  private static Nested nested() {
    return new Nested(
        pair(1, 2), new Thing[] {new Thing(3), new Thing(4), new Thing(5)}, new Thing(6));
  }

  private static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Failure(String message) {
      super(message);
    }
  }

  /// What is owned.
  static final class Thing implements AutoCloseable {
    private final int id;
    private final List<Thing> open;

    Thing(int id) {
      this(id, new ArrayList<>());
    }

    Thing(int id, List<Thing> open) {
      this.id = id;
      this.open = open;
      open.add(this);
    }

    @Override
    public void close() {
      assertThat(open.remove(this)).as("thing %s is open", id).isTrue();
    }
  }

  /// Keeps count of the things that are in memory, and fails for some.
  private static final class Ledger implements Element<Thing> {
    private final Set<Integer> inMemory = new TreeSet<>();
    private final List<Integer> dropped = new ArrayList<>();
    private final List<Thing> open = new ArrayList<>();
    private Set<Integer> failing = Set.of();

    @Override
    public long byteSize() {
      return 4;
    }

    @Override
    public long byteAlignment() {
      return 4;
    }

    @Override
    public boolean owns() {
      return true;
    }

    @Override
    public Thing get(MemorySegment memory, long offset) {
      return new Thing(present("get", memory, offset), open);
    }

    @Override
    public void set(MemorySegment memory, long offset, Thing value) {
      fail("set", value.id);
      assertThat(inMemory.add(value.id)).as("%s moves in once", value.id).isTrue();
      Fields.put(memory, offset, value.id);
    }

    @Override
    public Thing take(MemorySegment memory, long offset) {
      int id = present("take", memory, offset);
      inMemory.remove(id);
      Fields.put(memory, offset, 0);
      return new Thing(id, open);
    }

    @Override
    public void drop(MemorySegment memory, long offset) {
      int id = Fields.intAt(memory, offset);
      assertThat(inMemory.remove(id)).as("%s is dropped once", id).isTrue();
      dropped.add(id);
      fail("drop", id);
    }

    @Override
    public boolean isEqual(MemorySegment memory, long offset, Thing value) {
      return Fields.intAt(memory, offset) == value.id;
    }

    private int present(String call, MemorySegment memory, long offset) {
      int id = Fields.intAt(memory, offset);
      assertThat(inMemory).contains(id);
      fail(call, id);
      return id;
    }

    private void fail(String call, int id) {
      if (failing.contains(id)) {
        throw new Failure(call + " " + id);
      }
    }
  }
}
