package dev.cairn.trace;

import dev.cairn.trace.ReplayProgress.Pass;
import java.util.Arrays;
import org.HdrHistogram.Histogram;

/// Asks of an allocator what a recorded program asked of its own.
///
/// A replay makes four passes, each with a fresh allocator but for the last two:
///
/// 1. *Verify*: every block is filled with a pattern, and must have kept it when it is reallocated
///    or freed. What goes wrong is counted, not thrown.
/// 2. *Footprint*: how much memory the allocator takes.
/// 3. *Time*: the trace is replayed until the JVM has compiled it, then in several runs, of which
///    the median counts. One byte in each page of a block is written to, as a program would. Blocks
///    that the program never freed are freed between rounds, outside the measured time.
/// 4. *Latency*: each operation is timed by itself, without the writes.
///
/// One thread replays the operations of all threads of the trace, in their order.
///
/// The JVM compiles a replay for the allocators it has seen, so the speed of a second allocator in
/// the same JVM is not comparable with that of the first. [ForkedReplay] gives each a JVM of its
/// own: use it for figures that will be compared.
public final class Replay {
  private static final int CLOCK_SAMPLES = 10_001;

  private final Trace trace;
  private final Contestant.Factory factory;
  private final ReplayPlan plan;
  private final ReplayProgress progress;
  private final Script script;

  private Replay(
      Trace trace, Contestant.Factory factory, ReplayPlan plan, ReplayProgress progress) {
    this.trace = trace;
    this.factory = factory;
    this.plan = plan;
    this.progress = progress;
    this.script = new Script(trace, plan.byteLimit());
  }

  /// Replays a trace in this JVM.
  ///
  /// @param trace the trace
  /// @param factory the allocator, as [Contestants#named(String)] gives it
  /// @param plan how thoroughly to measure
  /// @param progress who wants to know how far it is
  /// @return what it has shown
  /// @throws IllegalArgumentException if the allocator is a native library that is missing
  /// @throws IllegalCallerException if the allocator needs native access, which this JVM does not
  ///     give
  public static ReplayResult run(
      Trace trace, Contestant.Factory factory, ReplayPlan plan, ReplayProgress progress) {
    return new Replay(trace, factory, plan, progress).run();
  }

  /// How long it takes to look at the clock twice in a row: the part of every latency that is not
  /// the allocator's.
  ///
  /// @return the median of many measurements, in nanoseconds
  public static long clockNanos() {
    long[] samples = new long[CLOCK_SAMPLES];
    // The first rounds are for the JVM to compile it.
    for (int round = 0; round < 10; round++) {
      for (int i = 0; i < CLOCK_SAMPLES; i++) {
        long start = System.nanoTime();
        samples[i] = System.nanoTime() - start;
      }
    }
    Arrays.sort(samples);
    return samples[CLOCK_SAMPLES / 2];
  }

  private ReplayResult run() {
    VerifyingPass verified = verify();
    long footprint = 0;
    double mopsPerSecond = 0;
    Histogram latencies = new Histogram(1);
    if (verified.wrong() == 0) {
      footprint = footprint();
      try (Contestant contestant = open()) {
        TimedPass timed = new TimedPass(script, contestant);
        mopsPerSecond = mopsPerSecond(timed);
        latencies = timed.latencies(plan.latencyOperations(), new Meter(progress, Pass.LATENCY));
      }
      progress.at(Pass.LATENCY, 1);
    }
    return new ReplayResult(
        trace.name(),
        factory.name(),
        trace.operations(),
        script.leftOut + verified.refused() + verified.wrong(),
        mopsPerSecond,
        script.peakLiveBytes,
        footprint,
        footprint == 0 ? 0 : (double) script.peakLiveBytes / footprint,
        latencies.getValueAtPercentile(50),
        latencies.getValueAtPercentile(99),
        latencies.getValueAtPercentile(99.9),
        latencies.getMaxValue());
  }

  private VerifyingPass verify() {
    try (Contestant contestant = open()) {
      VerifyingPass pass = new VerifyingPass(script, contestant);
      pass.run(new Meter(progress, Pass.VERIFY));
      return pass;
    }
  }

  private long footprint() {
    try (Contestant contestant = open()) {
      return new FootprintPass(script, contestant).run(new Meter(progress, Pass.FOOTPRINT));
    }
  }

  private double mopsPerSecond(TimedPass timed) {
    double _ = timed.run(plan.warmUp().toNanos(), new Meter(progress, Pass.WARM_UP));
    Meter untold = new Meter(ReplayProgress.NONE, Pass.TIME);
    Meter meter = new Meter(progress, Pass.TIME);
    double[] nanosPerRound = new double[plan.runs()];
    for (int run = 0; run < plan.runs(); run++) {
      meter.at(run, plan.runs());
      nanosPerRound[run] = timed.run(plan.runTime().toNanos(), untold);
    }
    Arrays.sort(nanosPerRound);
    double median = nanosPerRound[plan.runs() / 2];
    return median == 0 ? 0 : script.operations / median * 1e3;
  }

  private Contestant open() {
    return factory.open(script.slots, plan.byteLimit());
  }
}
