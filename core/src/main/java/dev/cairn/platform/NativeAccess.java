package dev.cairn.platform;

/// Whether this JVM lets Cairn's core call restricted methods, and what to say where it does not.
public final class NativeAccess {
  private NativeAccess() {}

  /// Whether this JVM was told to give Cairn's core native access. Asking causes no warning.
  ///
  /// @return whether it was; false where a restricted call would work, but warn first
  public static boolean isGiven() {
    return NativeAccess.class.getModule().isNativeAccessEnabled();
  }

  /// The exact option that gives Cairn's core native access, as it was loaded in this JVM.
  ///
  /// @return `--enable-native-access=` and the module, or `ALL-UNNAMED` on the class path
  public static String option() {
    Module module = NativeAccess.class.getModule();
    return "--enable-native-access=" + (module.isNamed() ? module.getName() : "ALL-UNNAMED");
  }

  /// Turns the JDK's refusal of a restricted call into one that names the remedy.
  ///
  /// @param what what Cairn was about to do
  /// @param refusal the JDK's refusal
  /// @return the exception to throw
  public static IllegalCallerException denied(String what, IllegalCallerException refusal) {
    return new IllegalCallerException(
        what + " needs native access: start the JVM with " + option(), refusal);
  }
}
