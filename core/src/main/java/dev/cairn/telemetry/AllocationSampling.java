package dev.cairn.telemetry;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MutableCallSite;

/// The switch of the sampled allocations, and the choice of those that are told.
@SuppressWarnings("ReferenceEquality") // the very same target, as the compiler sees it
public final class AllocationSampling {
  /// How many bytes are allocated per sample, on average, if a recording says nothing else.
  static final long DEFAULT_MEAN_BYTES = 512 * 1024;

  // The compiler takes the target of a call site that is a constant for a constant, too, and throws
  // away what it has compiled when the target changes. So a look at this switch is no instruction
  // while it is off. Nobody calls the targets: which one it is, says it.
  private static final MethodHandle OFF = MethodHandles.constant(String.class, "off");
  private static final MethodHandle ON = MethodHandles.constant(String.class, "on");
  private static final MutableCallSite SWITCH = new MutableCallSite(OFF);

  private static volatile Sampler sampler = new Sampler(DEFAULT_MEAN_BYTES, System.nanoTime());

  private AllocationSampling() {}

  /// Whether allocations are sampled now.
  ///
  /// @return whether [#allocated(String, long, long)] is to be told of each
  public static boolean isOn() {
    return SWITCH.getTarget() != OFF;
  }

  /// Records an allocation, if it is chosen.
  ///
  /// @param allocator the name of the allocator
  /// @param address where the block begins
  /// @param byteSize its size in bytes
  public static void allocated(String allocator, long address, long byteSize) {
    Sampler current = sampler;
    if (current.picks(byteSize)) {
      SampleEvent.commit(allocator, address, byteSize, current.weight(byteSize) * byteSize);
    }
  }

  static void turnOn() {
    turn(ON);
  }

  static void turnOff() {
    turn(OFF);
  }

  /// Sets how many bytes are allocated per sample, on average.
  static void setMeanBytes(long meanBytes) {
    sampler = new Sampler(meanBytes, System.nanoTime());
  }

  private static synchronized void turn(MethodHandle state) {
    if (SWITCH.getTarget() != state) {
      SWITCH.setTarget(state);
      MutableCallSite.syncAll(new MutableCallSite[] {SWITCH});
    }
  }
}
