/// How the command writes: amounts with their units, rows in columns.
@NullMarked
package dev.cairn.cli.text;

import org.jspecify.annotations.NullMarked;
