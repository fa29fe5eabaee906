package dev.cairn.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.management.MemoryBeans;
import dev.cairn.memory.Heap;
import dev.cairn.platform.ChildJvm;
import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Test;

/// Runs programs in JVMs of their own: the recorder of this one has begun.
class LateRecordingTest {
  @Test
  void aRecordingThatBeginsAfterTheHeapHasOpenedRecordsIt() throws Exception {
    assertThat(ChildJvm.run(RecordsLate.class))
        .isEqualTo("false\ndev.cairn.AllocationSample\ndev.cairn.AllocatorStatistics\n");
  }

  @Test
  void withoutAFlightRecorderAndJmxInTheImageAHeapWorks() throws Exception {
    assertThat(ChildJvm.run(UsesAHeap.class, "--limit-modules=java.base"))
        .isEqualTo(
            """
            no room
            refused
            java.lang.UnsupportedOperationException: beans need the module java.management, which \
            this JVM has not loaded: start it with --add-modules java.management
            """);
  }

  @Test
  void aHeapLoadsNoClassOfAnEventWhereNothingIsRecorded() throws Exception {
    assertThat(ChildJvm.run(UsesAHeap.class, "-Xlog:class+load"))
        .contains("dev.cairn.memory.Heap ")
        .doesNotContain("jdk.jfr.Event ", "dev.cairn.platform.MisuseEvent ");
  }

  static final class RecordsLate {
    private RecordsLate() {}

    public static void main(String[] args) throws Exception {
      try (Heap heap = Heap.growable(64 << 20)) {
        heap.free(heap.allocate(1 << 20, 8));
        System.out.println(FlightRecorder.isInitialized());
        record(heap);
      }
    }

    private static void record(Heap heap) throws Exception {
      try (Recording recording = new Recording()) {
        recording.enable("dev.cairn.AllocationSample").with("interval", "1");
        recording.enable("dev.cairn.AllocatorStatistics").with("period", "everyChunk");
        recording.start();
        heap.free(heap.allocate(1 << 20, 8));
        recording.stop();
        try (Stream<String> names =
            Recorded.read(recording).stream()
                .map(RecordedEvent::getEventType)
                .map(type -> type.getName())
                .filter(name -> name.startsWith("dev.cairn."))) {
          names.distinct().sorted().forEach(System.out::println);
        }
      }
    }
  }

  static final class UsesAHeap {
    private UsesAHeap() {}

    public static void main(String[] args) {
      try (Heap heap = Heap.fixed(4096)) {
        if (heap.tryAllocate(8192, 8) == null) {
          System.out.println("no room");
        }
        try {
          heap.free(MemorySegment.NULL);
        } catch (InvalidBlockException refused) {
          System.out.println("refused");
        }
        MemoryBeans.register().close();
      } catch (UnsupportedOperationException refused) {
        System.out.println(refused);
      }
    }
  }
}
