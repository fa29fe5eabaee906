import dev.cairn.alloc.Allocator;
import dev.cairn.own.Borrow;
import dev.cairn.own.Box;
import dev.cairn.own.Elements;
import java.util.function.IntSupplier;

/// Owners in variables of a method.
class Locals {
  int closedByTry(Allocator heap) {
    try (Box<Integer> box = Box.in(heap, Elements.INT, 42)) {
      return box.get();
    }
  }

  int closedInFinally(Allocator heap) {
    Box<Integer> box = Box.in(heap, Elements.INT, 42);
    try {
      return box.get();
    } finally {
      box.close();
    }
  }

  int forgotten(Allocator heap) {
    // LeakChecker: required.method.not.called, ErrorProne: MustBeClosedChecker
    Box<Integer> box = Box.in(heap, Elements.INT, 42);
    return box.get();
  }

  void dropped(Allocator heap) {
    // LeakChecker: required.method.not.called, ErrorProne: MustBeClosedChecker CheckReturnValue
    Box.in(heap, Elements.INT, 42);
  }

  int inOneExpression(Allocator heap) {
    // LeakChecker: required.method.not.called, ErrorProne: MustBeClosedChecker
    return Box.in(heap, Elements.INT, 42).get();
  }

  int closedOnOneWay(Allocator heap, int least) {
    // LeakChecker: required.method.not.called, ErrorProne: MustBeClosedChecker
    Box<Integer> box = Box.in(heap, Elements.INT, 42);
    int value = box.get();
    if (value >= least) {
      box.close();
    }
    return value;
  }

  void overwritten(Allocator heap) {
    // LeakChecker: required.method.not.called, ErrorProne: MustBeClosedChecker
    Box<Integer> box = Box.in(heap, Elements.INT, 1);
    box = Box.in(heap, Elements.INT, 2);
    box.close();
  }

  IntSupplier inALambda(Allocator heap) {
    return () -> {
      // LeakChecker: required.method.not.called, ErrorProne: MustBeClosedChecker
      Box<Integer> box = Box.in(heap, Elements.INT, 42);
      return box.get();
    };
  }

  void resultIgnored(Allocator heap) {
    try (Box<Integer> box = Box.in(heap, Elements.INT, 42)) {
      box.get(); // ErrorProne: CheckReturnValue
    }
  }

  long lent(Allocator heap) {
    try (Box<Integer> box = Box.in(heap, Elements.INT, 42);
        Borrow borrow = box.borrow()) {
      return borrow.segment().byteSize();
    }
  }

  long lentToAFunction(Allocator heap) {
    try (Box<Integer> box = Box.in(heap, Elements.INT, 42)) {
      return box.borrow(segment -> segment.byteSize());
    }
  }

  long lentForEver(Allocator heap) {
    try (Box<Integer> box = Box.in(heap, Elements.INT, 42)) {
      // LeakChecker: required.method.not.called, ErrorProne: MustBeClosedChecker
      Borrow borrow = box.borrow();
      return borrow.segment().byteSize();
    }
  }
}
