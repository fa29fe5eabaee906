/// Types that own their memory: each block is freed exactly once, and never used after that.
///
/// - **owner**: an object that must free a block. It is an [AutoCloseable]: closing it frees the
///   block, and ends what the block holds first.
/// - **thread of an owner**: the one thread that may use it: the one that made it. An owner that
///   was moved belongs to the first thread that uses it.
/// - **move**: the memory gets a new owner, without being copied; the old owner is of no use any
///   more.
/// - **borrow**: a time in which an owner lends its memory as a segment. Until it ends the owner
///   does not grow, move, or close; after it has ended the segment throws.
/// - **element**: a value as it lies in memory; an [Element] says how.
/// - **handle**: an owner of a value that others own, too. A strong one keeps the value, a weak one
///   does not.
/// - **link**: a handle, or a box, as it lies in memory.
/// - **drop**: what ends an element, if it owns something itself.
/// - **lost**: what an owner is that nobody closed and nobody can reach any more; [LostOwners]
///   tells of it.
///
/// ## What checkers are told
///
/// Error Prone's `MustBeClosed` and the Checker Framework's Resource Leak Checker find owners that
/// are forgotten, when a program is compiled, by these annotations:
///
/// - Owners and borrows are `@InheritableMustCall("close")`.
/// - Each factory, and each method that answers a new owner or borrow, is `@MustBeClosed`. What it
///   answers belongs to the caller, as always unless `@NotOwning` says otherwise.
/// - A method that ends its owner otherwise than by closing it, as `move()` does, is
///   `@EnsuresCalledMethods(value = "this", methods = "close")`.
/// - A parameter whose value moves in is `@Owning`. All others are only used.
/// - A type parameter for elements is `T extends @MustCallUnknown Object`: they may be owners.
@CheckReturnValue
@NullMarked
package dev.cairn.own;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
