package dev.cairn.alloc;

import dev.cairn.platform.FlightRecording;
import java.io.Serial;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Thrown when what is handed to an allocator to free, resize, reallocate or measure is not one of
/// its live blocks. The call changed nothing: every live block is as it was, and the allocator goes
/// on.
///
/// The message names the call, the address, what is known of it, and what to do instead.
public final class InvalidBlockException extends IllegalArgumentException {
  @Serial private static final long serialVersionUID = 1L;

  /// What is wrong with the block.
  private final Kind kind;

  /// The address that was handed in, or the offset in its array.
  private final long address;

  /// Makes the exception.
  ///
  /// @param kind what is wrong
  /// @param address the address that was handed in; zero where there was none
  /// @param detail the call, the values, and what is known of the address; the remedy of the kind
  ///     is added to it
  public InvalidBlockException(Kind kind, long address, String detail) {
    super(detail + ": " + kind.remedy);
    this.kind = kind;
    this.address = address;
    FlightRecording.misuse(kind, address, detail + ": " + kind.remedy);
  }

  private InvalidBlockException(InvalidBlockException inner, String message) {
    super(message);
    this.kind = inner.kind;
    this.address = inner.address;
    setStackTrace(inner.getStackTrace());
    for (Throwable suppressed : inner.getSuppressed()) {
      addSuppressed(suppressed);
    }
  }

  /// This refusal as that of another call: for allocators whose call makes other calls.
  ///
  /// @param call the method that the program called
  /// @return an exception that says the same, except that its message begins with `call`
  public InvalidBlockException as(String call) {
    String message = Objects.requireNonNull(getMessage());
    int end = message.indexOf(' ');
    return end < 0 || message.startsWith(call + " ")
        ? this
        : new InvalidBlockException(this, call + message.substring(end));
  }

  /// Refuses null, as a reference or as an address.
  ///
  /// @param call the name of the allocator's method
  /// @param block what was handed to it
  /// @return the block
  /// @throws InvalidBlockException if it is null, or native memory at address zero
  public static MemorySegment requireNonNull(String call, @Nullable MemorySegment block) {
    if (block == null) {
      throw new InvalidBlockException(Kind.NULL, 0, call + " of null");
    }
    if (block.address() == 0 && block.isNative()) {
      throw new InvalidBlockException(Kind.NULL, 0, call + " of the null address");
    }
    return block;
  }

  /// What is wrong with the block.
  ///
  /// @return the kind
  public Kind kind() {
    return kind;
  }

  /// The address that was handed in.
  ///
  /// @return the address; for memory in a Java array, the offset in it; zero where there was none
  public long address() {
    return address;
  }

  /// The ways in which something is not a live block of an allocator.
  public enum Kind {
    /// The reference or the address is null.
    NULL("check for null before the call; unlike C's free, null is not accepted"),
    /// The address is not in this allocator's memory, or the segment is a view that another owner
    /// (an arena, a frame) answers for.
    FOREIGN("give each block back to the allocator that handed it out, as what it returned"),
    /// The address is in this allocator's memory, but no live block is there: the block was freed
    /// before (a double free), or never allocated.
    NOT_LIVE("free each block once, and drop every reference to it when you do"),
    /// The address is inside a live block, not at its start.
    INTERIOR("hand back what allocate returned, not a part of it"),
    /// The address is a live block's, the size does not fit it.
    WRONG_SIZE("hand back the segment, or the layout, that the block was allocated with"),
    /// The address is a live block's, but not a multiple of the alignment handed back.
    WRONG_ALIGNMENT("hand back the layout that the block was allocated with");

    private final String remedy;

    Kind(String remedy) {
      this.remedy = remedy;
    }
  }
}
