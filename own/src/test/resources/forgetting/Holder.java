import com.google.errorprone.annotations.MustBeClosed;
import dev.cairn.own.Box;
import org.checkerframework.checker.calledmethods.qual.EnsuresCalledMethods;
import org.checkerframework.checker.mustcall.qual.InheritableMustCall;
import org.checkerframework.checker.mustcall.qual.Owning;

/// A class that has an owner, and so is one.
@InheritableMustCall("close")
class Holder implements AutoCloseable {
  private final @Owning Box<Integer> box;

  @MustBeClosed
  Holder(@Owning Box<Integer> box) {
    this.box = box;
  }

  int get() {
    return box.get();
  }

  @Override
  @EnsuresCalledMethods(value = "this.box", methods = "close")
  public void close() {
    box.close();
  }
}
