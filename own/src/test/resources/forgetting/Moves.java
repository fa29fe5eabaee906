import com.google.errorprone.annotations.MustBeClosed;
import dev.cairn.alloc.Allocator;
import dev.cairn.own.Box;
import dev.cairn.own.Element;
import dev.cairn.own.Elements;
import java.util.List;
import org.checkerframework.checker.mustcall.qual.Owning;

/// Owners that pass from one method to another.
class Moves {
  @MustBeClosed
  Box<Integer> returned(Allocator heap) {
    return Box.in(heap, Elements.INT, 42);
  }

  Box<Integer> returnedByAMethodThatDoesNotSay(Allocator heap) {
    return Box.in(heap, Elements.INT, 42); // ErrorProne: MustBeClosedChecker
  }

  @MustBeClosed
  Box<Integer> returnedByAMove(Allocator heap) {
    try (Box<Integer> box = Box.in(heap, Elements.INT, 42)) {
      var _ = box.get();
      return box.move();
    }
  }

  @MustBeClosed
  Box<Integer> returnedUnlessSomethingThrows(Allocator heap) {
    Box<Integer> box = Box.in(heap, Elements.INT, 42); // ErrorProne: MustBeClosedChecker
    try {
      var _ = box.get();
      return box;
    } catch (Throwable failure) {
      box.close();
      throw failure;
    }
  }

  int moved(Allocator heap) {
    try (Box<Integer> box = Box.in(heap, Elements.INT, 42);
        Box<Integer> other = box.move()) {
      return other.get();
    }
  }

  int movedFromWhatNobodyCloses(Allocator heap) {
    Box<Integer> box = Box.in(heap, Elements.INT, 42); // ErrorProne: MustBeClosedChecker
    try (Box<Integer> other = box.move()) {
      return other.get();
    }
  }

  int movedAndForgotten(Allocator heap) {
    try (Box<Integer> box = Box.in(heap, Elements.INT, 42)) {
      // LeakChecker: required.method.not.called, ErrorProne: MustBeClosedChecker
      Box<Integer> other = box.move();
      return other.get();
    }
  }

  void movedAndDropped(Allocator heap) {
    try (Box<Integer> box = Box.in(heap, Elements.INT, 42)) {
      // LeakChecker: required.method.not.called, ErrorProne: MustBeClosedChecker CheckReturnValue
      box.move();
    }
  }

  int used(Box<Integer> box) {
    return box.get();
  }

  int lentToAMethod(Allocator heap) {
    try (Box<Integer> box = Box.in(heap, Elements.INT, 42)) {
      return used(box);
    }
  }

  int givenToAMethodThatOnlyUsesIt(Allocator heap) {
    // LeakChecker: required.method.not.called, ErrorProne: MustBeClosedChecker
    return used(Box.in(heap, Elements.INT, 42));
  }

  int taken(@Owning Box<Integer> box) {
    try (box) {
      return box.get();
    }
  }

  int givenToAMethodThatTakesIt(Allocator heap) {
    try (Box<Integer> box = Box.in(heap, Elements.INT, 42)) {
      return taken(box.move()); // ErrorProne: MustBeClosedChecker
    }
  }

  int takenAndForgotten(@Owning Box<Integer> box) { // LeakChecker: required.method.not.called
    return box.get();
  }

  int inABox(Allocator heap, Element<Box<Integer>> boxes) {
    try (Box<Integer> inner = Box.in(heap, Elements.INT, 42);
        Box<Box<Integer>> outer = Box.in(heap, boxes, inner);
        Box<Integer> copy = outer.get()) {
      return copy.get();
    }
  }

  int inABoxAndForgotten(Allocator heap, Element<Box<Integer>> boxes) {
    try (Box<Integer> inner = Box.in(heap, Elements.INT, 42);
        Box<Box<Integer>> outer = Box.in(heap, boxes, inner)) {
      Box<Integer> copy = outer.get(); // LeakChecker: required.method.not.called
      return copy.get();
    }
  }

  int inAHolder(Allocator heap) {
    try (Box<Integer> inner = Box.in(heap, Elements.INT, 42);
        Holder holder = new Holder(inner.move())) { // ErrorProne: MustBeClosedChecker
      return holder.get();
    }
  }

  void handedOver(Allocator heap, Handover queue) {
    try (Box<Integer> box = Box.in(heap, Elements.INT, 42)) {
      queue.put(box.move()); // ErrorProne: MustBeClosedChecker
    }
  }

  int received(Handover queue) {
    try (Box<Integer> box = queue.take()) {
      return box.get();
    }
  }

  int receivedAndForgotten(Handover queue) {
    // LeakChecker: required.method.not.called, ErrorProne: MustBeClosedChecker
    Box<Integer> box = queue.take();
    return box.get();
  }

  // LeakChecker: type.argument
  void putWhereTheCheckerSeesNoMore(Allocator heap, List<Box<Integer>> boxes) {
    try (Box<Integer> box = Box.in(heap, Elements.INT, 42)) {
      // LeakChecker: required.method.not.called, ErrorProne: MustBeClosedChecker
      boxes.add(box.move());
    }
  }
}
