package dev.cairn.docs;

import dev.cairn.management.AllocatorMXBean;
import dev.cairn.management.MemoryBeans;
import dev.cairn.memory.Heap;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/// The programs of `docs/guide/16-telemetry.md`.
final class TelemetryPage {
  private TelemetryPage() {}

  static void recorded() throws Exception {
    Path file = Files.createTempFile("cairn", ".jfr");
    // @start region="recorded"
    try (Recording recording = new Recording();
        Heap heap = Heap.builder().named("orders").fixed(64 * 1024)) {
      recording.enable("dev.cairn.AllocationFailure");
      recording.start();
      MemorySegment missing = heap.tryAllocate(100_000, 8);
      recording.stop();
      recording.dump(file);
      for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
        IO.println(
            "%s: %s has no %d bytes, of %d"
                .formatted(
                    event.getEventType().getLabel(),
                    event.getString("allocator"),
                    event.getLong("byteSize"),
                    event.getLong("limitBytes")));
      }
      IO.println(missing);
    }
    // @end
    Files.delete(file);
  }

  static void beans() throws Exception {
    // @start region="beans"
    try (MemoryBeans _ = MemoryBeans.register();
        Heap heap = Heap.builder().named("orders").fixed(64 * 1024)) {
      MemorySegment order = heap.allocate(1000, 8);
      MBeanServer server = ManagementFactory.getPlatformMBeanServer();
      ObjectName name = new ObjectName("dev.cairn:type=Allocator,name=orders");
      AllocatorMXBean bean = JMX.newMXBeanProxy(server, name, AllocatorMXBean.class);
      IO.println(bean.getLiveBytes() + " of " + bean.getLimitBytes() + " bytes are live");
      heap.free(order);
    }
    // @end
  }
}
