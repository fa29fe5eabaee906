package dev.cairn.recorder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/// The events of a program, as the flight recorder has written them.
final class Recorded {
  private Recorded() {}

  /// Runs a program while an event is recorded.
  static List<RecordedEvent> of(String event, Program program) throws Exception {
    try (Recording recording = new Recording()) {
      recording
          .enable(event)
          .with("interval", "1k")
          .with("throttle", "off")
          .with("period", "everyChunk");
      return of(recording, event, program);
    }
  }

  /// Runs a program during a recording, and answers the events of a name.
  static List<RecordedEvent> of(Recording recording, String event, Program program)
      throws Exception {
    recording.start();
    program.run();
    recording.stop();
    return read(recording).stream()
        .filter(each -> each.getEventType().getName().equals(event))
        .toList();
  }

  static List<RecordedEvent> read(Recording recording) throws IOException {
    Path file = Files.createTempFile("cairn", ".jfr");
    try {
      recording.dump(file);
      return RecordingFile.readAllEvents(file);
    } finally {
      Files.delete(file);
    }
  }

  /// The method that called Cairn: the first frame that is not of its allocators.
  static String caller(RecordedEvent event) {
    return event.getStackTrace().getFrames().stream()
        .map(RecordedFrame::getMethod)
        .filter(method -> !isCairn(method.getType().getName()))
        .findFirst()
        .map(method -> method.getType().getName() + "." + method.getName())
        .orElseThrow();
  }

  private static boolean isCairn(String className) {
    return className.startsWith("dev.cairn.") && !className.startsWith("dev.cairn.recorder.");
  }

  /// What may throw anything.
  interface Program {
    void run() throws Exception;
  }
}
