/// The programs of the documentation, one class for each page, and the tests that hold the pages to
/// them.
@NullMarked
package dev.cairn.docs;

import org.jspecify.annotations.NullMarked;
