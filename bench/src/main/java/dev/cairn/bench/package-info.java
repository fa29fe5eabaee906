/// Benchmarks. Each class's documentation begins with the command that runs it, from the repository
/// root, after `./cairn test` or any other build.
@NullMarked
package dev.cairn.bench;

import org.jspecify.annotations.NullMarked;
