/// The vocabulary of explicit memory, shared by every allocator.
///
/// These terms are used in one sense throughout Cairn:
///
/// - **block**: a run of bytes that one call of an allocator handed out, as a
///   [java.lang.foreign.MemorySegment].
/// - **live**: a block is live from the call that hands it out until it is freed, reallocated, or
///   its allocator closes. Only live blocks may be used.
/// - **fits**: a size fits a block when rounding it up as the allocator does gives the block's
///   usable size; an alignment fits a block when the block's address is a multiple of it.
/// - **owner**: whoever must free a block. Allocating makes the caller the owner.
/// - **footprint**: every byte an allocator holds from the system, whether live or not.
/// - **zeroed**: every byte of the block reads as zero. A block that is not zeroed holds
///   unspecified bytes.
@NullMarked
package dev.cairn.alloc;

import org.jspecify.annotations.NullMarked;
