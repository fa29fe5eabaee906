/// Tests of the measuring equipment.
@NullMarked
package dev.cairn.bench;

import org.jspecify.annotations.NullMarked;
