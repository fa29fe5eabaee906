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

/// Where the beans are registered. A class of its own, since [MemoryBeans] has to say what is
/// missing where there is no JMX.
final class Registration {
  private static final String POOL = "java.nio:type=BufferPool,name=cairn";

  private final MBeanServer server;
  private final Map<OpenAllocator, ObjectName> names = new ConcurrentHashMap<>();
  private final ObjectName pool;
  private final Listener listener = new Listener();

  private Registration(MBeanServer server) throws JMException {
    this.server = server;
    this.pool = new ObjectName(POOL);
    server.registerMBean(new CairnBufferPool(pool), pool);
    OpenAllocators.tell(listener);
  }

  static Registration begin() {
    try {
      return new Registration(ManagementFactory.getPlatformMBeanServer());
    } catch (InstanceAlreadyExistsException registered) {
      throw new IllegalStateException(
          POOL + " is registered: call MemoryBeans.register once, or close the first", registered);
    } catch (JMException refused) {
      throw new IllegalStateException(POOL + " cannot be registered: " + refused, refused);
    }
  }

  void end() {
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
