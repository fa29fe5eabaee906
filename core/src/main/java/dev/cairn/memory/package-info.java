/// The allocators: [dev.cairn.memory.Heap] for blocks of any size and life,
/// [dev.cairn.memory.RealtimeHeap] for calls that take a bounded time,
/// [dev.cairn.memory.Stack] for scratch memory, [dev.cairn.memory.Region] for blocks that end
/// together, and [dev.cairn.memory.SystemAllocator] for the C library's own heap;
/// [dev.cairn.memory.WipingAllocator] makes what they hand out fit for secrets.
///
/// These terms are used of heaps, beside [those of every allocator][dev.cairn.alloc]:
///
/// - **ground**: a run of memory that a heap divides: an address range that was reserved, a segment
///   of an arena, or what the caller has brought.
/// - **page**: 64 KiB of a ground. The system's own pages are called the system's.
/// - **size class**: a size that blocks are rounded up to.
/// - **slab**: a few pages in which all blocks are of one size class.
/// - **cache**: the slabs from which a thread allocates, and a few free blocks of each size class.
///   Virtual threads share caches.
/// - **retained**: memory not in use that a heap will give back to the system, but has not yet.
@NullMarked
package dev.cairn.memory;

import org.jspecify.annotations.NullMarked;
