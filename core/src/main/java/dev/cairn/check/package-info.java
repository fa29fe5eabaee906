/// Watching over allocators: [dev.cairn.check.LeakWatch] says which blocks were forgotten, and
/// where they were allocated.
@NullMarked
package dev.cairn.check;

import org.jspecify.annotations.NullMarked;
