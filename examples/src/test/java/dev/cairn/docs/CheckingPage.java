package dev.cairn.docs;

import dev.cairn.alloc.Allocator;
import dev.cairn.check.CheckLevel;
import dev.cairn.check.CheckedAllocator;
import dev.cairn.check.CheckedAllocatorBuilder;
import dev.cairn.memory.Heap;
import dev.cairn.memory.HeapBuilder;
import dev.cairn.testkit.junit.NoLeaks;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/// The programs of `docs/guide/15-checking.md`.
final class CheckingPage {
  private CheckingPage() {}

  static void property() {
    System.setProperty(CheckLevel.PROPERTY, "full");
    try {
      property(42);
    } finally {
      System.clearProperty(CheckLevel.PROPERTY);
    }
  }

  private static void property(int value) {
    // @start region="property"
    try (Heap heap = Heap.growable(64 << 20)) {
      MemorySegment block = heap.allocate(ValueLayout.JAVA_INT);
      block.set(ValueLayout.JAVA_INT, 0, value);
      IO.println(heap);
      heap.free(block);
    }
    // @end
  }

  @SuppressWarnings("restricted")
  static void overflow() throws Throwable {
    // @start region="overflow"
    MethodHandle memset =
        Linker.nativeLinker()
            .downcallHandle(
                Linker.nativeLinker().defaultLookup().findOrThrow("memset"),
                FunctionDescriptor.of(
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG));
    try (Heap heap = Heap.builder().checked(CheckLevel.FULL).growable(64 << 20)) {
      MemorySegment block = heap.allocate(40, 8);
      MemorySegment _ = (MemorySegment) memset.invokeExact(block, 0, 41L);
      heap.free(block);
    }
    // @end
  }

  static void afterFree() {
    // @start region="afterFree"
    try (Heap heap = Heap.builder().checked(CheckLevel.FULL).growable(64 << 20)) {
      MemorySegment stale = heap.allocate(40, 8);
      heap.free(stale);
      IO.println(Integer.toHexString(stale.get(ValueLayout.JAVA_INT, 0)));
      IO.println(heap.explain(stale));
      stale.set(ValueLayout.JAVA_INT, 4, 42);
      heap.validate();
    }
    // @end
  }

  static void confined() {
    // @start region="confined"
    CheckedAllocatorBuilder checks = CheckedAllocator.builder().confined();
    try (Heap heap = Heap.builder().checked(checks).growable(64 << 20)) {
      MemorySegment stale = heap.allocate(40, 8);
      heap.free(stale);
      stale.get(ValueLayout.JAVA_INT, 0);
    }
    // @end
  }

  static void explained() {
    CheckedAllocatorBuilder checks = CheckedAllocator.builder().confined();
    try (Heap heap = Heap.builder().checked(checks).growable(64 << 20)) {
      MemorySegment stale = heap.allocate(40, 8);
      heap.free(stale);
      // @start region="explained"
      try {
        stale.get(ValueLayout.JAVA_INT, 0);
      } catch (IllegalStateException closed) {
        throw heap.explained(stale, closed);
      }
      // @end
    }
  }

  static void freedTwice() {
    // @start region="freedTwice"
    try (Heap heap = Heap.builder().checked(CheckLevel.FULL).growable(64 << 20)) {
      MemorySegment block = heap.allocate(40, 8);
      heap.free(block);
      heap.free(block);
    }
    // @end
  }

  static void interior() {
    HeapBuilder checked = Heap.builder().checked(CheckLevel.FULL).onLeak(_ -> {});
    // @start region="interior"
    try (Heap heap = checked.growable(64 << 20)) {
      MemorySegment block = heap.allocate(40, 8);
      heap.free(block.asSlice(17));
    }
    // @end
  }

  static void leaks() {
    // @start region="leaks"
    try (Heap heap =
        Heap.builder()
            .checked(CheckedAllocator.builder().stackDepth(2))
            .onLeak(report -> IO.print(report.text() + report.collapsed()))
            .growable(64 << 20)) {
      for (int i = 0; i < 3; i++) {
        serve(heap);
      }
    }
    // @end
  }

  // @start region="noLeaks"
  @NoLeaks
  static class Serving {
    @Test
    void servesAnOrder() {
      try (Heap heap = Heap.growable(64 << 20)) {
        serve(heap);
      }
    }
  }

  // @end

  // @start region="given"
  @NoLeaks(NoLeaks.Checks.CONFINED)
  static class ServingFromAHeap {
    @Test
    void servesAnOrder(Heap heap) {
      serve(heap);
    }
  }

  // @end

  static void noLeaks() {
    runTests(Serving.class);
  }

  static void given() {
    runTests(ServingFromAHeap.class);
  }

  private static void runTests(Class<?> tests) {
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(tests))
                .build(),
            listener);
    listener.getSummary().getFailures().forEach(each -> IO.println(each.getException()));
  }

  // @start region="serve"
  private static void serve(Allocator heap) {
    heap.allocate(1000, 8).setString(0, "served, and forgotten");
  }
  // @end
}
