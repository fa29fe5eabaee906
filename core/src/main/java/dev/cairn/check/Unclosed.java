package dev.cairn.check;

import java.lang.ref.Cleaner;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A checked allocator that is to report what is live if nobody closes it: when the JVM exits, or
/// before, when the collector finds that nobody can close it any more.
///
/// It keeps what is known of the leaks, and not the allocator.
final class Unclosed {
  private static final Set<Unclosed> OPEN = ConcurrentHashMap.newKeySet();
  private static final Cleaner CLEANER = Cleaner.create();

  static {
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(Unclosed::reportAll, "Cairn's leaks"));
    } catch (IllegalStateException exiting) {
      // Whoever opens an allocator only now is not told at exit.
    }
  }

  private final LeakLedger ledger;
  private final @Nullable Consumer<LeakReport> listener;

  private Unclosed(LeakLedger ledger, @Nullable Consumer<LeakReport> listener) {
    this.ledger = ledger;
    this.listener = listener;
  }

  /// Begins to watch over an allocator.
  ///
  /// @param ledger what is known of its leaks, without a way to itself
  /// @param listener is told of them; null for [System#err]
  static Unclosed watch(
      CheckedAllocator allocator, LeakLedger ledger, @Nullable Consumer<LeakReport> listener) {
    Unclosed watched = new Unclosed(ledger, listener);
    OPEN.add(watched);
    var _ =
        CLEANER.register(
            allocator,
            () -> watched.report(" was never closed, and nobody can now; it has live blocks:\n"));
    return watched;
  }

  /// Ends the watch: the allocator has closed.
  void closed() {
    OPEN.remove(this);
  }

  private static void reportAll() {
    OPEN.forEach(each -> each.report(" was not closed before the exit, and has live blocks:\n"));
  }

  private void report(String what) {
    if (!OPEN.remove(this)) {
      return;
    }
    LeakReport report = ledger.leaks();
    if (report.isEmpty()) {
      return;
    }
    if (listener != null) {
      listener.accept(report);
    } else {
      // Loggers may be gone when the JVM exits.
      System.err.print(ledger.below() + what + report.text());
    }
  }
}
