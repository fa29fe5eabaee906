/// The floor: every restricted call of `java.lang.foreign` that Cairn's core makes, and what native
/// libraries are bound to. Nothing here knows of allocators.
@NullMarked
package dev.cairn.platform;

import org.jspecify.annotations.NullMarked;
