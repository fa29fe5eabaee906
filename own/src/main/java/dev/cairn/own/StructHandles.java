package dev.cairn.own;

import dev.cairn.own.Shape.Gap;
import dev.cairn.own.Shape.Member;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/// Makes the method handles by which a [Struct] of many components reads and writes.
final class StructHandles {
  // C2 inlines no method that it has compiled into much code (InlineSmallCode) before, and a method
  // that accesses many components is: its callers would make the record. It inlines the parts of a
  // method handle whatever their size, if the handle is constant. It is in a final field of the
  // struct, and that is constant where the struct is, but not where the method is compiled by
  // itself: so that is little code.

  // So many are compiled into less code than C2's limit.
  private static final int FEW = 7;
  // A handle has no more than 255 parameters, and here two for each component.
  private static final int MOST = 100;

  private static final Lookup LOOKUP = MethodHandles.lookup();
  private static final MethodHandle PLUS = ours("plus", long.class, long.class, long.class);
  private static final MethodHandle GET =
      ours("get", Object.class, Element.class, MemorySegment.class, long.class);
  private static final MethodHandle SET =
      ours(
          "set",
          void.class,
          Element.class,
          String.class,
          MemorySegment.class,
          long.class,
          Object.class);

  private StructHandles() {}

  /// Whether there are so many components that handles are worth it.
  static boolean areFor(Shape shape) {
    return shape.members().stream().noneMatch(Member::owns)
        && shape.leaves() > FEW
        && shape.members().size() <= MOST;
  }

  /// Takes memory and an offset, and answers the record.
  static MethodHandle reader(Shape shape) {
    List<Member> members = shape.members();
    MethodHandle reader = shape.constructor();
    for (int i = members.size() - 1; i >= 0; i--) {
      Member member = members.get(i);
      MethodHandle get =
          member.element() == null
              ? fields(type(member) + "At", type(member), MemorySegment.class, long.class)
              : GET.bindTo(member.element());
      reader = MethodHandles.collectArguments(reader, i, at(member.offset(), get));
    }
    return MethodHandles.permuteArguments(
        reader,
        MethodType.methodType(Object.class, MemorySegment.class, long.class),
        IntStream.range(0, 2 * members.size()).map(i -> i % 2).toArray());
  }

  /// Takes memory, an offset and the record.
  static MethodHandle writer(Shape shape) {
    List<MethodHandle> stores = new ArrayList<>();
    for (Member member : shape.members()) {
      MethodHandle put =
          member.element() == null
              ? put(type(member))
              : MethodHandles.insertArguments(
                  SET, 0, member.element(), StructClass.nullMessage(shape, member));
      MethodHandle store = MethodHandles.filterArguments(put, 2, member.accessor());
      stores.add(at(member.offset(), store));
    }
    for (Gap gap : shape.gaps()) {
      MethodHandle zero =
          MethodHandles.insertArguments(
              fields("zero", void.class, MemorySegment.class, long.class, long.class),
              2,
              gap.byteSize());
      stores.add(at(gap.offset(), MethodHandles.dropArguments(zero, 2, Object.class)));
    }
    MethodHandle writer = stores.removeLast();
    while (!stores.isEmpty()) {
      writer = MethodHandles.foldArguments(writer, stores.removeLast());
    }
    return writer;
  }

  private static Class<?> type(Member member) {
    return member.accessor().type().returnType();
  }

  private static MethodHandle put(Class<?> type) {
    return fields("put", void.class, MemorySegment.class, long.class, type);
  }

  /// What a handle does at an offset, done so many bytes further.
  private static MethodHandle at(long offset, MethodHandle handle) {
    return MethodHandles.filterArguments(handle, 1, MethodHandles.insertArguments(PLUS, 0, offset));
  }

  private static MethodHandle ours(String name, Class<?> type, Class<?>... parameters) {
    return find(StructHandles.class, name, MethodType.methodType(type, parameters));
  }

  private static MethodHandle fields(String name, Class<?> type, Class<?>... parameters) {
    return find(Fields.class, name, MethodType.methodType(type, parameters));
  }

  private static MethodHandle find(Class<?> owner, String name, MethodType type) {
    try {
      return LOOKUP.findStatic(owner, name, type);
    } catch (ReflectiveOperationException impossible) {
      throw new LinkageError("no " + name + type + " in " + owner, impossible);
    }
  }

  static long plus(long offset, long at) {
    return at + offset;
  }

  static Object get(Element<Object> element, MemorySegment memory, long offset) {
    return element.get(memory, offset);
  }

  static void set(
      Element<Object> element,
      String nullMessage,
      MemorySegment memory,
      long offset,
      Object value) {
    element.set(memory, offset, Objects.requireNonNull(value, nullMessage));
  }
}
