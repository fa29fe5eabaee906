package dev.cairn.testkit;

/// The conformance suite: every promise of [dev.cairn.alloc.Allocator], as tests.
///
/// A test class that implements it inherits the tests. JUnit Jupiter runs them.
///
/// {@snippet :
/// class HeapContractTest implements AllocatorContract {
///   @Override
///   public Allocator open(long capacityBytes) {
///     return Heap.fixed(capacityBytes);
///   }
/// }
/// }
///
/// Where the contract leaves a choice (a largest alignment, what closing does, ...), override
/// [#traits()]. The parts of the suite can be used one by one.
///
/// Arenas over an allocator need native access: start the tests with
/// `--enable-native-access=dev.cairn.core`, or `ALL-UNNAMED` on the class path.
public interface AllocatorContract
    extends AllocationContract,
        ExhaustionContract,
        InvalidBlockContract,
        ResizeContract,
        StatsContract,
        CloseContract,
        ArenaContract {}
