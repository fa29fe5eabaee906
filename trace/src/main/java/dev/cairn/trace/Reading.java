package dev.cairn.trace;

import java.util.List;
import java.util.Optional;

/// The account of how a trace was read: from what, and what was left out.
///
/// @param format the format of the file; empty where the trace was not read from one
/// @param lines the number of lines read
/// @param damaged the number of places that could not be understood and were skipped; zero unless
///     they were allowed to be
/// @param firstDamage what was wrong with the first few of them, one message each
/// @param foreign the number of operations on blocks that the recording does not know: frees, which
///     were left out, and reallocations, which were taken as allocations
/// @param refused the number of requests that the recorded program's allocator did not meet
/// @param notes what is odd, but no reason to refuse the file
public record Reading(
    Optional<TraceFormat> format,
    long lines,
    long damaged,
    List<String> firstDamage,
    long foreign,
    long refused,
    List<String> notes) {
  static final Reading NONE = new Reading(Optional.empty(), 0, 0, List.of(), 0, 0, List.of());

  /// Makes the account, with copies of the lists.
  public Reading {
    firstDamage = List.copyOf(firstDamage);
    notes = List.copyOf(notes);
  }
}
