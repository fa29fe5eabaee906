package dev.cairn.examples;

import java.util.List;

/// The tour: every program of this package, in the order of a tutorial on memory.
public final class Tour {
  private static final List<Stop> STOPS =
      List.of(
          new Stop(
              LibcProgram.class,
              "malloc and free, as in C",
              "Ask for 4 bytes, check for null, store 42, give them back.",
              LibcProgram::main),
          new Stop(
              AllocatorProgram.class,
              "An allocator and a layout, as in Rust",
              "The same with a size and an alignment, and with every mistake refused.",
              AllocatorProgram::main),
          new Stop(
              StackAgainstHeap.class,
              "The stack against the heap",
              "A frame ends by itself; a block of the heap lives until it is freed.",
              StackAgainstHeap::main),
          new Stop(
              Alignment.class,
              "Alignment",
              "Where the fields of a struct lie, and why it is larger than their sum.",
              Alignment::main),
          new Stop(
              PointerArithmetic.class,
              "Pointer arithmetic",
              "An array is the address of its first element, and a step.",
              PointerArithmetic::main),
          new Stop(
              ForgettingToFree.class,
              "Forgetting to free",
              "Three blocks are never freed. The watch over the heap says where they came from.",
              ForgettingToFree::main),
          new Stop(
              HeapAccount.class,
              "What a heap knows of its blocks",
              "How many of each size there are; and, when it closes, which nobody has freed.",
              HeapAccount::main),
          new Stop(
              FullHeap.class,
              "A heap of an exact size",
              "16 KiB and not a byte more: it fills up, says so, and goes on.",
              FullHeap::main),
          new Stop(
              ControlLoop.class,
              "A control loop",
              "A thousand cycles of a millisecond, on a heap whose size proves that no request fails.",
              ControlLoop::main),
          new Stop(
              RequestRegion.class,
              "A region for each request",
              "Nothing is freed one by one; all that a request needed ends with it.",
              RequestRegion::main),
          new Stop(
              WriteTooFar.class,
              "A byte too far",
              "A checked heap finds what was written behind a block, and says whose block it was.",
              WriteTooFar::main),
          new Stop(
              ThreeFloors.class,
              "Three floors",
              "The same mistake by address, as a segment, and as an owner.",
              ThreeFloors::main),
          new Stop(
              LinkedStructure.class,
              "A linked structure",
              "Folders that own each other, counted by Rc and Weak.",
              LinkedStructure::main),
          new Stop(
              TenMillionEntries.class,
              "Ten million entries",
              "A map outside the Java heap, while the collector has nothing to do.",
              TenMillionEntries::main),
          new Stop(
              ReplayOfARecording.class,
              "A real program's memory, again",
              "What a recorded program asked of malloc, asked of three allocators in turn.",
              ReplayOfARecording::main));

  private Tour() {}

  /// Runs every program, each under a heading that names its source.
  public static void run() {
    int number = 0;
    for (Stop stop : STOPS) {
      number++;
      IO.println();
      IO.println(number + ". " + stop.title + " (" + stop.program.getSimpleName() + ".java)");
      IO.println("   " + stop.purpose);
      IO.println();
      stop.run.run();
    }
  }

  private record Stop(Class<?> program, String title, String purpose, Runnable run) {}
}
