package dev.cairn.own;

import dev.cairn.alloc.Allocator;
import java.lang.StackWalker.StackFrame;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Tells of owners that were never closed, when the garbage collector finds them.
///
/// A listener is told of each. Unless the program [sets another][#onLost(Consumer)], it
/// [logs a warning][#log(LostOwner)]. Owners whose memory has ended with their allocator are not
/// told of: their memory is not lost, and a heap says itself what was live when it closed.
///
/// What is watched is set by the program, or by system properties, which are read once:
///
/// | property | values | if not given |
/// |---|---|---|
/// | `dev.cairn.own.lost` | `off`, `sampled`, `full`, see [Watched] | `sampled` |
/// | `dev.cairn.own.places` | `true`: who made them is [recorded][Places#RECORDED] | `false` |
/// | `dev.cairn.own.reclaim` | `true`: the log [reclaims][LostOwner#reclaim()] as well | `false` |
///
/// ## Cost
///
/// An owner that is not watched costs a random number, about a nanosecond, when it is made. One
/// that is watched costs about 150 bytes on the Java heap, and some work to the collector;
/// recording its place some microseconds, and about 100 bytes for each call. One that was closed
/// leaves nothing behind.
///
/// ## Threads
///
/// Any thread may call these methods. The listener runs in a thread of its own, one call at a time.
public final class LostOwners {
  /// How many calls a [place][LostOwner#place()] has at most.
  public static final int PLACE_DEPTH = 32;

  /// Which owners are watched.
  public enum Watched {
    /// None.
    OFF(0),
    /// One in 128, chosen at random: whatever is forgotten again and again is noticed.
    SAMPLED(CHANCES / 128),
    /// All.
    FULL(CHANCES);

    private final int chances;

    Watched(int chances) {
      this.chances = chances;
    }
  }

  /// Whether it is remembered who made an owner.
  public enum Places {
    /// It is not.
    OMITTED,
    /// The calls are kept that were under way.
    RECORDED
  }

  private static final int CHANCE_BITS = 24;
  private static final int CHANCES = 1 << CHANCE_BITS;

  private static final String PREFIX = "dev.cairn.own.";
  private static final boolean LOG_RECLAIMS =
      property("reclaim", false, Map.of("true", true, "false", false));
  private static final StackWalker WALKER =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  // These two are read whenever an owner is made: a thread may see a change late.
  private static int chances =
      property(
              "lost",
              Watched.SAMPLED,
              Map.of("off", Watched.OFF, "sampled", Watched.SAMPLED, "full", Watched.FULL))
          .chances;
  private static Places places =
      property("places", Places.OMITTED, Map.of("true", Places.RECORDED, "false", Places.OMITTED));
  private static volatile Consumer<? super LostOwner> listener = LostOwners::log;

  private static final AtomicLong WARNED_NANOS =
      new AtomicLong(System.nanoTime() - TimeUnit.SECONDS.toNanos(1));
  private static final AtomicLong UNTOLD = new AtomicLong();

  /// The thread that waits for the collector. It begins when the first owner is watched.
  private static final class Reporter {
    static {
      Thread.ofPlatform()
          .daemon()
          .name(LostOwners.class.getName())
          .inheritInheritableThreadLocals(false)
          .start(LostOwners::report)
          .setContextClassLoader(null);
    }

    private Reporter() {}

    /// Sees to it that the thread has begun.
    static void begin() {}
  }

  private LostOwners() {}

  /// Sets what is watched of the owners that are made from now on.
  ///
  /// @param watched which owners
  /// @param places whether to remember who made them
  public static void watch(Watched watched, Places places) {
    LostOwners.places = places;
    LostOwners.chances = watched.chances;
  }

  /// Sets who is told of lost owners. What it throws is logged.
  ///
  /// @param listener is given each, in a thread of its own
  public static void onLost(Consumer<? super LostOwner> listener) {
    LostOwners.listener = listener;
  }

  /// Logs a warning: the listener as long as no other is set.
  ///
  /// There is one warning a second at most, which says how many owners had none since the last.
  ///
  /// With the system property `dev.cairn.own.reclaim=true` it reclaims the block, too, and logs if
  /// that is refused.
  ///
  /// @param lost the owner
  public static void log(LostOwner lost) {
    long now = System.nanoTime();
    long last = WARNED_NANOS.get();
    if (now - last >= TimeUnit.SECONDS.toNanos(1) && WARNED_NANOS.compareAndSet(last, now)) {
      warn(text(lost, UNTOLD.getAndSet(0)), null);
    } else {
      UNTOLD.incrementAndGet();
    }
    if (LOG_RECLAIMS) {
      try {
        lost.reclaim();
      } catch (IllegalStateException | WrongThreadException refused) {
        warn("the block of a lost owner stays lost", refused);
      }
    }
  }

  private static String text(LostOwner lost, long others) {
    return "an owner was never closed"
        + (others == 0 ? "" : ", and " + others + " others since the last warning")
        + (lost.place().isEmpty()
            ? "; close it, or start the JVM with -Ddev.cairn.own.places=true to see who made it: "
            : ": ")
        + lost;
  }

  /// Whether to watch the owner that is made now.
  static boolean chooses() {
    return chances != 0 && ThreadLocalRandom.current().nextInt() >>> (32 - CHANCE_BITS) < chances;
  }

  /// Begins to watch an owner.
  static Watch watch(Class<? extends Owner> type, Allocator allocator, MemorySegment block) {
    Reporter.begin();
    List<StackTraceElement> place = places == Places.RECORDED ? place() : List.of();
    return new Watch(new LostOwner(type, allocator, block, place));
  }

  private static List<StackTraceElement> place() {
    return WALKER.walk(
        calls ->
            calls
                .dropWhile(call -> isOwner(call.getDeclaringClass()))
                .limit(PLACE_DEPTH)
                .map(StackFrame::toStackTraceElement)
                .toList());
  }

  private static boolean isOwner(Class<?> type) {
    return type == LostOwners.class || Owner.class.isAssignableFrom(type);
  }

  private static void report() {
    while (true) {
      try {
        LostOwner lost = Watch.nextLost();
        if (lost.isAllocated()) {
          listener.accept(lost);
        }
      } catch (Throwable failure) {
        // One report that fails does not keep the others from being made.
        warn("a lost owner could not be reported", failure);
      }
    }
  }

  // The logger is looked up when there is something to say, as that may load much.
  private static void warn(String text, @Nullable Throwable cause) {
    System.getLogger(LostOwners.class.getName()).log(Level.WARNING, text, cause);
  }

  private static <V> V property(String name, V otherwise, Map<String, V> values) {
    String text = System.getProperty(PREFIX + name);
    if (text == null) {
      return otherwise;
    }
    V value = values.get(text);
    if (value == null) {
      throw new IllegalArgumentException(
          PREFIX + name + "=" + text + ": it is one of " + new TreeSet<>(values.keySet()));
    }
    return value;
  }
}
