package dev.cairn.testkit;

import dev.cairn.alloc.Allocator;

/// The allocator that a test class holds to a contract.
public interface ContractSubject {
  /// Opens a new allocator, with nothing live. Whoever calls closes it.
  ///
  /// @param capacityBytes its capacity, or less than its [capacity][#capacityOf(long)]. One that is
  ///     [bounded][Traits.Capacity#BOUNDED] never holds more than its capacity, and has room for at
  ///     least half as much in blocks of 1 KiB
  /// @return the allocator
  Allocator open(long capacityBytes);

  /// The capacity that an allocator has when it is opened with one. It differs where the contract
  /// is to be tested with large allocators only.
  ///
  /// @param capacityBytes what a test opens it with
  /// @return what it then has, not less
  default long capacityOf(long capacityBytes) {
    return capacityBytes;
  }

  /// What the allocator states where the contract leaves a choice.
  ///
  /// @return the traits; those of a heap unless overridden
  default Traits traits() {
    return Traits.DEFAULT;
  }
}
