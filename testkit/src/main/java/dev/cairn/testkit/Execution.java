package dev.cairn.testkit;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.alloc.Stats;
import dev.cairn.testkit.Instruction.Call;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One run of a program on an allocator, beside the model of it.
///
/// Every call's answer is compared with what the model allows, and every block's bytes are looked
/// at before it is changed or freed, and at the end.
final class Execution<A extends Allocator> {
  private final A allocator;
  private final Consumer<? super A> validator;
  private final int validateEvery;
  private final @Nullable MemorySegment within;
  private final Instruction[] program;
  private final @Nullable MemorySegment[] blocks;
  private final boolean[] live;
  private final LiveBlocks addresses = new LiveBlocks();
  private long liveBytes;
  private int index;
  private int executed;
  private int exhausted;

  Execution(
      A allocator,
      Consumer<? super A> validator,
      int validateEvery,
      @Nullable MemorySegment within,
      Instruction[] program) {
    this.allocator = allocator;
    this.validator = validator;
    this.validateEvery = validateEvery;
    this.within = within;
    this.program = program;
    int numbers = 0;
    for (Instruction instruction : program) {
      numbers = Math.max(numbers, instruction.block() + 1);
    }
    this.blocks = new MemorySegment[numbers];
    this.live = new boolean[numbers];
  }

  /// The instruction at work; the program's length when all are done.
  int index() {
    return index;
  }

  /// How many instructions had a block to work upon.
  int executed() {
    return executed;
  }

  /// How many requests found no room.
  int exhausted() {
    return exhausted;
  }

  /// Runs the whole program, frees what is still live, and closes the allocator.
  ///
  /// @throws AssertionError if the allocator does what the model does not allow
  void run() {
    for (index = 0; index < program.length; index++) {
      if (step(program[index])) {
        executed++;
      }
      if (index % validateEvery == validateEvery - 1) {
        validate();
      }
    }
    validate();
    for (int number = live.length - 1; number >= 0; number--) {
      if (live[number]) {
        free(number);
      }
    }
    validate();
    allocator.close();
  }

  /// Closes the allocator if it can be closed, after a run that failed.
  void abandon() {
    try {
      allocator.close();
    } catch (RuntimeException failure) {
      // The run has failed already, for a reason that comes before this one.
    }
  }

  /// Carries out an instruction; answers whether there was anything to do.
  private boolean step(Instruction instruction) {
    Call call = instruction.call();
    int number = instruction.block();
    long byteSize = instruction.byteSize();
    long byteAlignment = instruction.byteAlignment();
    if (call.allocates()) {
      allocate(instruction);
      return true;
    }
    boolean uponFreed = Call.UPON_FREED.contains(call);
    MemorySegment block = blocks[number];
    if (block == null || uponFreed == live[number]) {
      return false;
    }
    if (uponFreed && addresses.startsAt(block.address())) {
      return false; // a later block is there now, and nobody can tell one from the other
    }
    switch (call) {
      case FREE -> free(number);
      case RESIZE -> resize(number, byteSize);
      case REALLOCATE -> reallocate(number, byteSize, byteAlignment);
      case USABLE_SIZE -> {
        long usable = allocator.usableSize(block);
        if (usable < block.byteSize()) {
          throw new AssertionError(usable + " bytes are usable of " + block);
        }
      }
      case FREE_AGAIN -> requireRefused(() -> allocator.free(block), block);
      case RESIZE_AGAIN -> requireRefused(() -> allocator.resize(block, byteSize), block);
      case REALLOCATE_AGAIN ->
          requireRefused(() -> allocator.reallocate(block, byteSize, byteAlignment), block);
      case USABLE_SIZE_AGAIN -> requireRefused(() -> allocator.usableSize(block), block);
      case FREE_INSIDE -> {
        if (byteSize >= block.byteSize()) {
          return false;
        }
        MemorySegment inside = block.asSlice(byteSize);
        requireRefused(() -> allocator.free(inside), inside);
      }
      case FREE_SHORT -> {
        // Allocators may round up to size classes, but none takes a quarter of so much for it all.
        if (block.byteSize() < 256) {
          return false;
        }
        MemorySegment start = block.asSlice(0, block.byteSize() / 4);
        requireRefused(() -> allocator.free(start), start);
      }
      default -> throw new AssertionError(call);
    }
    return true;
  }

  private void allocate(Instruction instruction) {
    long byteSize = instruction.byteSize();
    long byteAlignment = instruction.byteAlignment();
    MemorySegment block;
    try {
      block =
          switch (instruction.call()) {
            case ALLOCATE -> allocator.allocate(byteSize, byteAlignment);
            case ALLOCATE_ZEROED -> allocator.allocateZeroed(byteSize, byteAlignment);
            default -> allocator.tryAllocate(byteSize, byteAlignment);
          };
    } catch (MemoryExhaustedException noRoom) {
      if (instruction.call() == Call.TRY_ALLOCATE) {
        throw new AssertionError("tryAllocate threw " + noRoom, noRoom);
      }
      block = null;
    }
    if (block == null) {
      exhausted++;
      return;
    }
    requireNew(block, byteSize, byteAlignment);
    if (instruction.call() == Call.ALLOCATE_ZEROED) {
      requireBytes(block, Mark.firstOther(block, byteSize, (byte) 0), (byte) 0);
    }
    makeLive(instruction.block(), block);
  }

  private void free(int number) {
    MemorySegment block = requireIntact(number);
    allocator.free(block);
    end(number, block);
  }

  private void resize(int number, long byteSize) {
    MemorySegment block = requireIntact(number);
    MemorySegment resized = allocator.resize(block, byteSize);
    if (resized == null) {
      if (byteSize >= block.byteSize() && byteSize <= allocator.usableSize(block)) {
        throw new AssertionError(block + " cannot have the " + byteSize + " bytes it has");
      }
      requireIntact(number);
      return;
    }
    if (resized.address() != block.address()) {
      throw new AssertionError("resize moved " + block + " to " + resized);
    }
    replace(number, block, resized, byteSize, 1);
  }

  private void reallocate(int number, long byteSize, long byteAlignment) {
    MemorySegment block = requireIntact(number);
    MemorySegment moved;
    try {
      moved = allocator.reallocate(block, byteSize, byteAlignment);
    } catch (MemoryExhaustedException noRoom) {
      exhausted++;
      requireIntact(number);
      return;
    }
    replace(number, block, moved, byteSize, byteAlignment);
  }

  private void replace(
      int number, MemorySegment old, MemorySegment now, long byteSize, long byteAlignment) {
    end(number, old);
    requireNew(now, byteSize, byteAlignment);
    long kept = Math.min(old.byteSize(), byteSize);
    requireBytes(now, Mark.sampleOther(now, kept, Mark.of(number)), Mark.of(number));
    makeLive(number, now);
  }

  private void makeLive(int number, MemorySegment block) {
    if (!addresses.add(block.address(), block.byteSize())) {
      throw new AssertionError(block + " overlaps another live block");
    }
    blocks[number] = block.fill(Mark.of(number));
    live[number] = true;
    liveBytes += block.byteSize();
  }

  private void end(int number, MemorySegment block) {
    addresses.remove(block.address());
    live[number] = false;
    liveBytes -= block.byteSize();
  }

  private void validate() {
    Stats stats = allocator.stats();
    if (stats.liveBlocks() != addresses.size()
        || stats.liveBytes() < liveBytes
        || (addresses.size() == 0 && stats.liveBytes() != 0)) {
      throw new AssertionError(
          "%d blocks of %d bytes are live, but the stats say %s"
              .formatted(addresses.size(), liveBytes, stats));
    }
    validator.accept(allocator);
  }

  private void requireNew(MemorySegment block, long byteSize, long byteAlignment) {
    if (block.byteSize() != byteSize || (block.address() & (byteAlignment - 1)) != 0) {
      throw new AssertionError(
          "%s is not %d bytes aligned to %d".formatted(block, byteSize, byteAlignment));
    }
    if (within != null
        && (block.address() < within.address()
            || block.address() + byteSize > within.address() + within.byteSize()
            || !block.heapBase().equals(within.heapBase()))) {
      throw new AssertionError(block + " is not within " + within);
    }
  }

  private MemorySegment requireIntact(int number) {
    MemorySegment block = blocks[number];
    if (block == null) {
      throw new AssertionError("block " + number + " was never allocated");
    }
    byte mark = Mark.of(number);
    requireBytes(block, Mark.sampleOther(block, block.byteSize(), mark), mark);
    return block;
  }

  private static void requireBytes(MemorySegment block, long other, byte mark) {
    if (other != Mark.NONE) {
      throw new AssertionError(
          "byte %d of %s should be %d, but is %d"
              .formatted(other, block, mark, block.get(ValueLayout.JAVA_BYTE, other)));
    }
  }

  private void requireRefused(Runnable wrongCall, MemorySegment wrong) {
    try {
      wrongCall.run();
    } catch (InvalidBlockException refusal) {
      return;
    }
    throw new AssertionError(wrong + " is no live block, but was accepted");
  }
}
