package dev.cairn.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.cairn.alloc.InvalidBlockException;
import dev.cairn.alloc.InvalidBlockException.Kind;
import dev.cairn.alloc.MemoryExhaustedException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SystemAllocatorTest {

  @Test
  void useAfterFreeThrowsInsteadOfCorruptingTheHeapOfTheProcess() {
    try (SystemAllocator malloc = SystemAllocator.ofConfined()) {
      MemorySegment block = malloc.allocate(64, 8);
      malloc.free(block);
      assertThatIllegalStateException().isThrownBy(() -> block.fill((byte) -1));
      assertThatIllegalStateException().isThrownBy(() -> block.get(ValueLayout.JAVA_LONG, 0));
    }
  }

  @Test
  void largeBlocksThatTheLibraryUnmapsCannotBeTouchedAfterFree() {
    try (SystemAllocator malloc = SystemAllocator.ofShared()) {
      MemorySegment block = malloc.allocate(64L << 20, 8);
      block.set(ValueLayout.JAVA_LONG, 0, 42);
      malloc.free(block);
      assertThatIllegalStateException().isThrownBy(() -> block.get(ValueLayout.JAVA_LONG, 0));
    }
  }

  @Test
  void whatIsNotALiveBlockIsRefusedForWhatItIs() {
    try (SystemAllocator malloc = SystemAllocator.ofConfined();
        Arena arena = Arena.ofConfined()) {
      MemorySegment freed = malloc.allocate(64, 8);
      MemorySegment live = malloc.allocate(64, 8);
      malloc.free(freed);
      assertKind(Kind.NOT_LIVE, () -> malloc.free(freed));
      assertKind(Kind.INTERIOR, () -> malloc.free(live.asSlice(16)));
      assertKind(Kind.WRONG_SIZE, () -> malloc.free(live.asSlice(0, 32)));
      assertKind(Kind.NOT_LIVE, () -> malloc.free(arena.allocate(64, 8)));
      assertKind(Kind.FOREIGN, () -> malloc.free(MemorySegment.ofArray(new byte[64])));
      assertKind(Kind.FOREIGN, () -> malloc.free(MemorySegment.ofAddress(live.address())));
      assertKind(Kind.NULL, () -> malloc.free(MemorySegment.NULL));
      assertThat(malloc.stats().liveBlocks()).isEqualTo(1);
      malloc.free(live);
    }
  }

  @Test
  void aFailureOfTheLibrarySaysWhatWasAsked() {
    try (SystemAllocator malloc = SystemAllocator.ofConfined()) {
      long absurd = Long.MAX_VALUE - 4096;
      assertThatThrownBy(() -> malloc.allocate(absurd, 16))
          .isInstanceOf(MemoryExhaustedException.class)
          .hasMessageContainingAll(absurd + " bytes", "aligned to 16", "libc", "null");
      assertThatThrownBy(() -> malloc.allocateZeroed(absurd, 16))
          .isInstanceOf(MemoryExhaustedException.class);
      assertThat(malloc.tryAllocate(absurd, 4096)).isNull();
      assertThat(malloc.stats().failures()).isEqualTo(3);
    }
  }

  @Test
  void aFailedReallocateLeavesTheBlockAsItWas() {
    try (SystemAllocator malloc = SystemAllocator.ofConfined()) {
      MemorySegment block = malloc.allocateFrom(ValueLayout.JAVA_LONG, 42);
      assertThatThrownBy(() -> malloc.reallocate(block, Long.MAX_VALUE - 4096, 8))
          .isInstanceOf(MemoryExhaustedException.class);
      assertThat(block.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(42);
      malloc.free(block);
    }
  }

  @Test
  void aConfinedOneRefusesOtherThreads() throws Exception {
    try (SystemAllocator malloc = SystemAllocator.ofConfined();
        var executor = Executors.newSingleThreadExecutor()) {
      MemorySegment block = malloc.allocate(8, 8);
      executor
          .submit(
              () -> {
                assertThatThrownBy(() -> malloc.allocate(8, 8))
                    .isInstanceOf(WrongThreadException.class)
                    .hasMessageContaining("shared");
                assertThatThrownBy(() -> malloc.free(block))
                    .isInstanceOf(WrongThreadException.class);
              })
          .get();
      malloc.free(block);
    }
  }

  @Test
  void aSharedOneTakesBlocksBackFromAnyThreadExactlyOnce() throws Exception {
    try (SystemAllocator malloc = SystemAllocator.ofShared();
        var executor = Executors.newFixedThreadPool(4)) {
      for (int round = 0; round < 200; round++) {
        MemorySegment block = malloc.allocate(64, 8);
        var freeing =
            executor.invokeAll(
                Collections.<Callable<Integer>>nCopies(
                    4,
                    () -> {
                      try {
                        malloc.free(block);
                        return 1;
                      } catch (InvalidBlockException _) {
                        return 0;
                      }
                    }));
        int freed = 0;
        for (var result : freeing) {
          freed += result.get();
        }
        assertThat(freed).isEqualTo(1);
      }
      assertThat(malloc.stats().liveBlocks()).isZero();
      assertThat(malloc.stats().liveBytes()).isZero();
    }
  }

  @Test
  void measuringABlockThatIsBeingFreedNeverReachesTheLibrary() throws Exception {
    try (SystemAllocator malloc = SystemAllocator.ofShared();
        var executor = Executors.newFixedThreadPool(2)) {
      AtomicReference<MemorySegment> current = new AtomicReference<>(malloc.allocate(8, 8));
      AtomicBoolean done = new AtomicBoolean();
      Callable<Integer> measuring =
          () -> {
            int refused = 0;
            while (!done.get()) {
              try {
                malloc.usableSize(current.get());
                malloc.resize(current.get(), 64L << 20);
              } catch (InvalidBlockException _) {
                refused++;
              }
            }
            return refused;
          };
      var results = List.of(executor.submit(measuring), executor.submit(measuring));
      for (int i = 0; i < 2_000; i++) {
        MemorySegment large = malloc.allocate(1 << 20, 16);
        malloc.free(current.getAndSet(large));
      }
      done.set(true);
      for (var result : results) {
        assertThat(result.get()).isNotNegative();
      }
      malloc.free(current.get());
      assertThat(malloc.stats().liveBlocks()).isZero();
    }
  }

  @Test
  void reallocatingABlockThatIsBeingFreedLosesNothing() throws Exception {
    try (SystemAllocator malloc = SystemAllocator.ofShared();
        var executor = Executors.newSingleThreadExecutor()) {
      for (int i = 0; i < 300; i++) {
        MemorySegment block = malloc.allocate(64, 8);
        var moved =
            executor.submit(
                () -> {
                  try {
                    malloc.free(malloc.reallocate(block, 100_000, 8));
                  } catch (InvalidBlockException | IllegalStateException _) {
                    // The other thread was first.
                  }
                });
        try {
          malloc.free(block);
        } catch (InvalidBlockException | IllegalStateException _) {
          // The other thread was first, or is copying: then it frees the block.
        }
        moved.get();
        assertThat(malloc.stats().liveBlocks()).isZero();
      }
    }
  }

  @Test
  void closingFreesWhatIsLive() {
    SystemAllocator malloc = SystemAllocator.ofConfined();
    MemorySegment block = malloc.allocate(64, 64);
    malloc.close();
    malloc.close();
    assertThatIllegalStateException().isThrownBy(() -> block.get(ValueLayout.JAVA_LONG, 0));
    assertThat(malloc.stats().liveBlocks()).isZero();
    assertThat(malloc.stats().frees()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jemalloc", "mimalloc", "tcmalloc"})
  void otherLibrariesServeThroughTheSameClass(String library) {
    try (SystemAllocator malloc = open(library)) {
      MemorySegment small = malloc.allocateZeroed(100, 16);
      MemorySegment aligned = malloc.allocate(1000, 4096);
      assertThat(small.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
      assertThat(aligned.address() % 4096).isZero();
      assertThat(malloc.usableSize(small)).isGreaterThanOrEqualTo(100);
      malloc.free(small);
      malloc.free(malloc.reallocate(aligned, 100_000, 16));
      assertThat(malloc.toString()).contains(library);
    }
  }

  @Test
  void aLibraryThatIsNotThereIsNamedWithTheRemedy() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SystemAllocator.ofConfined("nosuchmalloc"))
        .withMessageContainingAll("nosuchmalloc", "install it", "path");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SystemAllocator.ofConfined("/no/such/libmalloc.so"))
        .withMessageContaining("/no/such/libmalloc.so");
  }

  @Test
  void aLibraryWithoutAMallocOfItsOwnIsRefused() {
    // The maths library depends on the C library, whose malloc must not be taken for its own.
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SystemAllocator.ofConfined("libm.so.6"))
        .withMessageContaining("libm.so.6");
  }

  @Test
  void whatALibraryLacksIsNotTakenFromTheOnesItDependsOn(@TempDir Path folder) throws Exception {
    Path source =
        Files.writeString(
            folder.resolve("half.c"),
            """
            static char memory[65536] __attribute__((aligned(16)));
            static unsigned long used;
            void *malloc(unsigned long size) { void *p = memory + used; used += (size + 15) & ~15ul; return p; }
            void free(void *p) { if ((char *) p < memory || (char *) p >= memory + 65536) __builtin_trap(); }
            """);
    Path library = folder.resolve("libhalf.so");
    compile("-shared", "-fPIC", "-fno-builtin", "-o", library.toString(), source.toString());
    try (SystemAllocator malloc = SystemAllocator.ofConfined(library.toString())) {
      MemorySegment block = malloc.allocate(40, 8);
      assertThat(malloc.usableSize(block)).isEqualTo(40);
      assertThatThrownBy(() -> malloc.allocateZeroed(1024, 8))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContainingAll("libhalf.so", "calloc");
      malloc.free(block);
    }
  }

  private static void compile(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("cc"));
    command.addAll(List.of(arguments));
    try {
      Process compiler = new ProcessBuilder(command).inheritIO().start();
      assertThat(compiler.waitFor()).isZero();
    } catch (IOException missing) {
      abort("no C compiler: " + missing);
    }
  }

  private static SystemAllocator open(String library) {
    try {
      return SystemAllocator.ofConfined(library);
    } catch (IllegalArgumentException missing) {
      return abort(library + " is not installed: " + missing);
    }
  }

  private static void assertKind(Kind kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            InvalidBlockException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }
}
