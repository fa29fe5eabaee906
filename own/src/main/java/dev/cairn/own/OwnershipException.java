package dev.cairn.own;

import java.io.Serial;

/// Thrown when an owner is used by someone who may not, or no longer. The call changed nothing.
///
/// The message names the call, the owner, what is wrong, and what to do instead.
public final class OwnershipException extends IllegalStateException {
  @Serial private static final long serialVersionUID = 1L;

  /// What is wrong.
  private final Kind kind;

  /// Makes the exception.
  ///
  /// @param kind what is wrong
  /// @param detail the call, the owner, and what is known; the remedy of the kind is added to it
  public OwnershipException(Kind kind, String detail) {
    super(detail + ": " + kind.remedy);
    this.kind = kind;
  }

  /// What is wrong.
  ///
  /// @return the kind
  public Kind kind() {
    return kind;
  }

  /// The ways in which a use of an owner is wrong.
  public enum Kind {
    /// The owner was closed.
    CLOSED("close each owner once, and drop every reference to it when you do"),
    /// What the owner had belongs to another owner now.
    MOVED("use the owner that it was moved to"),
    /// The owner belongs to another thread.
    WRONG_THREAD(
        "move() it, and use what that answers in the other thread; what an Rc counts stays in its"
            + " own, so use an Arc there"),
    /// Memory of the owner is lent.
    BORROWED("let every borrow end first"),
    /// The owner has changed since this view or iterator was made.
    STALE("make a new one after each change");

    private final String remedy;

    Kind(String remedy) {
      this.remedy = remedy;
    }
  }
}
