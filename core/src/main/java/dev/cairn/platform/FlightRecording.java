package dev.cairn.platform;

import jdk.jfr.FlightRecorder;

/// The flight recorder of this JVM, where there is one: a runtime image may be without it.
///
/// To load a class of an event costs hundreds of milliseconds in a JVM that records nothing. So
/// none is loaded before somebody has asked [#isOn()].
public final class FlightRecording {
  private static final boolean IS_AVAILABLE = isReadable();

  private FlightRecording() {}

  private static boolean isReadable() {
    Module mine = FlightRecording.class.getModule();
    return ModuleLayer.boot().findModule("jdk.jfr").filter(mine::canRead).isPresent();
  }

  /// Whether this JVM has a flight recorder.
  ///
  /// @return whether the classes of `jdk.jfr` can be used
  public static boolean isAvailable() {
    return IS_AVAILABLE;
  }

  /// Whether something was ever recorded in this JVM, and so may be now.
  ///
  /// @return whether classes of events may be loaded
  public static boolean isOn() {
    return IS_AVAILABLE && FlightRecorder.isInitialized();
  }

  /// Records that a call was refused, or that damage was found.
  ///
  /// @param kind what was wrong
  /// @param address where
  /// @param message what was thrown says
  public static void misuse(Enum<?> kind, long address, String message) {
    if (isOn()) {
      new MisuseEvent(kind.name(), address, message).commit();
    }
  }
}
