package dev.cairn.own;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.cairn.own.Shape.Member;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A record as it lies in memory: laid out as a C compiler lays out the struct of its components.
///
/// {@snippet :
/// record Point(int x, int y) {}
///
/// private static final Struct<Point> POINT = Struct.of(MethodHandles.lookup(), Point.class);
///
/// POINT.set(memory, 0, new Point(3, 4));
/// Point point = POINT.get(memory, 0);
/// }
///
/// | component | in C |
/// |---|---|
/// | `byte`, `short`, `int`, `long` | `int8_t`, `int16_t`, `int32_t`, `int64_t` |
/// | `float`, `double` | `float`, `double` |
/// | `boolean` | `bool`, one byte |
/// | `char` | `uint16_t` |
/// | an enum | `int32_t`: the ordinal |
/// | a record | a struct inside the struct |
/// | an array with a [Length] | an array inside the struct |
/// | [MemorySegment] | a pointer; read back as a segment of zero bytes |
///
/// Sizes, alignments and offsets are those of the System V ABI for x86-64 and aarch64. A component
/// of any other type needs an [Element], given to the [Builder]; where the component is an array
/// with a [Length], the element is that of the array's elements.
///
/// Padding is written as zeros, so that equal records are equal bytes. (`NaN`s are equal and may
/// differ in their bits.)
///
/// A struct is equal in memory to a record whose components are; arrays are compared by their
/// contents, pointers by their addresses. A record that declares `equals` is asked instead, unless
/// components own something.
///
/// ## Failure
///
/// Null is refused in any component ([NullPointerException]; the null pointer is
/// [MemorySegment#NULL]), and so is an array of another length, and a pointer into a Java array
/// ([IllegalArgumentException]), and on reading the ordinal of no constant
/// ([IllegalStateException]). If writing throws half-way, the bytes may be anything, and
/// what had moved in by then was dropped. If reading does, what was read by then is closed if it is
/// [AutoCloseable]; if taking does, what was taken is written back.
///
/// ## Cost
///
/// The class that reads and writes is made once per record class, in some milliseconds; in some
/// tens of them where a record has more than seven components, those of nested records included.
/// Where a `Struct` is in a `static final` field and C2 inlines it, reading or writing a record is
/// compiled into one access to memory for each component, and one or two stores for each gap; a
/// record that does not escape is not made, and no garbage. Arrays inside it are.
///
/// C2 does not inline without limit. Reading and writing sixteen components is inlined,
/// twenty-four are not; comparing with more than about seven is not; and in a program that has
/// segments of many kinds, native and in Java arrays, confined and shared, the limit is at about
/// seven components or less. The record is made then, and is garbage. So it is where the `Struct`
/// is not a constant, as in a [Vec], and has more than seven components.
///
/// ## Threads
///
/// Any number of threads may use it.
///
/// @param <T> the record
public abstract class Struct<T extends Record> implements Element<T> {
  private static final ClassValue<AtomicReference<@Nullable Struct<?>>> STRUCTS =
      new ClassValue<>() {
        @Override
        protected AtomicReference<@Nullable Struct<?>> computeValue(Class<?> type) {
          return new AtomicReference<>();
        }
      };

  private final Shape shape;
  // The components that own something.
  private final List<Member> owners;

  /// Makes the only instance of a class that [StructClass] makes.
  Struct(Shape shape) {
    this.shape = shape;
    this.owners = shape.members().stream().filter(Member::owns).toList();
  }

  /// The struct of a public record in a package that its module exports.
  ///
  /// It is made once per class.
  ///
  /// @param <T> the record
  /// @param type its class
  /// @return the struct
  /// @throws IllegalArgumentException if the record is not accessible to all, or has a component
  ///     that has no place in a struct
  public static <T extends Record> Struct<T> of(Class<T> type) {
    return of(MethodHandles.publicLookup(), type);
  }

  /// The struct of a record that is accessible to a class: pass `MethodHandles.lookup()`.
  ///
  /// It is made once per class. Records inside the record must be accessible as well.
  ///
  /// @param <T> the record
  /// @param lookup what may call the constructor and the accessors of the record
  /// @param type the class of the record
  /// @return the struct
  /// @throws IllegalArgumentException if the record is not accessible to the lookup, or has a
  ///     component that has no place in a struct
  public static <T extends Record> Struct<T> of(Lookup lookup, Class<T> type) {
    return of(lookup, type, List.of());
  }

  /// Begins a struct of a public record that has components of other types.
  ///
  /// @param <T> the record
  /// @param type its class
  /// @return a builder
  public static <T extends Record> Builder<T> builder(Class<T> type) {
    return builder(MethodHandles.publicLookup(), type);
  }

  /// Begins a struct of a record that is accessible to a class, and has components of other types.
  ///
  /// @param <T> the record
  /// @param lookup what may call the constructor and the accessors of the record
  /// @param type the class of the record
  /// @return a builder
  public static <T extends Record> Builder<T> builder(Lookup lookup, Class<T> type) {
    return new Builder<>(lookup, type);
  }

  /// The struct of a record that may lie in others.
  static <T extends Record> Struct<T> of(Lookup lookup, Class<T> type, List<Class<?>> outer) {
    // Whoever finds a struct must have been able to make it.
    var _ = Shape.constructor(lookup, type);
    AtomicReference<@Nullable Struct<?>> known = STRUCTS.get(type);
    Struct<?> struct = known.get();
    if (struct == null) {
      Struct<?> made = StructClass.newInstance(Shape.of(lookup, type, Map.of(), outer));
      struct = known.compareAndSet(null, made) ? made : Objects.requireNonNull(known.get());
    }
    return cast(struct);
  }

  @SuppressWarnings("unchecked") // it was made for that class
  private static <T extends Record> Struct<T> cast(Struct<?> struct) {
    return (Struct<T>) struct;
  }

  /// The layout, with a member of its name for each component, and padding: for a
  /// [java.lang.foreign.Linker], and for the [java.lang.foreign.MemoryLayout.PathElement]s of
  /// offsets.
  ///
  /// @return the layout, named as the record
  public final StructLayout layout() {
    return shape.layout();
  }

  final int leaves() {
    return shape.leaves();
  }

  /// Drops the components that own something, each of them once.
  @Override
  public final void drop(MemorySegment memory, long offset) {
    Drops drops = new Drops();
    drop(drops, memory, offset, owners.size());
    drops.rethrow();
  }

  private void drop(Drops drops, MemorySegment memory, long offset, int count) {
    for (Member owner : owners.subList(0, count)) {
      drops.attempt(() -> element(owner).drop(memory, offset + owner.offset()));
    }
  }

  /// Ends what a record owns that was read for nothing.
  final void end(Record value) {
    Drops drops = new Drops();
    for (Member owner : owners) {
      drops.attempt(() -> CElement.end(element(owner), access(owner, value)));
    }
    drops.rethrow();
  }

  private static Object access(Member member, Record value) {
    try {
      return member.accessor().invoke(value);
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable checked) {
      throw new AssertionError("a checked exception that nobody declared", checked);
    }
  }

  private static Element<Object> element(Member owner) {
    return Objects.requireNonNull(owner.element());
  }

  // What the generated classes call where a call has failed half-way. Each throws what failed.

  /// Ends what was read.
  final void getFailed(
      Throwable failure, MemorySegment memory, long offset, @Nullable Object[] read) {
    Drops drops = new Drops(failure);
    for (int i = 0; i < read.length; i++) {
      Element<Object> element = element(owners.get(i));
      Object value = read[i];
      if (value != null) {
        drops.attempt(() -> CElement.end(element, value));
      }
    }
    drops.rethrow();
  }

  /// Puts back what was taken.
  final void takeFailed(
      Throwable failure, MemorySegment memory, long offset, @Nullable Object[] taken) {
    Drops drops = new Drops(failure);
    for (int i = 0; i < taken.length; i++) {
      Member owner = owners.get(i);
      Object value = taken[i];
      if (value != null) {
        drops.attempt(() -> element(owner).set(memory, offset + owner.offset(), value));
      }
    }
    drops.rethrow();
  }

  /// Drops what has moved in.
  final void setFailed(Throwable failure, MemorySegment memory, long offset, int moved) {
    Drops drops = new Drops(failure);
    drop(drops, memory, offset, moved);
    drops.rethrow();
  }

  /// The record, its size and its alignment.
  ///
  /// @return for example `struct Point, 8 bytes aligned to 4`
  @Override
  public final String toString() {
    return "struct "
        + shape.type().getSimpleName()
        + ", "
        + byteSize()
        + " bytes aligned to "
        + byteAlignment();
  }

  /// Makes a struct with elements for components that have none by themselves, or other ones.
  ///
  /// @param <T> the record
  public static final class Builder<T extends Record> {
    private final Lookup lookup;
    private final Class<T> type;
    private final Map<String, Element<?>> elements = new HashMap<>();

    private Builder(Lookup lookup, Class<T> type) {
      this.lookup = lookup;
      this.type = type;
    }

    /// Says how a component lies in memory.
    ///
    /// @param name the name of the component
    /// @param element how values of its type lie in memory, or, if it is an array with a [Length],
    ///     values of the array
    /// @return this
    @CanIgnoreReturnValue
    public Builder<T> with(String name, Element<?> element) {
      elements.put(name, element);
      return this;
    }

    /// Makes the struct, and a class for it, if any element was given: keep it.
    ///
    /// @return the struct
    /// @throws IllegalArgumentException if the record is not accessible, has a component that has
    ///     no place in a struct, or has none of a name that was given
    public Struct<T> build() {
      return elements.isEmpty()
          ? of(lookup, type)
          : cast(StructClass.newInstance(Shape.of(lookup, type, elements, List.of())));
    }
  }
}
