/// Watching over allocators: [dev.cairn.check.CheckedAllocator] finds what was written where it may
/// not, and who freed what was freed before; [dev.cairn.check.LeakWatch] says which blocks were
/// forgotten, and where they were allocated; [dev.cairn.check.FailingAllocator] fails on request.
@NullMarked
package dev.cairn.check;

import org.jspecify.annotations.NullMarked;
