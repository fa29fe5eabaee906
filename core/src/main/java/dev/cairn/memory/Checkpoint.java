package dev.cairn.memory;

import dev.cairn.platform.Rescope;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/// A place in the life of a [Region] to which it can be rewound, as often as wanted.
///
/// A checkpoint is confined to the thread of its region. Rewinding and closing take time in
/// proportion to the memory that ends.
public final class Checkpoint implements AutoCloseable {
  private final Region region;
  private final @Nullable Checkpoint outer;
  private Bump.Position position;
  private Arena scope;

  Checkpoint(Region region, @Nullable Checkpoint outer, Bump.Position position) {
    this.region = region;
    this.outer = outer;
    this.position = position;
    this.scope = Rescope.openConfined();
  }

  /// Ends every block that was allocated since this checkpoint was made or last rewound, and every
  /// checkpoint made since. Access to such a block throws from then on.
  ///
  /// @throws IllegalStateException if this checkpoint has ended
  /// @throws IllegalStateException if an arena over the region is open; nothing has changed then
  /// @throws IllegalStateException if this thread is inside a native call that was given such a
  ///     block; checkpoints made since may have ended then
  /// @throws WrongThreadException if this is not the thread of the region
  public void rewind() {
    region.rewind(this);
  }

  /// Rewinds to this checkpoint and ends it. Does nothing if it has ended, with an outer one or
  /// with its region.
  ///
  /// @throws IllegalStateException if an arena over the region is open; nothing has changed then
  /// @throws IllegalStateException if this thread is inside a native call that was given a block
  ///     that would end; checkpoints made since may have ended then
  /// @throws WrongThreadException if this is not the thread of the region
  @Override
  public void close() {
    region.close(this);
  }

  /// Ends the blocks since this checkpoint.
  void end() {
    scope.close();
  }

  @Nullable Checkpoint outer() {
    return outer;
  }

  Bump.Position position() {
    return position;
  }

  /// The scope of the blocks since this checkpoint.
  Arena scope() {
    return scope;
  }

  /// Begins again, where the region stands now: blocks before this checkpoint may have been freed.
  void reopen(Bump.Position now) {
    position = now;
    scope = Rescope.openConfined();
  }
}
