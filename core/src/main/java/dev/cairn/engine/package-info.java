/// The engines: where blocks are, in offsets and sizes. They hold no memory and touch none; the
/// allocators of `dev.cairn.memory` give them meaning.
@NullMarked
package dev.cairn.engine;

import org.jspecify.annotations.NullMarked;
