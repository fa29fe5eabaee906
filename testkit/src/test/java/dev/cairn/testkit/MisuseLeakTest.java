package dev.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.alloc.Allocator;
import dev.cairn.check.CheckedAllocator;
import dev.cairn.check.Leak;
import dev.cairn.check.LeakReport;
import dev.cairn.check.LeakWatch;
import dev.cairn.memory.Heap;
import dev.cairn.memory.RealtimeHeap;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Blocks that nobody frees: found when the allocator closes, or the JVM exits, also where owners
/// keep each other.
class MisuseLeakTest {
  @Test
  void aHeapReportsAtCloseWhatIsLive() {
    List<LeakReport> told = new ArrayList<>();
    for (Allocator heap :
        List.of(
            Heap.builder().onLeak(told::add).fixed(8 << 20),
            Heap.builder().onLeak(told::add).growable(8 << 20),
            Heap.builder().onLeak(told::add).growable(1 << 20),
            RealtimeHeap.confined(1 << 20).onLeak(told::add))) {
      told.clear();
      heap.free(heap.allocate(100, 8));
      assertThat(heap.allocate(40, 8).byteSize()).isEqualTo(40);
      assertThat(heap.allocate(40, 8).byteSize()).isEqualTo(40);
      heap.close();
      assertThat(told).as("%s", heap).hasSize(1);
      assertThat(told.getFirst().blocks()).isEqualTo(2);
      heap.close();
      assertThat(told).hasSize(1);
    }
  }

  @Test
  void aWatchedAndACheckedAllocatorReportWhoAllocatedIt() {
    for (MisuseSubject subject : MisuseSubject.values()) {
      if (subject.promises(MisuseSubject.Promise.BLOCKS_STAY)) {
        continue;
      }
      List<Leak> leaks = new ArrayList<>();
      LeakWatch watch = LeakWatch.over(open(subject), leaks::add);
      forget(watch);
      watch.close();
      assertForgotten(leaks);

      List<LeakReport> reports = new ArrayList<>();
      CheckedAllocator checked =
          CheckedAllocator.builder().onLeak(reports::add).over(open(subject));
      forget(checked);
      checked.close();
      assertThat(reports).hasSize(1);
      assertForgotten(reports.getFirst().leaks());
    }
  }

  @Test
  void ownersThatKeepEachOtherAreReported() {
    List<LeakReport> reports = new ArrayList<>();
    CheckedAllocator heap =
        CheckedAllocator.builder().onLeak(reports::add).over(Heap.growable(1 << 20));
    Ring.forget(heap);
    assertThat(heap.leaks().blocks()).isEqualTo(1);
    heap.validate();
    heap.close();
    assertThat(reports).hasSize(1);
    assertThat(reports.getFirst().text()).contains("Ring.forget(Ring.java:");
  }

  @Test
  void whatIsLiveAtExitIsReportedAndTheJvmEndsAsItShould() throws Exception {
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Exits.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(program.waitFor()).as(output).isZero();
    assertThat(output)
        .contains("was not closed before the exit, and has live blocks")
        .contains("1 block of 40 bytes, allocated at MisuseLeakTest.forget(MisuseLeakTest.java:")
        .contains("Ring.forget(Ring.java:");
  }

  /// Exits with a block that nobody has freed, and an owner that keeps itself.
  static final class Exits {
    private Exits() {}

    public static void main(String[] args) {
      CheckedAllocator heap =
          CheckedAllocator.builder().reportingAtExit().over(Heap.growable(1 << 20));
      forget(heap);
      Ring.forget(heap);
    }
  }

  private static void forget(Allocator allocator) {
    assertThat(allocator.allocate(40, 1).byteSize()).isEqualTo(40);
  }

  private static void assertForgotten(List<Leak> leaks) {
    assertThat(leaks).hasSize(1);
    assertThat(leaks.getFirst().blocks()).isEqualTo(1);
    assertThat(leaks.getFirst().bytes()).isEqualTo(40);
    assertThat(leaks.getFirst().stack().getFirst().getMethodName()).isEqualTo("forget");
  }

  private static Allocator open(MisuseSubject subject) {
    return subject.openOver(subject.openBelow(MemorySegment.NULL));
  }
}
