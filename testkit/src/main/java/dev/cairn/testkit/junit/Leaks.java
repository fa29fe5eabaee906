package dev.cairn.testkit.junit;

import dev.cairn.check.Leak;
import dev.cairn.check.LeakReport;
import dev.cairn.check.LeakyHeap;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// The failure of a test that leaks.
final class Leaks {
  private Leaks() {}

  /// The leaks as an error: what has leaked as its message, and the calls that allocated the most
  /// of it as its stack trace, or else those that opened the first heap.
  static AssertionError of(List<LeakyHeap> heaps) {
    List<LeakyHeap> shown = heaps.stream().map(Leaks::ofProgram).toList();
    long blocks = shown.stream().mapToLong(heap -> heap.report().blocks()).sum();
    long bytes = shown.stream().mapToLong(heap -> heap.report().bytes()).sum();
    String remedy =
        blocks == 0
            ? "close each heap before the test ends"
            : "free each block, or allocate it in an arena, and close each heap before the test"
                + " ends";
    AssertionError error =
        new AssertionError(
            (blocks == 0
                    ? "a heap was never closed"
                    : (blocks == 1 ? "1 block" : blocks + " blocks")
                        + " leaked, "
                        + bytes
                        + " bytes")
                + ": "
                + remedy
                + "\n"
                + shown.stream()
                    .map(LeakyHeap::text)
                    .collect(Collectors.joining())
                    .stripTrailing());
    List<StackTraceElement> place =
        shown.stream()
            .flatMap(heap -> heap.report().leaks().stream())
            .max(Comparator.comparingLong(Leak::bytes))
            .map(Leak::stack)
            .orElseGet(() -> shown.getFirst().opened());
    error.setStackTrace(place.toArray(StackTraceElement[]::new));
    return error;
  }

  /// A heap without the calls of JUnit.
  private static LeakyHeap ofProgram(LeakyHeap heap) {
    LeakReport report = heap.report();
    boolean isGiven = heap.opened().getFirst().getClassName().equals(TestHeaps.class.getName());
    return new LeakyHeap(
        heap.name() + (isGiven ? ", a parameter of the test" : ""),
        isGiven ? List.of() : ofProgram(heap.opened()),
        heap.end(),
        new LeakReport(
            report.leaks().stream()
                .map(
                    leak ->
                        new Leak(ofProgram(leak.stack()), leak.blocks(), leak.bytes(), leak.age()))
                .toList(),
            report.unplaced(),
            report.isEstimated()));
  }

  private static List<StackTraceElement> ofProgram(List<StackTraceElement> stack) {
    List<StackTraceElement> calls =
        stack.stream().takeWhile(call -> !call.getClassName().startsWith("org.junit.")).toList();
    return calls.isEmpty() ? stack.subList(0, 1) : calls;
  }
}
