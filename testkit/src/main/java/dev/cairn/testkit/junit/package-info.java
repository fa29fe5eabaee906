/// Tests that fail where the program leaks: [dev.cairn.testkit.junit.NoLeaks], for JUnit.
@NullMarked
package dev.cairn.testkit.junit;

import org.jspecify.annotations.NullMarked;
