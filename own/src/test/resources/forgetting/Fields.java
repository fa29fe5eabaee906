import dev.cairn.alloc.Allocator;
import dev.cairn.own.Box;
import dev.cairn.own.Elements;
import org.checkerframework.checker.calledmethods.qual.EnsuresCalledMethods;
import org.checkerframework.checker.mustcall.qual.CreatesMustCallFor;
import org.checkerframework.checker.mustcall.qual.InheritableMustCall;
import org.checkerframework.checker.mustcall.qual.Owning;

/// Owners in fields. See [Holder] for how it is done.
class Fields {
  static class OfNobody {
    final Box<Integer> box;

    OfNobody(Allocator heap) {
      // LeakChecker: required.method.not.called, ErrorProne: MustBeClosedChecker
      box = Box.in(heap, Elements.INT, 42);
    }
  }

  @InheritableMustCall("close")
  static class NeverClosed implements AutoCloseable {
    private final @Owning Box<Integer> box; // LeakChecker: required.method.not.called

    NeverClosed(@Owning Box<Integer> box) {
      this.box = box;
    }

    @Override
    public void close() {
      var _ = box.get();
    }
  }

  @InheritableMustCall("close")
  static class Overwriting implements AutoCloseable {
    private @Owning Box<Integer> box;

    Overwriting(@Owning Box<Integer> box) {
      // That it is the first value, the checker does not see: make such fields final.
      this.box = box; // LeakChecker: required.method.not.called
    }

    @CreatesMustCallFor("this")
    void replace(@Owning Box<Integer> other) {
      box.close();
      box = other;
    }

    @CreatesMustCallFor("this")
    void overwrite(@Owning Box<Integer> other) {
      box = other; // LeakChecker: required.method.not.called
    }

    @Override
    @EnsuresCalledMethods(value = "this.box", methods = "close")
    public void close() {
      box.close();
    }
  }
}
