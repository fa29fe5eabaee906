package dev.cairn.trace;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How large a heap must be for a recorded program: what can be proved, and what was found.
///
/// @param trace the name of the trace
/// @param ops the number of operations of the trace
/// @param peakLiveBytes the largest sum of the sizes of live blocks, as requested
/// @param countedPeakBytes the same as [dev.cairn.memory.HeapSizing] counts it: a block that is
///     reallocated is there twice while it moves, and one that became smaller keeps its size
/// @param roundedPeakBytes the most that can be live in a [dev.cairn.memory.RealtimeHeap], which
///     rounds sizes up
/// @param smallestByteSize the smallest request, where one that is aligned to more than its size
///     counts as that, and one of no bytes as one byte
/// @param largestByteSize the largest request, counted in the same way
/// @param bounds the sizes at which no program with these figures fails
/// @param proofs the replays at those of them that are for an allocator of Cairn
/// @param trials the smallest sizes that were found
public record SizingResult(
    String trace,
    int ops,
    long peakLiveBytes,
    long countedPeakBytes,
    long roundedPeakBytes,
    long smallestByteSize,
    long largestByteSize,
    List<Bound> bounds,
    List<Proof> proofs,
    List<Trial> trials) {

  /// A size at which no program fails that has these figures, whatever the order of its calls.
  ///
  /// @param strategy how the allocator looks for a place
  /// @param byteSize the size in bytes; null where a long does not hold it
  /// @param source who has shown it
  public record Bound(String strategy, @Nullable Long byteSize, String source) {}

  /// What became of a bound.
  public enum Outcome {
    /// Every request was met.
    MET,
    /// A request was refused: the trace is not what the bound is for.
    REFUSED,
    /// The allocator or this machine cannot have that size.
    TOO_LARGE
  }

  /// A replay at a size that was computed.
  ///
  /// @param allocator the allocator
  /// @param byteSize its size in bytes
  /// @param outcome what became of it
  /// @param refused the index of the first operation that was refused; null where none was
  public record Proof(
      String allocator, long byteSize, Outcome outcome, @Nullable Integer refused) {}

  /// The smallest size at which an allocator was found to meet every request.
  ///
  /// One step less was refused, unless it is `leastBytes`. What is smaller still was not tried: not
  /// every allocator that has room at one size has room at each larger one.
  ///
  /// @param allocator the allocator
  /// @param byteSize the size in bytes; null where there was none up to `mostBytes`
  /// @param stepBytes what the sizes that were tried are multiples of
  /// @param leastBytes the smallest size that this allocator has
  /// @param mostBytes the largest size that would have been tried
  /// @param largerTried how many of the next larger steps were replayed, too
  /// @param largerRefused how many of them had no room
  public record Trial(
      String allocator,
      @Nullable Long byteSize,
      long stepBytes,
      long leastBytes,
      long mostBytes,
      int largerTried,
      int largerRefused) {}

  /// Makes the result, with copies of the lists.
  public SizingResult {
    bounds = List.copyOf(bounds);
    proofs = List.copyOf(proofs);
    trials = List.copyOf(trials);
  }

  /// Whether every size that was computed, and could be had, was enough.
  ///
  /// @return false where a proof was refused
  public boolean holds() {
    return proofs.stream().noneMatch(proof -> proof.outcome() == Outcome.REFUSED);
  }
}
