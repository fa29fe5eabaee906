package dev.cairn.testkit;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/// One call of a random program.
///
/// A program's blocks are numbered: the n-th call that allocates makes block n. A call upon a block
/// that is not there (its allocation was left out, or found no room) does nothing, so whatever is
/// left of a program when instructions are taken away is a program too.
///
/// @param call what is called
/// @param block the number of the block that it makes, or is given
/// @param byteSize the size it asks for; for [Call#FREE_INSIDE], where inside the block
/// @param byteAlignment the alignment it asks for
record Instruction(Call call, int block, long byteSize, long byteAlignment) {
  /// The calls that a program is made of. The last ones are wrong, and must be refused.
  enum Call {
    ALLOCATE("b%d = allocator.allocate(%s, %d)%s;"),
    ALLOCATE_ZEROED("b%d = allocator.allocateZeroed(%s, %d)%s;"),
    TRY_ALLOCATE("b%d = allocator.tryAllocate(%s, %d)%s;"),
    FREE("allocator.free(b%d);"),
    RESIZE("b%d = allocator.resize(b%1$d, %s)%4$s; // b%1$d stays as it was if this is null"),
    REALLOCATE("b%d = allocator.reallocate(b%1$d, %s, %d)%s;"),
    USABLE_SIZE("allocator.usableSize(b%d);"),
    FREE_AGAIN(refused("allocator.free(b%d)")),
    RESIZE_AGAIN(refused("allocator.resize(b%d, %s)")),
    REALLOCATE_AGAIN(refused("allocator.reallocate(b%d, %s, %d)")),
    USABLE_SIZE_AGAIN(refused("allocator.usableSize(b%d)")),
    FREE_INSIDE(refused("allocator.free(b%d.asSlice(%s))")),
    FREE_SHORT(refused("allocator.free(b%d.asSlice(0, b%1$d.byteSize() / 4))"));

    /// The calls that are about a block that was freed before.
    static final Set<Call> UPON_FREED =
        Collections.unmodifiableSet(EnumSet.range(FREE_AGAIN, USABLE_SIZE_AGAIN));

    private final String java;

    Call(String java) {
      this.java = java;
    }

    /// Whether it makes a block.
    boolean allocates() {
      return this == ALLOCATE || this == ALLOCATE_ZEROED || this == TRY_ALLOCATE;
    }

    private static String refused(String call) {
      return "assertThrows(InvalidBlockException.class, () -> " + call + ");";
    }
  }

  Instruction withSize(long other) {
    return new Instruction(call, block, other, byteAlignment);
  }

  Instruction withAlignment(long other) {
    return new Instruction(call, block, byteSize, other);
  }

  /// This instruction as a line of Java.
  String toJava() {
    String size = byteSize + (byteSize > Integer.MAX_VALUE ? "L" : "");
    String fill = ".fill((byte) " + Mark.of(block) + ")";
    return (call.allocates() ? "MemorySegment " : "")
        + call.java.formatted(block, size, byteAlignment, fill);
  }
}
