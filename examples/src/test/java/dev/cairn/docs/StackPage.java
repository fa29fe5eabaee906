package dev.cairn.docs;

import dev.cairn.memory.Frame;
import dev.cairn.memory.Stack;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The programs of `docs/guide/01-stack.md`.
final class StackPage {
  private StackPage() {}

  static void push() {
    // @start region="push"
    try (Frame frame = Stack.push()) {
      MemorySegment numbers = frame.allocate(ValueLayout.JAVA_INT, 3);
      numbers.setAtIndex(ValueLayout.JAVA_INT, 1, 42);
      for (int i = 0; i < 3; i++) {
        IO.println(numbers.getAtIndex(ValueLayout.JAVA_INT, i));
      }
    }
    // @end
  }

  static void overflow() {
    // @start region="overflow"
    try (Frame frame = Stack.push()) {
      MemorySegment page = frame.allocate(4096);
      IO.println("page of " + page.byteSize() + " bytes");
      frame.allocate(64 * 1024);
    }
    // @end
  }

  static void escape() {
    // @start region="escape"
    MemorySegment escaped;
    try (Frame frame = Stack.push()) {
      escaped = frame.allocate(ValueLayout.JAVA_LONG);
    }
    escaped.set(ValueLayout.JAVA_LONG, 0, 42);
    // @end
  }

  static void order() {
    // @start region="order"
    try (Frame outer = Stack.push();
        Frame inner = Stack.push()) {
      inner.allocate(16);
      outer.allocate(16);
    }
    // @end
  }

  static void nested() {
    // @start region="nested"
    try (Frame frame = Stack.push()) {
      MemorySegment mine = frame.allocate(16);
      long before = mine.address();
      try (Frame callee = Stack.push()) {
        IO.println(callee.allocate(16).address() - before);
      }
      try (Frame callee = Stack.push()) {
        IO.println(callee.allocate(16).address() - before);
      }
    }
    // @end
  }
}
