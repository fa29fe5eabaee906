/// The tests of the allocators, and of the test kit itself.
///
/// The tests of misuse are one for each mistake that a program can make, over every
/// [allocator][dev.cairn.testkit.MisuseSubject], with what is thrown and said, and with nothing
/// else harmed by it. Where an allocator does not promise to notice, they show what happens
/// instead:
///
/// - [dev.cairn.testkit.MisuseDoubleFreeTest]: free twice, at once, after reuse, interleaved, by
///   other threads, by all at the same time;
/// - [dev.cairn.testkit.MisuseFreeOfOtherMemoryTest]: free, resize or reallocate what is no block:
///   null, an inner, misaligned, foreign, mapped or never allocated address, a block of another
///   heap, a wrong size or alignment;
/// - [dev.cairn.testkit.MisuseAfterEndTest]: use after free, after close, after an arena, a
///   checkpoint or a frame has ended; frames popped out of order;
/// - [dev.cairn.testkit.MisuseOutOfBoundsTest]: overflow and underflow, near and far, by byte and
///   in bulk, also of blocks of no bytes;
/// - [dev.cairn.testkit.MisuseRequestTest]: sizes and alignments that there are not, requests
///   beyond what there is, reads of what was never written, threads that may not ask;
/// - [dev.cairn.testkit.MisuseLeakTest]: what is never freed, at close and at exit, also in a ring
///   of owners;
/// - [dev.cairn.testkit.MisuseCorruptBookkeepingTest]: damage to the bookkeeping itself;
/// - [dev.cairn.testkit.MisuseOfOwnersTest]: moved and dropped owners, borrows, stale handles and
///   iterators, a close that throws.
@NullMarked
package dev.cairn.testkit;

import org.jspecify.annotations.NullMarked;
