@NullMarked
package dev.cairn.testkit.junit;

import org.jspecify.annotations.NullMarked;
