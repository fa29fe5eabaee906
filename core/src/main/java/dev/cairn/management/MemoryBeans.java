package dev.cairn.management;

import dev.cairn.telemetry.OpenAllocator;
import dev.cairn.telemetry.OpenAllocators;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

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
  private static final String POOL = "java.nio:type=BufferPool,name=cairn";

  private final MBeanServer server;
  private final Map<OpenAllocator, ObjectName> names = new ConcurrentHashMap<>();
  private final ObjectName pool;
  private final Listener listener = new Listener();

  private MemoryBeans(MBeanServer server) throws JMException {
    this.server = server;
    this.pool = new ObjectName(POOL);
    server.registerMBean(new CairnBufferPool(pool), pool);
    OpenAllocators.tell(listener);
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
    try {
      return new MemoryBeans(ManagementFactory.getPlatformMBeanServer());
    } catch (InstanceAlreadyExistsException registered) {
      throw new IllegalStateException(
          POOL + " is registered: call MemoryBeans.register once, or close the first", registered);
    } catch (JMException refused) {
      throw new IllegalStateException(POOL + " cannot be registered: " + refused, refused);
    }
  }

  /// Takes every bean away. Closing again does nothing.
  @Override
  public void close() {
    OpenAllocators.tellNoMore(listener);
    names.keySet().forEach(listener::closed);
    unregister(pool);
  }

  private void unregister(ObjectName name) {
    try {
      server.unregisterMBean(name);
    } catch (InstanceNotFoundException gone) {
      // Somebody else has taken it away.
    } catch (JMException refused) {
      throw new IllegalStateException(name + " cannot be unregistered: " + refused, refused);
    }
  }

  /// Registers and unregisters as allocators open and close.
  private final class Listener implements OpenAllocators.Listener {
    @Override
    public void opened(OpenAllocator allocator) {
      names.computeIfAbsent(allocator, this::registered);
      if (allocator.stats() == null) {
        // It has closed meanwhile, perhaps before it had a name here.
        closed(allocator);
      }
    }

    @Override
    public void closed(OpenAllocator allocator) {
      ObjectName name = names.remove(allocator);
      if (name != null) {
        unregister(name);
      }
    }

    private ObjectName registered(OpenAllocator allocator) {
      // Heaps may have been given the same name.
      for (int number = 1; ; number++) {
        try {
          ObjectName name = name(allocator.name() + (number == 1 ? "" : "-" + number));
          server.registerMBean(new AllocatorBean(allocator), name);
          return name;
        } catch (InstanceAlreadyExistsException taken) {
          // Then the next number.
        } catch (JMException refused) {
          throw new IllegalStateException("no bean of " + allocator.name(), refused);
        }
      }
    }

    private static ObjectName name(String name) throws JMException {
      boolean isPlain = name.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '-');
      return new ObjectName(
          "dev.cairn:type=Allocator,name=" + (isPlain ? name : ObjectName.quote(name)));
    }
  }
}
