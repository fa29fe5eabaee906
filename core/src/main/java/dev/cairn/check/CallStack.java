package dev.cairn.check;

import java.lang.StackWalker.StackFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// Who called Cairn, and when: the frames of the program that led to a call, the innermost first.
///
/// Frames of Cairn and of the JDK are left out; if there is no other, as in a task that is a bare
/// method reference, the outermost one stands for the program.
final class CallStack {
  private static final StackWalker WALKER = StackWalker.getInstance(Set.of(), 16);

  // Kept as they are walked: to name file and line takes longer than the walk, and few are shown.
  private final List<StackFrame> frames;
  private final String thread;
  private final long nanos;

  private CallStack(List<StackFrame> frames) {
    this.frames = frames;
    this.thread = nameOf(Thread.currentThread());
    this.nanos = System.nanoTime();
  }

  /// The calls that led here.
  ///
  /// @param depth the most frames to keep, one at least
  static CallStack here(int depth) {
    return new CallStack(
        WALKER.walk(
            walked -> {
              List<StackFrame> kept = new ArrayList<>(Math.min(depth, 16));
              StackFrame last = null;
              for (Iterator<StackFrame> i = walked.iterator();
                  i.hasNext() && kept.size() < depth; ) {
                last = i.next();
                if (!isInfrastructure(last.getClassName())) {
                  kept.add(last);
                }
              }
              return kept.isEmpty() ? List.of(Objects.requireNonNull(last)) : kept;
            }));
  }

  /// The frames, the innermost first.
  List<StackTraceElement> elements() {
    return frames.stream().map(StackFrame::toStackTraceElement).toList();
  }

  /// The innermost frame, as `Orders.load(Orders.java:42)`.
  String place() {
    return shown(frames.getFirst().toStackTraceElement());
  }

  /// How long ago it was.
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  /// The stack as something that loggers and consoles print.
  ///
  /// @param what what the call did: "allocated"
  CallTrace trace(String what) {
    return new CallTrace(what + " by thread " + thread, elements());
  }

  /// A frame as `Orders.load(Orders.java:42)`, without the package.
  static String shown(StackTraceElement frame) {
    return frame.getClassName().substring(frame.getClassName().lastIndexOf('.') + 1)
        + "."
        + frame.getMethodName()
        + "("
        + frame.getFileName()
        + ":"
        + frame.getLineNumber()
        + ")";
  }

  private static String nameOf(Thread thread) {
    String name = thread.getName();
    return name.isEmpty() ? "#" + thread.threadId() : name;
  }

  private static boolean isInfrastructure(String className) {
    return className.startsWith("java.")
        || className.startsWith("jdk.")
        || (className.startsWith("dev.cairn.")
            && (className.startsWith("dev.cairn.check.")
                || className.startsWith("dev.cairn.alloc.")
                || className.startsWith("dev.cairn.memory.")));
  }
}
