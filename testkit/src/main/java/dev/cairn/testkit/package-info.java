/// What every allocator is tested with.
///
/// - [dev.cairn.testkit.AllocatorContract] is the conformance suite: what
///   [dev.cairn.alloc.Allocator] promises, as tests that a test class inherits.
/// - [dev.cairn.testkit.RandomPrograms] runs random programs against an allocator and a model of
///   it, and answers a failure with the shortest program that fails.
/// - [dev.cairn.testkit.ConcurrentPrograms] runs random programs of several threads against one
///   thread-safe allocator.
/// - [dev.cairn.testkit.Soak] wears an allocator out with threads that come and go.
///
/// Every allocator of Cairn passes them. Hold one of your own to them by a dependency on this
/// module in the scope of your tests.
@NullMarked
package dev.cairn.testkit;

import org.jspecify.annotations.NullMarked;
