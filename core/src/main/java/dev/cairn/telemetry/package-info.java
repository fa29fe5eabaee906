/// What allocators tell those who watch them: which of them are open, and the events of the flight
/// recorder.
///
/// It costs nothing where nobody watches. Classes of events are loaded once something is recorded,
/// and not at all in a runtime image without `jdk.jfr`.
@NullMarked
package dev.cairn.telemetry;

import org.jspecify.annotations.NullMarked;
