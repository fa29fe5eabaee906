package dev.cairn.management;

/// The beans that show allocators to JMX.
///
/// - `dev.cairn:type=Allocator,name=...`, an [AllocatorMXBean], for each allocator that any thread
///   may use, those that open later included. It goes away when the allocator closes. Confined
///   allocators, regions and stacks have none.
/// - `java.nio:type=BufferPool,name=cairn`, a [java.lang.management.BufferPoolMXBean] as the JDK
///   has for direct and mapped buffers, for all of them together: what draws those draws it, too.
///
/// {@snippet :
/// MemoryBeans.register();
/// }
public final class MemoryBeans implements AutoCloseable {
  private final Registration registration;

  private MemoryBeans(Registration registration) {
    this.registration = registration;
  }

  /// Shows the allocators in the JVM's own server of beans.
  ///
  /// @return the beans; they stay until closed
  /// @throws IllegalStateException if they are registered already
  /// @throws UnsupportedOperationException if this JVM has no `java.management`
  public static MemoryBeans register() {
    Module mine = MemoryBeans.class.getModule();
    if (ModuleLayer.boot().findModule("java.management").filter(mine::canRead).isEmpty()) {
      throw new UnsupportedOperationException(
          "beans need the module java.management, which this JVM has not loaded: start it with"
              + " --add-modules java.management");
    }
    return new MemoryBeans(Registration.begin());
  }

  /// Takes every bean away. Closing again does nothing.
  @Override
  public void close() {
    registration.end();
  }
}
