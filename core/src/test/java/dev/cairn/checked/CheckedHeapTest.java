package dev.cairn.checked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.ClassStats;
import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.check.CallTrace;
import dev.cairn.check.CheckLevel;
import dev.cairn.check.CheckedAllocator;
import dev.cairn.check.DamagedBlockException;
import dev.cairn.check.Leak;
import dev.cairn.check.LeakReport;
import dev.cairn.check.UseAfterFreeException;
import dev.cairn.memory.Heap;
import dev.cairn.memory.HeapBuilder;
import dev.cairn.memory.Region;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a heap tells by itself where its builder or the system property has it checked.
///
/// In a package of its own, because frames of Cairn's packages are not the caller's place.
class CheckedHeapTest {
  private static final List<Function<HeapBuilder, Heap>> KINDS =
      List.of(
          builder -> builder.fixed(1 << 20),
          builder -> builder.fixed(8 << 20),
          builder -> builder.growable(1 << 20),
          builder -> builder.growable(8 << 20),
          builder -> builder.over(MemorySegment.ofArray(new long[1 << 17])));

  private static HeapBuilder checked(CheckLevel level) {
    return Heap.builder().checked(level).onLeak(_ -> {});
  }

  private static <T> T withProperty(String value, Supplier<T> body) {
    String before = System.setProperty(CheckLevel.PROPERTY, value);
    try {
      return body.get();
    } finally {
      if (before == null) {
        System.clearProperty(CheckLevel.PROPERTY);
      } else {
        System.setProperty(CheckLevel.PROPERTY, before);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void thePropertyChecksEveryKindOfHeap(CheckLevel level) {
    String name = level.name().toLowerCase(Locale.ROOT);
    for (Function<HeapBuilder, Heap> kind : KINDS) {
      try (Heap heap = withProperty(name, () -> kind.apply(Heap.builder()))) {
        assertThat(heap.checkLevel()).isEqualTo(level);
        assertThat(heap.toString().startsWith("checked ")).isEqualTo(level != CheckLevel.OFF);
        Allocator again = withProperty("full", () -> CheckedAllocator.over(heap));
        assertThat(again == heap).isEqualTo(level != CheckLevel.OFF);
      }
    }
  }

  @Test
  void whatTheProgramSaysIsDoneWhateverThePropertySays() {
    try (Heap off = withProperty("full", () -> checked(CheckLevel.OFF).fixed(4096));
        Heap full = withProperty("off", () -> checked(CheckLevel.FULL).fixed(4096))) {
      assertThat(off.checkLevel()).isEqualTo(CheckLevel.OFF);
      assertThat(full.checkLevel()).isEqualTo(CheckLevel.FULL);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "all", "full,", "full,fast", "confined", "full,confined,confined"})
  void aPropertyThatSaysSomethingElseIsRefused(String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> withProperty(value, () -> Heap.fixed(4096)))
        .withMessage(
            "-Ddev.cairn.check="
                + value
                + " names no level: say off, sampled or full, with \",confined\" behind it where"
                + " each heap is used by the thread that opens it alone");
  }

  @Test
  void damageIsFoundInEveryKindOfHeap() {
    for (Function<HeapBuilder, Heap> kind : KINDS) {
      try (Heap heap = kind.apply(checked(CheckLevel.FULL))) {
        MemorySegment stale = heap.allocate(40, 8);
        heap.free(stale);
        stale.set(ValueLayout.JAVA_INT, 8, 42);
        DamagedBlockException damage =
            catchThrowableOfType(DamagedBlockException.class, heap::validate);
        assertThat(damage.offset()).isEqualTo(8);
        assertThat(heap.explain(stale)).contains("and freed at CheckedHeapTest.damageIsFound");
        heap.validate();
      }
    }
  }

  @Test
  void confinedByThePropertyEveryUseAfterFreeThrowsAndCanBeExplained() {
    try (Heap heap = withProperty("full,confined", () -> Heap.growable(1 << 20))) {
      MemorySegment stale = allocate(heap);
      free(heap, stale);
      IllegalStateException closed =
          catchThrowableOfType(
              IllegalStateException.class, () -> stale.get(ValueLayout.JAVA_INT, 0));
      assertThat(heap.explained(stale.asSlice(3), closed))
          .isInstanceOf(UseAfterFreeException.class)
          .hasMessageStartingWith("use after free: 0x")
          .hasMessageContaining(" is 3 bytes inside a 40-byte block, allocated at ")
          .hasMessageContaining("CheckedHeapTest.allocate(CheckedHeapTest.java:")
          .hasMessageContaining("and freed at CheckedHeapTest.free(CheckedHeapTest.java:")
          .hasMessageContaining("drop every reference")
          .hasCause(closed)
          .satisfies(
              explained ->
                  assertThat(explained.getSuppressed())
                      .hasSize(2)
                      .allMatch(trace -> trace instanceof CallTrace)
                      .extracting(trace -> trace.getStackTrace()[0].getMethodName())
                      .containsExactly("allocate", "free"));
      MemorySegment live = allocate(heap);
      assertThat(heap.explained(live, closed)).isSameAs(closed);
      free(heap, live);
      assertThatThrownBy(() -> CompletableFuture.runAsync(() -> allocate(heap)).join())
          .hasCauseInstanceOf(WrongThreadException.class);
    }
  }

  @Test
  void confinedByThePropertyIsWhatCanBe() {
    MemorySegment array = MemorySegment.ofArray(new long[1024]);
    try (Heap heap = withProperty("full,confined", () -> Heap.over(array))) {
      CompletableFuture.runAsync(() -> free(heap, allocate(heap))).join();
      assertThat(heap.checkLevel()).isEqualTo(CheckLevel.FULL);
    }
  }

  @Test
  void aHeapThatCannotBeCheckedAsWantedIsNotOpened() {
    HeapBuilder confined = Heap.builder().checked(CheckedAllocator.builder().confined());
    MemorySegment array = MemorySegment.ofArray(new long[1024]);
    assertThatThrownBy(() -> confined.over(array))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void leaksOfAnUncheckedHeapAreToldByClassWithHowToLearnMore() {
    try (Heap heap = checked(CheckLevel.OFF).growable(8 << 20)) {
      assertThat(heap.leaks().isEmpty()).isTrue();
      allocate(heap);
      allocate(heap);
      MemorySegment freed = heap.allocate(1000, 8);
      heap.free(freed);
      LeakReport report = heap.leaks();
      assertThat(report.blocks()).isEqualTo(2);
      assertThat(report.bytes()).isEqualTo(96);
      assertThat(report.leaks()).isEmpty();
      assertThat(report.text())
          .startsWith("2 blocks of 96 bytes in all (2 of 48): to see who allocated them, start")
          .contains("-Ddev.cairn.check=full");
      assertThat(report.json())
          .endsWith("\"leaks\":[],\"unplaced\":[{\"blockBytes\":48,\"blocks\":2,\"bytes\":96}]}");
      assertThat(heap.explain(freed)).startsWith("unknown").contains("-Ddev.cairn.check=full");
    }
  }

  @Test
  void leaksOfACheckedHeapAreToldByPlaceAlsoAtCloseWhileTheBlocksAreThere() {
    List<Integer> values = new ArrayList<>();
    List<LeakReport> reports = new ArrayList<>();
    MemorySegment[] block = new MemorySegment[1];
    Heap heap =
        Heap.builder()
            .checked(CheckLevel.FULL)
            .onLeak(
                report -> {
                  reports.add(report);
                  values.add(block[0].get(ValueLayout.JAVA_INT, 0));
                })
            .growable(8 << 20);
    block[0] = allocate(heap);
    block[0].set(ValueLayout.JAVA_INT, 0, 42);
    heap.free(allocate(heap));
    LeakReport now = heap.leaks();
    assertThat(now.unplaced()).isEmpty();
    assertThat(now.leaks()).extracting(Leak::blocks).containsExactly(1L);
    heap.close();
    heap.close();
    assertThat(values).containsExactly(42);
    assertThat(reports).hasSize(1);
    assertThat(reports.getFirst().leaks().getFirst().place().getMethodName()).isEqualTo("allocate");
    assertThat(heap.leaks().isEmpty()).isTrue();
    assertThatIllegalStateException().isThrownBy(() -> block[0].get(ValueLayout.JAVA_INT, 0));
  }

  @Test
  void whatIsNotInTheSampleIsToldExactlyBySize() {
    List<LeakReport> reports = new ArrayList<>();
    try (Heap heap =
        Heap.builder()
            .checked(CheckedAllocator.builder().sampledEvery(1000).seed(1))
            .onLeak(reports::add)
            .growable(64 << 20)) {
      List<MemorySegment> freed = new ArrayList<>();
      int sampled = 0;
      for (int i = 0; i < 100; i++) {
        sampled += allocate(heap).get(ValueLayout.JAVA_INT, 0) == 0xA5A5A5A5 ? 1 : 0;
        freed.add(allocate(heap));
        freed.add(heap.allocate(100_000, 8));
      }
      freed.forEach(heap::free);
      LeakReport report = heap.leaks();
      assertThat(sampled).isBetween(1, 30);
      assertThat(report.isEstimated()).isTrue();
      assertThat(report.unplaced())
          .extracting(ClassStats::blockBytes, ClassStats::liveBlocks)
          .containsExactly(tuple(48L, 100L - sampled));
      assertThat(report.text()).contains("not in the sample: " + (100 - sampled) + " blocks of ");
    }
    assertThat(reports).hasSize(1);
  }

  @Test
  void aSampleOfNothingDoesNotHideALeak() {
    List<LeakReport> reports = new ArrayList<>();
    try (Heap heap =
        Heap.builder()
            .checked(CheckedAllocator.builder().sampledEvery(1L << 40).seed(1))
            .onLeak(reports::add)
            .fixed(4096)) {
      allocate(heap);
    }
    assertThat(reports).extracting(LeakReport::blocks).containsExactly(1L);
  }

  @ParameterizedTest
  @EnumSource
  void aWalkVisitsTheBlocksThatTheProgramHas(CheckLevel level) {
    HeapBuilder builder =
        level == CheckLevel.SAMPLED
            ? Heap.builder()
                .checked(CheckedAllocator.builder().sampledEvery(200).seed(1))
                .onLeak(_ -> {})
            : checked(level);
    try (Heap heap = builder.growable(8 << 20)) {
      List<Long> kept = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        kept.add(allocate(heap).address());
        heap.free(allocate(heap));
      }
      List<Long> visited = new ArrayList<>();
      heap.walk(block -> visited.add(block.address()));
      assertThat(visited).containsExactlyInAnyOrderElementsOf(kept);
    }
  }

  @Test
  void aBlockIsFoundByItsAddressAndItsExactSize() {
    try (Heap heap = checked(CheckLevel.FULL).growable(1 << 20)) {
      MemorySegment block = allocate(heap);
      assertThat(heap.blockAt(block.address(), 40)).isEqualTo(block);
      assertRefused(InvalidBlockException.Kind.WRONG_SIZE, heap, block.address(), 39);
      assertRefused(InvalidBlockException.Kind.INTERIOR, heap, block.address() + 8, 40);
      assertRefused(InvalidBlockException.Kind.NOT_LIVE, heap, block.address() - 32, 104);
      assertRefused(InvalidBlockException.Kind.FOREIGN, heap, 42, 40);
      heap.free(block);
      assertRefused(InvalidBlockException.Kind.NOT_LIVE, heap, block.address(), 40);
    }
  }

  private static void assertRefused(
      InvalidBlockException.Kind kind, Heap heap, long address, long byteSize) {
    InvalidBlockException refusal =
        Objects.requireNonNull(
            catchThrowableOfType(
                InvalidBlockException.class, () -> heap.blockAt(address, byteSize)));
    assertThat(refusal.kind()).isEqualTo(kind);
    assertThat(refusal).hasMessageStartingWith("blockAt of " + byteSize + " bytes at 0x");
  }

  @Test
  void thePropertyIsNotForRegionsUnlessTheyPassThroughOver() {
    try (Allocator region =
        withProperty("full", () -> CheckedAllocator.over(Region.fixed(65536)))) {
      assertThat(region).isInstanceOf(CheckedAllocator.class);
      region.free(region.allocate(40, 8));
    }
  }

  private static MemorySegment allocate(Allocator heap) {
    return heap.allocate(40, 8);
  }

  @Test
  void trimGivesTheQuarantineBackInEveryKindOfHeap() {
    for (Function<HeapBuilder, Heap> kind : KINDS) {
      try (Heap heap = kind.apply(checked(CheckLevel.FULL))) {
        MemorySegment kept = heap.allocate(40, 8).fill((byte) 7);
        heap.free(heap.allocate(40, 8));
        assertThat(liveBelow(heap)).isEqualTo(2);
        heap.trim();
        assertThat(liveBelow(heap)).isEqualTo(1);
        MemorySegment stale = heap.allocate(40, 8);
        heap.free(stale);
        stale.set(ValueLayout.JAVA_BYTE, 4, (byte) 42);
        assertThat(catchThrowableOfType(DamagedBlockException.class, heap::trim))
            .hasMessageContaining("found when it left the quarantine");
        assertThat(liveBelow(heap)).isEqualTo(1);
        heap.validate();
        heap.free(kept);
      }
    }
  }

  /// The live blocks, and those in quarantine.
  private static long liveBelow(Heap heap) {
    return heap.classes().stream().mapToLong(ClassStats::liveBlocks).sum();
  }

  private static void free(Allocator heap, MemorySegment block) {
    heap.free(block);
  }
}
