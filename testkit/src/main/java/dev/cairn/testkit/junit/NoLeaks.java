package dev.cairn.testkit.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// A test that fails if memory leaks while it runs, and says where that was allocated. On a class
/// it stands for each of its tests.
///
/// {@snippet :
/// @NoLeaks
/// class OrdersTest {
///   @Test
///   void anOrderIsFreedWhenItIsServed(Heap heap) {
///     try (Orders orders = new Orders(heap)) {
///       orders.add(42);
///       orders.serve();
///     }
///   }
/// }
/// }
///
/// ## What is watched
///
/// Every `Heap` that the test opens, in whatever code, and every allocator that passes
/// `CheckedAllocator.over`. The code needs no change: see [dev.cairn.check.WatchedHeaps], also for
/// what is not watched. A heap that is closed with live blocks, and one that is not closed, fail
/// the test. The test begins with its constructor and ends when JUnit has closed its fields that
/// are `@AutoClose`. What `@BeforeAll` opens is looked at after `@AfterAll`, and fails the class.
///
/// ## Heaps as parameters
///
/// A parameter of the type `Heap` or `Allocator`, of a test, a constructor, or a method such as
/// `@BeforeEach`, is given a growable heap of its own of up to 1 GiB, to be left open: it is closed
/// after the test, which fails if a block is live then, or damaged.
///
/// ## Failure
///
/// An [AssertionError] has the leaks as its message, and the calls that allocated the largest of
/// them as its stack trace. If the test has failed otherwise, or was aborted by an assumption, that
/// is its result, and the leaks are a suppressed exception of it. Damage that is found when a heap
/// of a parameter closes is the cause of an [AssertionError] that says the same.
///
/// ## Threads
///
/// Tests may run in parallel. A heap belongs to the test whose thread opened it; or whose thread
/// started the one that did, after the test had begun. So what a thread of a pool opens that was
/// there before is not watched.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
@ExtendWith(NoLeaksExtension.class)
public @interface NoLeaks {
  /// How heaps are checked, if the program does not say it itself.
  ///
  /// @return the checks
  Checks value() default Checks.FULL;

  /// What is checked of a heap besides its leaks.
  enum Checks {
    /// What the system property `dev.cairn.check` says: nothing where it is not set, and leaks are
    /// told by the sizes of blocks alone. For programs that count every byte of their heaps, as
    /// checked blocks take more room.
    BY_PROPERTY,
    /// Every block: leaks are told by who allocated them, and writes beyond a block and after its
    /// free are found.
    FULL,
    /// As [#FULL]; and where blocks can have a scope of their own, every use after their free
    /// throws. Each heap is then for the thread that opens it.
    CONFINED
  }
}
