import com.google.errorprone.annotations.MustBeClosed;
import dev.cairn.own.Box;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.checkerframework.checker.mustcall.qual.Owning;

/// A queue that owns what is in it. Collections of the JDK do not say that they take owners, so
/// this is the one place that tells the checkers.
class Handover {
  @SuppressWarnings({"type.argument", "type.arguments.not.inferred"}) // put and take say who owns
  private final BlockingQueue<Box<Integer>> queue = new LinkedBlockingQueue<>();

  @SuppressWarnings("required.method.not.called") // who takes it closes it
  void put(@Owning Box<Integer> box) {
    queue.add(box);
  }

  @MustBeClosed
  Box<Integer> take() {
    return queue.remove();
  }
}
