package dev.cairn.check;

import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.check.DamagedBlockException.Kind;
import dev.cairn.platform.Rescope;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// A block with redzones around it, and what is known of its life.
///
/// It lies inside a larger one, the *raw* block, of the allocator below: a redzone, the block, and
/// a redzone that takes the rest. All that is told of it is kept here, out of reach of stray
/// writes.
///
/// Every method but the constructor and the getters of what never changes is called by one thread
/// at a time, which holds its monitor.
final class CheckedBlock {
  /// Where in its life a block is.
  enum State {
    /// The program has it.
    LIVE,
    /// The program has freed it, and it is kept from being used again.
    FREED,
    /// Its memory went back to the allocator below.
    GONE
  }

  private final long address;
  private final long front;
  private final CallStack allocated;
  private final @Nullable Thread owner;
  private MemorySegment raw;
  private MemorySegment segment;
  private @Nullable Arena scope;
  private volatile long held;
  private @Nullable CallStack freed;
  private State state = State.LIVE;

  /// Fills the redzones and the block.
  ///
  /// @param raw the block of the allocator below
  /// @param front the size of the redzone before the block
  /// @param byteSize the size of the block
  /// @param fill what the block is filled with
  /// @param allocated who allocates it
  /// @param owner the thread whose scope of its own the block is to have; null for none
  CheckedBlock(
      MemorySegment raw,
      long front,
      long byteSize,
      byte fill,
      CallStack allocated,
      @Nullable Thread owner) {
    this.raw = raw;
    this.front = front;
    this.address = raw.address() + front;
    this.allocated = allocated;
    this.owner = owner;
    var _ = raw.asSlice(0, front).fill(Poison.REDZONE);
    var _ = raw.asSlice(front, byteSize).fill(fill);
    this.segment = raw.asSlice(front, byteSize);
    fillBehind();
    rescope();
  }

  /// Where the block begins.
  long address() {
    return address;
  }

  /// Where the raw block begins.
  long rawAddress() {
    return address - front;
  }

  CallStack allocated() {
    return allocated;
  }

  MemorySegment raw() {
    return raw;
  }

  /// What the program uses.
  MemorySegment segment() {
    return segment;
  }

  State state() {
    return state;
  }

  /// Refuses what is not this block, live, as a whole.
  ///
  /// @param call what the program called
  /// @param handed what it handed in
  void requireLive(String call, MemorySegment handed) {
    long at = handed.address();
    boolean isHere = isSameArray(handed) && at == address;
    if (isHere) {
      requireSize(call, handed.byteSize());
    }
    if (!isSameMemory(handed)) {
      // What has ended was another block, here before this one.
      throw handed.scope().isAlive()
          ? refusal(
              InvalidBlockException.Kind.FOREIGN,
              call,
              at,
              handed.byteSize(),
              "a view, in another scope or read-only, of " + whatIs(at))
          : refusal(
              InvalidBlockException.Kind.NOT_LIVE,
              call,
              at,
              handed.byteSize(),
              "a block that was freed, in the place of " + whatIs(at));
    }
    if (state != State.LIVE || !isHere) {
      throw refusal(kindOf(at), call, at, handed.byteSize());
    }
  }

  /// The block, if it is live, begins at an address, and has a size.
  MemorySegment requireLive(String call, long at, long byteSize) {
    if (at == address) {
      requireSize(call, byteSize);
    }
    if (state != State.LIVE || at != address) {
      throw refusal(kindOf(at), call, at, byteSize);
    }
    return segment;
  }

  private void requireSize(String call, long byteSize) {
    if (state == State.LIVE && byteSize != segment.byteSize()) {
      throw refusal(InvalidBlockException.Kind.WRONG_SIZE, call, address, byteSize);
    }
  }

  /// What kind of mistake it is to take an address in the raw block for a live one.
  InvalidBlockException.Kind kindOf(long at) {
    long offset = at - address;
    return state == State.LIVE && offset >= 0 && offset < segment.byteSize()
        ? InvalidBlockException.Kind.INTERIOR
        : InvalidBlockException.Kind.NOT_LIVE;
  }

  InvalidBlockException refusal(
      InvalidBlockException.Kind kind, String call, long at, long byteSize) {
    return refusal(kind, call, at, byteSize, whatIs(at));
  }

  private InvalidBlockException refusal(
      InvalidBlockException.Kind kind, String call, long at, long byteSize, String what) {
    InvalidBlockException refusal =
        new InvalidBlockException(
            kind,
            at,
            call + " of " + byteSize + " bytes at " + shown(at, raw) + ", but that is " + what);
    addTraces(refusal);
    return refusal;
  }

  /// The exception for an access that has failed, if it is this block, freed, that was accessed.
  RuntimeException usedAfterFree(MemorySegment accessed, RuntimeException failure) {
    if (state != State.FREED) {
      return failure;
    }
    long at = accessed.address();
    RuntimeException explained =
        new UseAfterFreeException(
            "use after free: " + shown(at, raw) + " is " + whatIs(at), failure);
    addTraces(explained);
    return explained;
  }

  /// What an address is, told from this block: "17 bytes inside a 40-byte block, ...".
  String whatIs(long at) {
    long offset = at - address;
    long size = segment.byteSize();
    String where;
    if (offset == 0) {
      where = "";
    } else if (offset < 0) {
      where = bytes(-offset) + " before ";
    } else if (offset < size) {
      where = bytes(offset) + " inside ";
    } else {
      where = bytes(offset - size) + " behind the end of ";
    }
    return where + "a " + size + "-byte block, " + history();
  }

  /// Who allocated the block, and who freed it.
  private String history() {
    return "allocated at "
        + allocated.place()
        + (freed == null ? "" : " and freed at " + freed.place());
  }

  /// How far an address is from the raw block; zero in it, [Long#MAX_VALUE] in another array.
  long distanceTo(MemorySegment other) {
    long before = rawAddress() - other.address();
    long behind = other.address() - (rawAddress() + raw.byteSize() - 1);
    return isSameArray(other) ? Math.max(0, Math.max(before, behind)) : Long.MAX_VALUE;
  }

  private void addTraces(Throwable report) {
    report.addSuppressed(allocated.trace("allocated"));
    if (freed != null) {
      report.addSuppressed(freed.trace("freed"));
    }
  }

  /// Looks for bytes that have changed, and fills them anew, so that each is told once.
  ///
  /// @param found when: "by free"
  /// @return the damage with the others suppressed, or null if all is as it was
  @Nullable DamagedBlockException damage(String found) {
    if (state == State.GONE) {
      return null;
    }
    long end = front + segment.byteSize();
    Damages damages = new Damages();
    if (state == State.FREED) {
      damages.add(damage(Kind.WRITE_AFTER_FREE, found, front, end, Poison.FREED));
    }
    damages.add(damage(Kind.UNDERFLOW, found, 0, front, Poison.REDZONE));
    damages.add(damage(Kind.OVERFLOW, found, end, raw.byteSize(), Poison.REDZONE));
    return damages.first();
  }

  private @Nullable DamagedBlockException damage(
      Kind kind, String found, long from, long to, byte poison) {
    long first = Poison.firstOther(raw, from, to, poison);
    if (first == Poison.NONE) {
      return null;
    }
    long last = Poison.lastOther(raw, to, poison);
    String written =
        (first == last
                ? "offset " + (first - front)
                : "offsets " + (first - front) + " to " + (last - front))
            + " written to, with 0x%02x".formatted(raw.get(ValueLayout.JAVA_BYTE, first))
            + (first == last ? "" : " first");
    DamagedBlockException damage =
        new DamagedBlockException(
            kind,
            address,
            segment.byteSize(),
            first - front,
            kind.words
                + " of a "
                + segment.byteSize()
                + "-byte block at "
                + shown(address, raw)
                + ", "
                + written
                + ", found "
                + found
                + "; the block was "
                + history());
    addTraces(damage);
    var _ = raw.asSlice(from, to - from).fill(poison);
    return damage;
  }

  /// Ends the block: its scope closes, and it is filled anew.
  void end(CallStack by) {
    closeScope();
    freed = by;
    state = State.FREED;
    var _ = raw.asSlice(front, segment.byteSize()).fill(Poison.FREED);
  }

  /// Ends the use of a scope that the block has of its own.
  void closeScope() {
    if (scope != null) {
      scope.close();
      scope = null;
    }
  }

  /// What the allocator below counts as live for the raw block, in bytes.
  long held() {
    return held;
  }

  void held(long bytes) {
    held = bytes;
  }

  void gone() {
    state = State.GONE;
  }

  /// The size of the raw block that a size of the block would need; negative if there is none.
  long rawSizeFor(long byteSize, long redzone) {
    return front + byteSize + redzone;
  }

  /// Gives the block another size, within a raw block that has become as large as is needed.
  ///
  /// @return the block at its new size
  MemorySegment resized(MemorySegment newRaw, long newByteSize) {
    closeScope();
    long grown = front + segment.byteSize();
    raw = newRaw;
    segment = raw.asSlice(front, newByteSize);
    if (grown < front + newByteSize) {
      var _ = raw.asSlice(grown, front + newByteSize - grown).fill(Poison.FRESH);
    }
    fillBehind();
    rescope();
    return segment;
  }

  private void fillBehind() {
    var _ = raw.asSlice(front + segment.byteSize()).fill(Poison.REDZONE);
  }

  private void rescope() {
    if (owner != null) {
      scope = Rescope.openConfined();
      segment = Rescope.to(segment, scope);
    }
  }

  private boolean isSameMemory(MemorySegment other) {
    return other.scope().equals(segment.scope()) && !other.isReadOnly() && isSameArray(other);
  }

  @SuppressWarnings("ReferenceEquality") // the very same array, not one that is alike
  private boolean isSameArray(MemorySegment other) {
    return other.heapBase().orElse(null) == raw.heapBase().orElse(null);
  }

  private static String bytes(long count) {
    return count == 1 ? "1 byte" : count + " bytes";
  }

  static String shown(long address, MemorySegment memory) {
    return memory.isNative()
        ? "0x" + Long.toHexString(address)
        : "offset " + address + " of an array";
  }

  /// What was found in one look.
  static final class Damages {
    private @Nullable DamagedBlockException first;

    void add(@Nullable DamagedBlockException damage) {
      if (first == null) {
        first = damage;
      } else if (damage != null) {
        first.addSuppressed(damage);
      }
    }

    @Nullable DamagedBlockException first() {
      return first;
    }

    void raise() {
      if (first != null) {
        throw first;
      }
    }
  }
}
