package dev.cairn.memory;

import dev.cairn.alloc.ClassStats;
import dev.cairn.alloc.Stats;
import dev.cairn.check.CheckLevel;
import dev.cairn.check.CheckedAllocator;
import dev.cairn.check.CheckedAllocatorBuilder;
import dev.cairn.check.LeakReport;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A heap whose blocks are checked: it passes what a program does with them through a
/// [CheckedAllocator] over the heap itself, which it shares its memory with.
final class CheckedHeap extends Heap {
  // A class apart from that of other heaps, so that these pay nothing: for as long as no checked
  // heap was opened, this class is not loaded, and the compiler takes Heap for final. That is also
  // why nobody but over() names it: to verify "new CheckedHeap" as a Heap would load it.

  private final Heap plain;
  private final CheckedAllocator checked;

  private CheckedHeap(Heap plain, CheckedAllocator checked) {
    super(plain);
    this.plain = plain;
    this.checked = checked;
  }

  /// Checks a heap that was just opened.
  ///
  /// @param plain the heap, which reports nothing by itself
  /// @param checks what is to be checked
  /// @return the heap to use; if it cannot be checked so, `plain` is closed
  static Heap over(Heap plain, CheckedAllocatorBuilder checks) {
    try {
      return new CheckedHeap(plain, checks.over(plain));
    } catch (Throwable failure) {
      plain.close();
      throw failure;
    }
  }

  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    return checked.allocate(byteSize, byteAlignment);
  }

  @Override
  public @Nullable MemorySegment tryAllocate(long byteSize, long byteAlignment) {
    return checked.tryAllocate(byteSize, byteAlignment);
  }

  @Override
  public MemorySegment allocateZeroed(long byteSize, long byteAlignment) {
    return checked.allocateZeroed(byteSize, byteAlignment);
  }

  @Override
  public void free(MemorySegment block) {
    checked.free(block);
  }

  @Override
  public @Nullable MemorySegment resize(MemorySegment block, long newByteSize) {
    return checked.resize(block, newByteSize);
  }

  @Override
  public MemorySegment reallocate(MemorySegment block, long newByteSize, long byteAlignment) {
    requireValid(newByteSize, byteAlignment);
    return checked.reallocate(block, newByteSize, byteAlignment);
  }

  @Override
  public long usableSize(MemorySegment block) {
    return checked.usableSize(block);
  }

  @Override
  public MemorySegment blockAt(long address, long byteSize) {
    return checked.blockAt(address, byteSize);
  }

  @Override
  public Stats stats() {
    return checked.stats();
  }

  @Override
  public List<ClassStats> classes() {
    return plain.classes();
  }

  @Override
  public CheckLevel checkLevel() {
    return checked.checkLevel();
  }

  @Override
  public LeakReport leaks() {
    return checked.leaks();
  }

  @Override
  public String explain(MemorySegment segment) {
    return checked.explain(segment);
  }

  @Override
  public RuntimeException explained(MemorySegment segment, RuntimeException failure) {
    return checked.explained(segment, failure);
  }

  @Override
  public void walk(Consumer<MemorySegment> visitor) {
    plain.walk(
        raw -> {
          MemorySegment block = checked.blockIn(raw);
          if (block != null) {
            visitor.accept(block);
          }
        });
  }

  @Override
  public void trim() {
    try {
      checked.trim();
    } finally {
      plain.trim();
    }
  }

  @Override
  public void validate() {
    checked.validate();
    plain.validate();
  }

  @Override
  public void close() {
    checked.close();
  }

  @Override
  public Arena confinedArena() {
    return checked.confinedArena();
  }

  @Override
  public Arena sharedArena() {
    return checked.sharedArena();
  }

  @Override
  public String toString() {
    return checked.toString();
  }
}
