/// Addresses: [dev.cairn.unsafe.Pointer] arithmetic and access, the C library's memory functions by
/// name in [dev.cairn.unsafe.Libc], any native library's heap in [dev.cairn.unsafe.Malloc], and a
/// heap of Cairn by its addresses in [dev.cairn.unsafe.RawHeap].
///
/// ## Safety
///
/// Nothing here is checked but what is handed back to a [dev.cairn.unsafe.RawHeap]. A wrong address
/// reads or overwrites memory of anybody, the JVM's own included, or ends the process. The safe
/// counterparts are [java.lang.foreign.MemorySegment] and the allocators of `dev.cairn.memory`.
///
/// Everything here needs native access, of `dev.cairn.core` and of `dev.cairn.unsafe`.
@NullMarked
package dev.cairn.unsafe;

import org.jspecify.annotations.NullMarked;
