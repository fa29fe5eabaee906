package dev.cairn.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/// What the collector of this JVM does to the program, as Flight Recorder saw it.
final class CollectorWatch implements AutoCloseable {
  private static final String PAUSE = "jdk.GCPhasePause";
  private static final String STALL = "jdk.ZAllocationStall";

  private final Recording recording = new Recording();

  /// What was seen.
  ///
  /// @param pauses the times in which the collector stopped the whole program
  /// @param stalls the times in which a thread waited for ZGC to free memory
  record Seen(List<Duration> pauses, List<Duration> stalls) {}

  /// Starts to watch.
  CollectorWatch() {
    recording.enable(PAUSE).withoutThreshold().withoutStackTrace();
    recording.enable(STALL).withoutThreshold().withoutStackTrace();
    recording.start();
  }

  /// Ends watching.
  ///
  /// @return what was seen
  /// @throws IOException if the recording cannot be written or read
  Seen stop() throws IOException {
    recording.stop();
    Path file = Files.createTempFile("cairn-pauses", ".jfr");
    try {
      recording.dump(file);
      List<RecordedEvent> events = RecordingFile.readAllEvents(file);
      return new Seen(durations(events, PAUSE), durations(events, STALL));
    } finally {
      Files.delete(file);
    }
  }

  private static List<Duration> durations(List<RecordedEvent> events, String type) {
    List<Duration> durations = new ArrayList<>();
    for (RecordedEvent event : events) {
      if (event.getEventType().getName().equals(type)) {
        durations.add(event.getDuration());
      }
    }
    return durations;
  }

  @Override
  public void close() {
    recording.close();
  }
}
