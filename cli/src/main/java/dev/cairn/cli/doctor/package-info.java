/// What a machine has of what Cairn and its tools use.
///
/// A *check* asks the [dev.cairn.cli.doctor.Machine] about one subject and answers *findings*.
@NullMarked
package dev.cairn.cli.doctor;

import org.jspecify.annotations.NullMarked;
