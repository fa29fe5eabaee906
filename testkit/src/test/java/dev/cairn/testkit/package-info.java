/// The allocators of Cairn held to the contract, and tests of the tests.
@NullMarked
package dev.cairn.testkit;

import org.jspecify.annotations.NullMarked;
