package dev.cairn.telemetry;

import dev.cairn.alloc.Allocator;
import dev.cairn.alloc.ClassStats;
import dev.cairn.platform.FlightRecording;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What allocators tell the flight recorder as it happens. Where nothing is recorded, each of these
/// is a look at one variable.
public final class Telemetry {
  private Telemetry() {}

  /// Tells that a request was refused, for there was no room.
  ///
  /// @param allocator who has refused it
  /// @param listed its place on the list of those that are open; null if it is not on it
  /// @param byteSize the size that was asked for
  /// @param byteAlignment the alignment that was asked for
  public static void failed(
      Allocator allocator, @Nullable OpenAllocator listed, long byteSize, long byteAlignment) {
    if (FlightRecording.isOn()) {
      FailureEvent.commit(allocator, listed, byteSize, byteAlignment);
    }
  }

  /// Tells that a frame has refused a request, for its stack had no room.
  ///
  /// @param byteSize the size that was asked for
  /// @param byteAlignment the alignment that was asked for
  /// @param stackBytes the size of the stack
  /// @param freeBytes what is left of it
  public static void failedOnStack(
      long byteSize, long byteAlignment, long stackBytes, long freeBytes) {
    if (FlightRecording.isOn()) {
      FailureEvent.commitOnStack(byteSize, byteAlignment, stackBytes, freeBytes);
    }
  }

  /// Tells which blocks were live when their allocator closed.
  ///
  /// @param allocator its name
  /// @param live the blocks, by size class
  public static void leaked(String allocator, List<ClassStats> live) {
    live.forEach(each -> leaked(allocator, each.liveBlocks(), each.liveBytes(), null));
  }

  /// Tells of blocks that were live when their allocator closed.
  ///
  /// @param allocator its name
  /// @param blocks how many
  /// @param bytes how many bytes they have together
  /// @param place what allocated them, or null
  public static void leaked(String allocator, long blocks, long bytes, @Nullable String place) {
    if (FlightRecording.isOn()) {
      new LeakEvent(allocator, blocks, bytes, place).commit();
    }
  }

  /// Tells that a heap has taken addresses from the system.
  ///
  /// @param allocator its name
  /// @param address where they begin
  /// @param byteSize how many there are
  public static void reserved(String allocator, long address, long byteSize) {
    if (FlightRecording.isOn()) {
      new ReservedEvent(allocator, address, byteSize).commit();
    }
  }

  /// Tells that a heap has given memory back to the system, but not its addresses.
  ///
  /// @param allocator its name
  /// @param address where the range begins in which the memory lies
  /// @param byteSize how much memory it was; of none nothing is told
  public static void discarded(String allocator, long address, long byteSize) {
    if (byteSize > 0 && FlightRecording.isOn()) {
      new ReturnedEvent(allocator, address, byteSize, false).commit();
    }
  }

  /// Tells that a heap has given memory and its addresses back to the system.
  ///
  /// @param allocator its name
  /// @param address where the range begins
  /// @param byteSize how much memory of it was in place
  public static void released(String allocator, long address, long byteSize) {
    if (FlightRecording.isOn()) {
      new ReturnedEvent(allocator, address, byteSize, true).commit();
    }
  }
}
