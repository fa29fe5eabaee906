/// The allocators: [dev.cairn.memory.Heap] for blocks of any size and life,
/// [dev.cairn.memory.Stack] for scratch memory, [dev.cairn.memory.Region] for blocks that end
/// together, and [dev.cairn.memory.SystemAllocator] for the C library's own heap.
@NullMarked
package dev.cairn.memory;

import org.jspecify.annotations.NullMarked;
