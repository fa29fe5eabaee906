/// Allocators as JMX shows them: [dev.cairn.management.MemoryBeans] registers what is open.
@NullMarked
package dev.cairn.management;

import org.jspecify.annotations.NullMarked;
