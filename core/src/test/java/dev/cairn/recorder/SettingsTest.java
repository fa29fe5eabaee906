package dev.cairn.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.memory.Heap;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import jdk.jfr.Configuration;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.SettingDescriptor;
import org.junit.jupiter.api.Test;

class SettingsTest {
  @Test
  void theSettingsAreReadAndNameExactlyTheEventsThereAre() throws Exception {
    Map<String, String> settings = settings();
    assertThat(settings.keySet().stream().map(SettingsTest::event).collect(Collectors.toSet()))
        .isEqualTo(events().stream().map(EventType::getName).collect(Collectors.toSet()));
    Set<String> known = new TreeSet<>();
    for (EventType event : events()) {
      for (SettingDescriptor setting : event.getSettingDescriptors()) {
        known.add(event.getName() + "#" + setting.getName());
      }
    }
    assertThat(known).containsAll(settings.keySet());
  }

  @Test
  void theSettingsRecordSamples() throws Exception {
    try (Recording recording = new Recording(configuration());
        Heap heap = Heap.growable(64 << 20)) {
      var samples =
          Recorded.of(
              recording,
              "dev.cairn.AllocationSample",
              () -> {
                for (int i = 0; i < 100; i++) {
                  heap.free(heap.allocate(1 << 20, 8));
                }
              });
      assertThat(samples).isNotEmpty();
    }
  }

  @Test
  void everyEventAndFieldIsLabelled() throws Exception {
    for (EventType event : events()) {
      assertThat(event.getLabel()).as(event.getName()).isNotNull();
      assertThat(event.getDescription()).as(event.getName()).isNotNull();
      assertThat(event.getCategoryNames()).containsExactly("Cairn");
      assertThat(event.getFields()).allMatch(field -> field.getLabel() != null);
    }
  }

  private static Set<EventType> events() {
    // The first heap gives the recorder the events.
    Heap.growable(1 << 20).close();
    return FlightRecorder.getFlightRecorder().getEventTypes().stream()
        .filter(event -> event.getName().startsWith("dev.cairn."))
        .collect(Collectors.toSet());
  }

  private static String event(String setting) {
    return setting.substring(0, setting.indexOf('#'));
  }

  private static Map<String, String> settings() throws IOException, ParseException {
    return configuration().getSettings();
  }

  private static Configuration configuration() throws IOException, ParseException {
    try (Reader reader =
        new InputStreamReader(
            Heap.class.getResourceAsStream("/dev/cairn/telemetry/cairn.jfc"),
            StandardCharsets.UTF_8)) {
      return Configuration.create(reader);
    }
  }
}
