/// Small programs, each showing one thing, and the tour that runs them in order.
@NullMarked
package dev.cairn.examples;

import org.jspecify.annotations.NullMarked;
