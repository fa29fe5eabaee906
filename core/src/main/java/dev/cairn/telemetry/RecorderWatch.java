package dev.cairn.telemetry;

import dev.cairn.platform.MisuseEvent;
import java.util.List;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import jdk.jfr.Recording;
import org.jspecify.annotations.Nullable;

/// Waits for the first recording of this JVM, and gives it Cairn's events.
final class RecorderWatch implements FlightRecorderListener {
  // The type of the samples, once there is a recorder.
  private static volatile @Nullable EventType samples;

  private RecorderWatch() {}

  /// Begins to wait; where something is recorded already, the events are known when it returns.
  static void begin() {
    FlightRecorder.addListener(new RecorderWatch());
  }

  @Override
  public void recorderInitialized(FlightRecorder recorder) {
    for (var event :
        List.of(
            SampleEvent.class,
            FailureEvent.class,
            LeakEvent.class,
            MisuseEvent.class,
            ReservedEvent.class,
            ReturnedEvent.class)) {
      FlightRecorder.register(event);
    }
    FlightRecorder.addPeriodicEvent(StatisticsEvent.class, StatisticsEvent::commitAll);
    samples = EventType.getEventType(SampleEvent.class);
    look();
  }

  @Override
  public void recordingStateChanged(Recording recording) {
    look();
  }

  /// Turns the sampling on or off, as the recordings that run want it.
  static void look() {
    EventType type = samples;
    if (type != null && type.isEnabled()) {
      AllocationSampling.turnOn();
    } else {
      AllocationSampling.turnOff();
    }
  }
}
