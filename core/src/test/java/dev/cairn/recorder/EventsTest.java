package dev.cairn.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.Layout;
import dev.cairn.alloc.MemoryExhaustedException;
import dev.cairn.alloc.Stats;
import dev.cairn.check.CheckedAllocator;
import dev.cairn.check.DamagedBlockException;
import dev.cairn.memory.Frame;
import dev.cairn.memory.Heap;
import dev.cairn.memory.Pool;
import dev.cairn.memory.RealtimeHeap;
import dev.cairn.memory.Region;
import dev.cairn.memory.Stack;
import dev.cairn.memory.SystemAllocator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// In a package of its own, so that a caller is told from Cairn.
class EventsTest {
  private static final String SAMPLE = "dev.cairn.AllocationSample";
  private static final String FAILURE = "dev.cairn.AllocationFailure";
  private static final String LEAK = "dev.cairn.Leak";
  private static final String MISUSE = "dev.cairn.Misuse";
  private static final String RESERVED = "dev.cairn.PagesReserved";
  private static final String RETURNED = "dev.cairn.PagesReturned";
  private static final String STATISTICS = "dev.cairn.AllocatorStatistics";

  @Test
  void theStatisticsAreThoseOfEveryHeapThatIsOpen() throws Exception {
    try (Heap heap = Heap.builder().named("statistics").growable(64 << 20)) {
      List<MemorySegment> blocks =
          Stream.generate(() -> heap.allocate(5000, 8)).limit(100).toList();
      Stats stats = heap.stats();
      RecordedEvent event = of("statistics", Recorded.of(STATISTICS, () -> {})).getLast();
      assertThat(event.getString("kind")).isEqualTo("growable heap of 67108864 bytes");
      assertThat(event.getLong("liveBlocks")).isEqualTo(100);
      assertThat(event.getLong("liveBytes")).isEqualTo(stats.liveBytes());
      assertThat(event.getLong("freeBytes")).isEqualTo(stats.freeBytes());
      assertThat(event.getLong("cachedBytes")).isEqualTo(stats.cachedBytes());
      assertThat(event.getLong("footprintBytes")).isEqualTo(stats.footprintBytes());
      assertThat(event.getLong("largestFreeBytes")).isEqualTo(stats.largestFreeBytes());
      assertThat(event.getLong("limitBytes")).isEqualTo(64 << 20);
      assertThat(event.getLong("metadataBytes")).isEqualTo(stats.metadataBytes());
      assertThat(event.getLong("peakLiveBytes")).isEqualTo(stats.peakLiveBytes());
      assertThat(event.getLong("peakFootprintBytes")).isEqualTo(stats.peakFootprintBytes());
      assertThat(event.getLong("allocations")).isEqualTo(100);
      assertThat(event.getLong("frees")).isZero();
      assertThat(event.getLong("failures")).isZero();
      assertThat(event.getDouble("utilization")).isEqualTo(stats.utilization());
      assertThat(event.getDouble("externalFragmentation")).isEqualTo(stats.externalFragmentation());
      blocks.forEach(heap::free);
    }
    assertThat(of("statistics", Recorded.of(STATISTICS, () -> {}))).isEmpty();
  }

  @Test
  void samplesTellTheCallerAndTheirWeightsEstimateWhatWasAllocated() throws Exception {
    try (Heap heap = Heap.builder().named("samples").growable(64 << 20)) {
      List<RecordedEvent> events = of("samples", Recorded.of(SAMPLE, () -> use(heap, 100_000)));
      assertThat(events).allMatch(event -> event.getLong("byteSize") == 100);
      assertThat(events).extracting(Recorded::caller).containsOnly(getClass().getName() + ".use");
      long weight = events.stream().mapToLong(event -> event.getLong("weight")).sum();
      // Some 9,300 samples of 1,074 bytes: their sum has a standard error of one percent.
      assertThat((double) weight).isCloseTo(1e7, within(1e6));
    }
  }

  @Test
  void samplesThatAreThrottledLeaveTheirWeightToTheNext() throws Exception {
    try (Heap heap = Heap.builder().named("throttled").growable(64 << 20);
        Recording recording = new Recording()) {
      recording.enable(SAMPLE).with("interval", "1k").with("throttle", "1/s");
      List<RecordedEvent> events =
          of("throttled", Recorded.of(recording, SAMPLE, () -> use(heap, 100_000)));
      assertThat(events).hasSizeLessThan(5000);
    }
  }

  private static void use(Heap heap, int pairs) {
    for (int i = 0; i < pairs; i++) {
      heap.free(heap.allocate(100, 8));
    }
  }

  @Test
  void whereTheEventsAreOffNoneIsWritten() throws Exception {
    try (Recording recording = new Recording()) {
      for (String event : List.of(SAMPLE, FAILURE, LEAK, MISUSE, RESERVED, RETURNED, STATISTICS)) {
        recording.disable(event);
      }
      recording.start();
      try (Heap heap = Heap.builder().named("off").onLeak(_ -> {}).growable(64 << 20)) {
        use(heap, 100_000);
        assertThat(heap.tryAllocate(1L << 40, 8)).isNull();
        assertThatThrownBy(() -> heap.free(MemorySegment.NULL))
            .isInstanceOf(InvalidBlockException.class);
        heap.allocate(100, 8);
        heap.trim();
      }
      recording.stop();
      assertThat(Recorded.read(recording))
          .extracting(event -> event.getEventType().getName())
          .noneMatch(name -> name.startsWith("dev.cairn."));
    }
  }

  @Test
  void aFailureTellsTheRequestAndTheLimits() throws Exception {
    try (Heap heap = Heap.builder().named("failure").onLeak(_ -> {}).fixed(65536)) {
      MemorySegment live = heap.allocate(16384, 8);
      List<RecordedEvent> events = of("failure", Recorded.of(FAILURE, () -> ask(heap)));
      assertThat(events).hasSize(2);
      RecordedEvent event = events.getFirst();
      assertThat(event.getLong("byteSize")).isEqualTo(1 << 20);
      assertThat(event.getLong("byteAlignment")).isEqualTo(64);
      assertThat(event.getLong("limitBytes")).isEqualTo(65536);
      assertThat(event.getLong("liveBytes")).isEqualTo(16384);
      assertThat(event.getLong("footprintBytes")).isEqualTo(65536);
      assertThat(event.getLong("largestFreeBytes")).isEqualTo(65536 - 16384);
      assertThat(events).extracting(Recorded::caller).containsOnly(getClass().getName() + ".ask");
      heap.free(live);
    }
  }

  private static void ask(Allocator allocator) {
    assertThat(allocator.tryAllocate(1 << 20, 64)).isNull();
    try {
      allocator.allocateZeroed(1 << 20, 64);
    } catch (MemoryExhaustedException expected) {
      // It is what the event tells.
    }
  }

  static Stream<Allocator> allocators() {
    return Stream.of(
        RealtimeHeap.confined(65536),
        RealtimeHeap.shared(65536),
        Pool.confined(new Layout(64, 8), 10),
        Pool.shared(new Layout(64, 8), 10),
        Region.fixed(65536));
  }

  @ParameterizedTest
  @MethodSource("allocators")
  void everyAllocatorTellsItsFailures(Allocator allocator) throws Exception {
    try (allocator) {
      List<RecordedEvent> events = Recorded.of(FAILURE, () -> ask(allocator));
      assertThat(events).hasSize(2);
      assertThat(events)
          .allMatch(
              event ->
                  event.getLong("byteSize") == 1 << 20
                      && event.getLong("limitBytes") == allocator.stats().limitBytes());
    }
  }

  @Test
  void theSystemTellsItsFailures() throws Exception {
    try (SystemAllocator system = SystemAllocator.ofShared()) {
      List<RecordedEvent> events =
          Recorded.of(FAILURE, () -> assertThat(system.tryAllocate(1L << 60, 8)).isNull());
      assertThat(events)
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.getString("allocator")).startsWith("system-");
                assertThat(event.getLong("byteSize")).isEqualTo(1L << 60);
              });
    }
  }

  @Test
  void aFrameTellsItsFailures() throws Exception {
    try (Frame frame = Stack.push()) {
      List<RecordedEvent> events =
          Recorded.of(
              FAILURE,
              () ->
                  assertThatThrownBy(() -> frame.allocate(1 << 20, 8))
                      .isInstanceOf(MemoryExhaustedException.class));
      assertThat(events)
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.getLong("byteSize")).isEqualTo(1 << 20);
                assertThat(event.getLong("limitBytes")).isEqualTo(65536);
              });
    }
  }

  @Test
  void aLeakTellsTheBlocksOfEachSizeClass() throws Exception {
    Heap heap = Heap.builder().named("leak").onLeak(_ -> {}).growable(64 << 20);
    heap.allocate(100, 8);
    heap.allocate(100, 8);
    heap.allocate(1000, 8);
    List<RecordedEvent> events = of("leak", Recorded.of(LEAK, heap::close));
    assertThat(events).extracting(event -> event.getLong("blocks")).containsExactly(2L, 1L);
    assertThat(events).extracting(event -> event.getLong("bytes")).containsExactly(224L, 1024L);
    assertThat(events).allMatch(event -> event.getString("place") == null);
  }

  @Test
  void aLeakOfACheckedAllocatorTellsThePlace() throws Exception {
    Allocator checked =
        CheckedAllocator.builder()
            .onLeak(_ -> {})
            .over(Heap.builder().onLeak(_ -> {}).growable(64 << 20));
    for (int i = 0; i < 2; i++) {
      forget(checked);
    }
    List<RecordedEvent> events =
        Recorded.of(LEAK, checked::close).stream()
            .filter(event -> event.getString("place") != null)
            .toList();
    assertThat(events)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getString("place")).startsWith("EventsTest.forget(EventsTest.java:");
              assertThat(event.getLong("blocks")).isEqualTo(2);
              assertThat(event.getLong("bytes")).isEqualTo(200);
            });
  }

  private static void forget(Allocator allocator) {
    allocator.allocate(100, 8);
  }

  @Test
  void aMisuseTellsItsKindItsAddressAndTheMessage() throws Exception {
    try (Heap heap = Heap.growable(64 << 20)) {
      MemorySegment block = heap.allocate(100, 8);
      heap.free(block);
      List<RecordedEvent> events = Recorded.of(MISUSE, () -> freeAgain(heap, block));
      assertThat(events)
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.getString("kind")).isEqualTo("NOT_LIVE");
                assertThat(event.getLong("address")).isEqualTo(block.address());
                assertThat(event.getString("message"))
                    .startsWith("free of 100 bytes at 0x")
                    .contains("free each block once");
                assertThat(Recorded.caller(event)).endsWith("EventsTest.freeAgain");
              });
    }
  }

  private static void freeAgain(Heap heap, MemorySegment block) {
    try {
      heap.free(block);
    } catch (InvalidBlockException expected) {
      // It is what the event tells.
    }
  }

  @Test
  void damageIsAMisuseToo() throws Exception {
    Allocator checked = CheckedAllocator.builder().over(Heap.growable(64 << 20));
    MemorySegment block = checked.allocate(40, 8);
    checked.free(block);
    block.set(ValueLayout.JAVA_INT, 0, 42);
    List<RecordedEvent> events =
        Recorded.of(
            MISUSE,
            () -> assertThatThrownBy(checked::close).isInstanceOf(DamagedBlockException.class));
    assertThat(events)
        .singleElement()
        .satisfies(event -> assertThat(event.getString("kind")).isEqualTo("WRITE_AFTER_FREE"));
  }

  @Test
  void whatAHeapTakesAndGivesBackIsTold() throws Exception {
    try (Recording recording = new Recording()) {
      recording.enable(RESERVED);
      recording.enable(RETURNED);
      recording.start();
      long address;
      try (Heap heap = Heap.builder().named("pages").fromArenas().growable(64 << 20)) {
        MemorySegment block = heap.allocate(20 << 20, 8);
        address = block.address();
        heap.free(block);
      }
      recording.stop();
      List<RecordedEvent> events = of("pages", Recorded.read(recording));
      List<RecordedEvent> taken = named(RESERVED, events);
      assertThat(taken).isNotEmpty();
      assertThat(taken)
          .anyMatch(
              event ->
                  event.getLong("address") <= address
                      && address < event.getLong("address") + event.getLong("byteSize"));
      assertThat(named(RETURNED, events)).allMatch(event -> event.getBoolean("isWholeRange"));
      assertThat(sum(named(RETURNED, events))).isEqualTo(sum(taken));
    }
  }

  @Test
  void whatATrimGivesBackIsTold() throws Exception {
    try (Heap heap = Heap.builder().named("trim").fixed(64 << 20)) {
      assumeTrue(heap.sources().contains("PAGES"), "memory is not reserved with mmap here");
    }
    try (Heap heap =
        Heap.builder().named("trim").decayingAfter(Duration.ofHours(1)).growable(64 << 20)) {
      heap.free(heap.allocate(20 << 20, 8));
      long retained = heap.stats().retainedBytes();
      assertThat(retained).isGreaterThanOrEqualTo(20 << 20);
      List<RecordedEvent> events = of("trim", Recorded.of(RETURNED, heap::trim));
      assertThat(events).allMatch(event -> !event.getBoolean("isWholeRange"));
      assertThat(sum(events)).isEqualTo(retained);
    }
  }

  private static long sum(List<RecordedEvent> events) {
    return events.stream().mapToLong(event -> event.getLong("byteSize")).sum();
  }

  private static List<RecordedEvent> named(String event, List<RecordedEvent> events) {
    return events.stream().filter(each -> each.getEventType().getName().equals(event)).toList();
  }

  private static List<RecordedEvent> of(String allocator, List<RecordedEvent> events) {
    return events.stream().filter(event -> event.getString("allocator").equals(allocator)).toList();
  }
}
