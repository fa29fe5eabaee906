/// Recorded programs: what they asked of an allocator, and asking it again of others.
///
/// A [dev.cairn.trace.Trace] is read by [dev.cairn.trace.TraceReader], summed up by
/// [dev.cairn.trace.TraceStats], and replayed by [dev.cairn.trace.Replay] against a
/// [dev.cairn.trace.Contestant]. [dev.cairn.trace.Recordings] are traces of real programs that come
/// with Cairn. [dev.cairn.trace.Sizing] finds how large a heap must be for one.
///
/// These terms are used in one sense throughout:
///
/// - **operation**: one call that the recorded program made of its allocator.
/// - **block**: what an operation allocated. A trace numbers its blocks from 0, in order of
///   allocation. A block keeps its number when it is reallocated.
/// - **foreign**: of a block that the recording does not know, since it was allocated before the
///   recording began, or by the parent of the process. Freeing one is left out of the trace.
/// - **refused**: a request that the recorded program's own allocator did not meet. It is left out.
///
/// ## Cairn's own format
///
/// A text file, possibly gzipped, with one operation per line. It is what
/// [dev.cairn.trace.TraceWriter] writes, and the one format that has alignment, zeroing and
/// threads.
///
/// ```
/// cairn-trace 1
/// name git log          the trace's name; optional
/// # a comment
/// a 552                 allocate 552 bytes: the first block, number 0
/// a 100 @64             allocate 100 bytes aligned to 64: block 1
/// z 40                  allocate 40 zeroed bytes: block 2
/// r 0 600               reallocate block 0 to 600 bytes
/// t 1                   what follows was done by thread 1; it begins with thread 0
/// f 0                   free block 0
/// f -                   free(NULL)
/// ```
///
/// (What is right of the second column here is explanation, not part of the format.) The first line
/// is the format's name and version. Numbers are decimal. `@` and an alignment may follow each `a`,
/// `z` and `r`; without it the alignment is the one that C promises for the size (see
/// [dev.cairn.trace.Trace#mallocAlignment(long)]). Blank lines are skipped.
@NullMarked
package dev.cairn.trace;

import org.jspecify.annotations.NullMarked;
