/// The `cairn` command: [dev.cairn.cli.Main] and a class for each of its commands.
@NullMarked
package dev.cairn.cli;

import org.jspecify.annotations.NullMarked;
