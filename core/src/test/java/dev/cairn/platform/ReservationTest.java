package dev.cairn.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReservationTest {

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void sizesThatAreNotPositiveAreRefused(long byteSize) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reservation.tryReserve(byteSize, 1))
        .withMessage("a reservation of %d bytes: reserve one byte or more", byteSize);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 3, 4097, 1L << 31, -4096, Long.MIN_VALUE})
  void alignmentsThatAreNoPowerOfTwoUpToOneGiBAreRefused(long byteAlignment) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reservation.tryReserve(4096, byteAlignment))
        .withMessage(
            "a reservation at an alignment of %d: it must be a power of two, at most 1073741824",
            byteAlignment);
  }

  @Nested
  class WhereItIsSupported {
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    private long page;

    @BeforeEach
    void requireSupport() {
      assumeTrue(Reservation.isSupported(), "this system or JVM cannot reserve");
      page = Reservation.pageSize();
    }

    @Test
    void pagesAreThoseOfTheSystem() {
      assertThat(page).isGreaterThanOrEqualTo(4096);
      assertThat(Long.bitCount(page)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 8, 4095, 4096, 4097, 3 * MIB + 5, 64 * GIB})
    void memoryHasTheSizeAskedForAndIsZeroAndCanBeWrittenAtBothEnds(long byteSize) {
      try (Reservation reservation = reserve(byteSize, 1)) {
        MemorySegment memory = reservation.memory();
        assertThat(memory.byteSize()).isEqualTo(byteSize);
        assertThat(memory.get(ValueLayout.JAVA_BYTE, 0)).isZero();
        assertThat(memory.get(ValueLayout.JAVA_BYTE, byteSize - 1)).isZero();
        memory.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
        memory.set(ValueLayout.JAVA_BYTE, byteSize - 1, (byte) 2);
        assertThat(memory.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) (byteSize == 1 ? 2 : 1));
        assertThat(memory.get(ValueLayout.JAVA_BYTE, byteSize - 1)).isEqualTo((byte) 2);
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
            .isThrownBy(() -> memory.get(ValueLayout.JAVA_BYTE, byteSize));
      }
    }

    @Test
    void allOfTheMemoryIsZeroAtFirst() {
      try (Reservation reservation = reserve(5 * MIB + 1, 1)) {
        assertThat(isZero(reservation.memory())).isTrue();
      }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 4096, 1 << 14, 1 << 16, MIB, 2 * MIB, 64 * MIB, GIB})
    void addressesAreAligned(long byteAlignment) {
      // Several, for one alone might be aligned by chance.
      try (Reservation first = reserve(1, byteAlignment);
          Reservation second = reserve(3 * page + 1, byteAlignment);
          Reservation third = reserve(byteAlignment, byteAlignment)) {
        for (Reservation each : List.of(first, second, third)) {
          long alignment = Math.max(byteAlignment, page);
          assertThat(each.memory().address() & (alignment - 1)).as(each.toString()).isZero();
          each.memory().set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
          each.memory().set(ValueLayout.JAVA_BYTE, each.memory().byteSize() - 1, (byte) 1);
        }
      }
    }

    @Test
    void whatAlignmentTookBeyondTheMemoryIsGivenBack() throws IOException {
      List<Reservation> reservations = new ArrayList<>();
      long before = Proc.addressSpace();
      try {
        for (int i = 0; i < 64; i++) {
          reservations.add(reserve(page, GIB));
        }
        assertThat(Proc.addressSpace() - before).isLessThan(16 * GIB);
      } finally {
        reservations.forEach(Reservation::close);
      }
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 60, (1L << 62) + 1, Long.MAX_VALUE - 1, Long.MAX_VALUE})
    void whatTheSystemCannotGiveIsAnsweredWithNull(long byteSize) {
      assertThat(Reservation.tryReserve(byteSize, 1)).isNull();
      assertThat(Reservation.tryReserve(byteSize, GIB)).isNull();
    }

    @Test
    void discardZeroesOnlyWholePages() {
      try (Reservation reservation = reserve(8 * page, page)) {
        MemorySegment memory = reservation.memory().fill((byte) -1);
        reservation.discard(page + 1, 4 * page);
        assertThat(isFilled(memory.asSlice(0, 2 * page))).isTrue();
        assertThat(isZero(memory.asSlice(2 * page, 3 * page))).isTrue();
        assertThat(isFilled(memory.asSlice(5 * page))).isTrue();
      }
    }

    @Test
    void discardInsideOnePageChangesNothing() {
      try (Reservation reservation = reserve(2 * page - 1, page)) {
        MemorySegment memory = reservation.memory().fill((byte) -1);
        reservation.discard(1, page - 1);
        reservation.discard(page, page - 1);
        reservation.discard(page - 1, page);
        reservation.discard(page, 0);
        assertThat(isFilled(memory)).isTrue();
      }
    }

    @Test
    void memoryComesWhenItIsTouchedAndGoesWhenItIsDiscarded() throws IOException {
      try (Reservation reservation = reserve(64 * MIB, 2 * MIB)) {
        MemorySegment memory = reservation.memory();
        assertThat(Proc.residentPages(memory)).isZero();
        memory.fill((byte) -1);
        assertThat(Proc.residentPages(memory)).isEqualTo(64 * MIB / page);
        reservation.discard(page, 32 * MIB);
        assertThat(Proc.residentPages(memory)).isEqualTo(32 * MIB / page);
        reservation.discard(0, 64 * MIB);
        assertThat(Proc.residentPages(memory)).isZero();
        assertThat(isZero(memory)).isTrue();
      }
    }

    @Test
    void populateBacksEveryPageThatTheRangeTouchesAndKeepsContents() throws IOException {
      assertBacks(Reservation::populate);
    }

    @Test
    void withoutTheKernelsHelpPopulateDoesTheSame() throws IOException {
      assertBacks(Reservation::touch);
    }

    private void assertBacks(Call call) throws IOException {
      long byteSize = 64 * MIB + 1;
      try (Reservation reservation = reserve(byteSize, 2 * MIB)) {
        MemorySegment memory = reservation.memory();
        call.on(reservation, 3 * page + 1, 0);
        assertThat(Proc.residentPages(memory)).isZero();

        memory.set(ValueLayout.JAVA_LONG, 40 * MIB, 42);
        // From the last byte of the page before to the first of the page after.
        call.on(reservation, 32 * MIB - 1, 16 * MIB + 2);
        assertThat(Proc.residentPages(memory.asSlice(32 * MIB - page, 16 * MIB + 2 * page)))
            .isEqualTo(16 * MIB / page + 2);

        call.on(reservation, 0, byteSize);
        assertThat(Proc.residentPages(memory)).isEqualTo(64 * MIB / page + 1);
        assertThat(memory.get(ValueLayout.JAVA_LONG, 40 * MIB)).isEqualTo(42);
        memory.set(ValueLayout.JAVA_LONG, 40 * MIB, 0);
        assertThat(isZero(memory)).isTrue();
      }
    }

    @Test
    void preferHugePagesAnswersWhetherTheKernelHasThemAndKeepsContents() throws IOException {
      try (Reservation reservation = reserve(4 * MIB, 2 * MIB)) {
        MemorySegment memory = reservation.memory();
        memory.asSlice(0, MIB).fill((byte) -1);
        boolean taken = reservation.preferHugePages(1, 4 * MIB - 2);
        assertThat(taken)
            .isEqualTo(Files.exists(Path.of("/sys/kernel/mm/transparent_hugepage/enabled")));
        assertThat(Proc.flags(memory).contains("hg")).isEqualTo(taken);
        assertThat(isFilled(memory.asSlice(0, MIB))).isTrue();
        assertThat(isZero(memory.asSlice(MIB))).isTrue();
      }
    }

    @Test
    void lockKeepsPagesInPlaceSoThatDiscardIsRefused() throws IOException {
      try (Reservation reservation = reserve(4 * page, page)) {
        MemorySegment memory = reservation.memory();
        try {
          reservation.lock(page + 1, page);
        } catch (IllegalStateException refusal) {
          abort("this system locks not even two pages: " + refusal.getMessage());
        }
        MemorySegment locked = memory.asSlice(page, 2 * page);
        assertThat(Proc.flags(locked)).contains("lo");
        assertThat(Proc.flags(memory.asSlice(0, page))).doesNotContain("lo");
        assertThat(Proc.residentPages(locked)).isEqualTo(2);

        locked.fill((byte) -1);
        assertThatIllegalStateException()
            .isThrownBy(() -> reservation.discard(page, 2 * page))
            .withMessage(
                "the system refuses to discard %d bytes, EINVAL (22): pages that are locked cannot"
                    + " be given back",
                2 * page);
        assertThat(isFilled(locked)).isTrue();
      }
    }

    @Test
    void lockBeyondTheLimitOfTheProcessNamesTheRemedy() throws Exception {
      List<String> limited =
          new ArrayList<>(List.of("sh", "-c", "ulimit -S -l 64 2>/dev/null; exec \"$@\"", "sh"));
      if (Proc.mayLockAnything()) {
        limited.addAll(List.of("setpriv", "--bounding-set=-ipc_lock", "--"));
      }
      String output =
          ChildJvm.run(limited, LocksAMebibyte.class, "--enable-native-access=ALL-UNNAMED");
      assumeFalse(output.contains("setpriv"), output);
      assumeFalse(output.contains("EPERM"), "this process may not lock anything");
      assertThat(output)
          .isEqualTo(
              """
              the system refuses to lock 1048576 bytes, ENOMEM (12): raise the limit of locked \
              memory (RLIMIT_MEMLOCK, ulimit -l), or lock less
              a byte is locked
              """);
    }

    @Test
    void rangesOutsideTheMemoryAreRefusedWithTheValues() {
      try (Reservation reservation = reserve(page + 1, page)) {
        reservation.memory().fill((byte) -1);
        for (Call call :
            List.<Call>of(
                Reservation::discard,
                Reservation::preferHugePages,
                Reservation::populate,
                Reservation::lock)) {
          assertOutOfBounds(call, reservation, 0, page + 2);
          assertOutOfBounds(call, reservation, page + 2, 0);
          assertOutOfBounds(call, reservation, -1, 1);
          assertOutOfBounds(call, reservation, 0, -1);
          assertOutOfBounds(call, reservation, 1, Long.MAX_VALUE);
        }
        assertThat(isFilled(reservation.memory())).isTrue();
      }
    }

    private void assertOutOfBounds(Call call, Reservation on, long offset, long byteSize) {
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> call.on(on, offset, byteSize))
          .withMessageContainingAll(
              Long.toString(offset), Long.toString(byteSize), Long.toString(page + 1));
    }

    @Test
    void closingEndsEveryUseAndGivesTheAddressesBack() throws IOException {
      Reservation reservation = reserve(64 * GIB, page);
      MemorySegment memory = reservation.memory();
      memory.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
      MemorySegment slice = memory.asSlice(0, 8);
      long before = Proc.addressSpace();
      reservation.close();
      assertThat(before - Proc.addressSpace()).isGreaterThan(48 * GIB);
      reservation.close();

      assertThat(memory.scope().isAlive()).isFalse();
      assertThatIllegalStateException().isThrownBy(() -> slice.get(ValueLayout.JAVA_BYTE, 0));
      assertThatIllegalStateException().isThrownBy(() -> reservation.discard(0, page));
      assertThatIllegalStateException().isThrownBy(() -> reservation.discard(1, 1));
      assertThatIllegalStateException().isThrownBy(() -> reservation.preferHugePages(0, page));
      assertThatIllegalStateException().isThrownBy(() -> reservation.populate(0, page));
      assertThatIllegalStateException().isThrownBy(() -> reservation.touch(0, page));
      assertThatIllegalStateException().isThrownBy(() -> reservation.lock(0, page));
    }

    @Test
    void closingFromAnyThreadIsFine() throws Exception {
      Reservation reservation = reserve(page, page);
      Thread closer = Thread.ofPlatform().start(reservation::close);
      closer.join();
      assertThat(reservation.memory().scope().isAlive()).isFalse();
    }

    @Test
    void closingWhileANativeCallHoldsTheMemoryChangesNothing() throws Throwable {
      Reservation reservation = reserve(page, page);
      MemorySegment memory = reservation.memory();
      memory.set(ValueLayout.JAVA_LONG, 0, 42);
      ClosingComparison comparison = new ClosingComparison(reservation);
      sort(memory, comparison);
      assertThat(comparison.refusal).isInstanceOf(IllegalStateException.class);
      assertThat(memory.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(42);
      reservation.close();
      assertThat(memory.scope().isAlive()).isFalse();
    }

    /// Sorts the first two bytes with the C library's qsort.
    @SuppressWarnings("restricted")
    private static void sort(MemorySegment memory, ClosingComparison comparison) throws Throwable {
      Linker linker = Linker.nativeLinker();
      MethodHandle qsort =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("qsort"),
              FunctionDescriptor.ofVoid(
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.ADDRESS));
      MethodHandle compare =
          MethodHandles.lookup()
              .findVirtual(
                  ClosingComparison.class,
                  "compare",
                  MethodType.methodType(int.class, MemorySegment.class, MemorySegment.class))
              .bindTo(comparison);
      try (Arena arena = Arena.ofConfined()) {
        qsort.invokeExact(
            memory,
            2L,
            1L,
            linker.upcallStub(
                compare,
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS),
                arena));
      }
    }
  }

  /// Closes a reservation from inside a native call.
  private static final class ClosingComparison {
    private final Reservation reservation;
    private @Nullable RuntimeException refusal;

    ClosingComparison(Reservation reservation) {
      this.reservation = reservation;
    }

    @SuppressWarnings("unused") // called from C
    int compare(MemorySegment left, MemorySegment right) {
      try {
        reservation.close();
      } catch (RuntimeException thrown) {
        refusal = thrown;
      }
      return 0;
    }
  }

  /// A call on a range of a reservation.
  private interface Call {
    void on(Reservation reservation, long offset, long byteSize);
  }

  static final class LocksAMebibyte {
    private LocksAMebibyte() {}

    public static void main(String[] args) {
      try (Reservation reservation = Objects.requireNonNull(Reservation.tryReserve(1 << 20, 1))) {
        try {
          reservation.lock(0, 1 << 20);
        } catch (IllegalStateException refusal) {
          System.out.println(refusal.getMessage());
        }
        reservation.lock(1, 1);
        System.out.println("a byte is locked");
      }
    }
  }

  private static Reservation reserve(long byteSize, long byteAlignment) {
    return Objects.requireNonNull(
        Reservation.tryReserve(byteSize, byteAlignment),
        () -> "the system refuses " + byteSize + " bytes of address space");
  }

  private static boolean isZero(MemorySegment memory) {
    return isFilledWith((byte) 0, memory);
  }

  private static boolean isFilled(MemorySegment memory) {
    return isFilledWith((byte) -1, memory);
  }

  private static boolean isFilledWith(byte value, MemorySegment memory) {
    long byteSize = memory.byteSize();
    return memory.get(ValueLayout.JAVA_BYTE, 0) == value
        && memory.asSlice(1).mismatch(memory.asSlice(0, byteSize - 1)) == -1;
  }
}
