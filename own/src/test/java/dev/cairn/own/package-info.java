/// Tests of the owners.
@NullMarked
package dev.cairn.own;

import org.jspecify.annotations.NullMarked;
