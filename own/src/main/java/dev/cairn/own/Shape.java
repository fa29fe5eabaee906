package dev.cairn.own;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where the components of a record lie in memory, and how they are got and made a record again.
///
/// The rules are those of the System V ABI, for x86-64 and aarch64 alike: each component lies at
/// the next multiple of its alignment, in the order of declaration; the alignment of the whole is
/// the largest of theirs, and its size a multiple of that.
///
/// @param constructor takes the components, objects as `Object`, and answers an `Object`
record Shape(
    Class<?> type,
    List<Member> members,
    List<Gap> gaps,
    StructLayout layout,
    MethodHandle constructor) {

  /// A component of the record.
  ///
  /// @param accessor takes the record as an `Object`, and answers the primitive, or an `Object`
  /// @param element null for a primitive that is accessed as such
  record Member(
      String name,
      long offset,
      MemoryLayout layout,
      MethodHandle accessor,
      @Nullable Element<Object> element) {

    boolean owns() {
      return element != null && element.owns();
    }
  }

  /// Bytes that belong to no component.
  record Gap(long offset, long byteSize) {}

  /// How many components there are, those of nested records in place of these.
  int leaves() {
    return members.stream()
        .mapToInt(member -> member.element() instanceof Struct<?> nested ? nested.leaves() : 1)
        .sum();
  }

  /// Lays a record out.
  ///
  /// @param lookup what may call its constructor and accessors
  /// @param given the elements that are given for components, by name
  /// @param outer the records that this one lies in, from the outermost
  static Shape of(
      Lookup lookup, Class<?> type, Map<String, Element<?>> given, List<Class<?>> outer) {
    RecordComponent[] components = type.getRecordComponents();
    requireNames(type, components, given);
    List<Class<?>> path = Stream.concat(outer.stream(), Stream.of(type)).toList();
    List<Member> members = new ArrayList<>();
    List<Gap> gaps = new ArrayList<>();
    List<MemoryLayout> parts = new ArrayList<>();
    long end = 0;
    long alignment = 1;
    for (RecordComponent component : components) {
      Element<Object> element = new Composing(lookup, component, path).element(given);
      MemoryLayout layout =
          element == null ? primitive(component.getType()) : CElement.layoutOf(element);
      long offset = pad(end, layout.byteAlignment(), gaps, parts);
      parts.add(layout.withName(component.getName()));
      members.add(
          new Member(
              component.getName(), offset, layout, accessor(lookup, component, element), element));
      end = Math.addExact(offset, layout.byteSize());
      alignment = Math.max(alignment, layout.byteAlignment());
    }
    var _ = pad(end, alignment, gaps, parts);
    StructLayout layout =
        MemoryLayout.structLayout(parts.toArray(MemoryLayout[]::new))
            .withName(type.getSimpleName());
    return new Shape(
        type, List.copyOf(members), List.copyOf(gaps), layout, constructor(lookup, type, members));
  }

  private static void requireNames(
      Class<?> type, RecordComponent[] components, Map<String, Element<?>> given) {
    List<String> names = Arrays.stream(components).map(RecordComponent::getName).toList();
    Set<String> unknown = new HashSet<>(given.keySet());
    names.forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "elements for "
              + unknown
              + ", which are no components of "
              + type.getName()
              + ": it has "
              + names);
    }
  }

  /// Pads to an alignment, and answers the offset after that.
  private static long pad(long end, long alignment, List<Gap> gaps, List<MemoryLayout> parts) {
    long offset = Math.addExact(end, alignment - 1) & -alignment;
    if (offset != end) {
      gaps.add(new Gap(end, offset - end));
      parts.add(MemoryLayout.paddingLayout(offset - end));
    }
    return offset;
  }

  private static ValueLayout primitive(Class<?> type) {
    return switch (type.getName()) {
      case "boolean" -> ValueLayout.JAVA_BOOLEAN;
      case "byte" -> ValueLayout.JAVA_BYTE;
      case "char" -> ValueLayout.JAVA_CHAR;
      case "short" -> ValueLayout.JAVA_SHORT;
      case "int" -> ValueLayout.JAVA_INT;
      case "long" -> ValueLayout.JAVA_LONG;
      case "float" -> ValueLayout.JAVA_FLOAT;
      case "double" -> ValueLayout.JAVA_DOUBLE;
      default -> throw new AssertionError(type);
    };
  }

  private static MethodHandle accessor(
      Lookup lookup, RecordComponent component, @Nullable Element<?> element) {
    Class<?> type = component.getDeclaringRecord();
    try {
      return lookup
          .findVirtual(type, component.getName(), MethodType.methodType(component.getType()))
          .asType(MethodType.methodType(carrier(component.getType(), element), Object.class));
    } catch (ReflectiveOperationException refusal) {
      throw inaccessible(lookup, type, refusal);
    }
  }

  /// The canonical constructor, if a lookup may call it.
  ///
  /// @throws IllegalArgumentException if it may not
  static MethodHandle constructor(Lookup lookup, Class<?> type) {
    Class<?>[] parameters =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      return lookup.findConstructor(type, MethodType.methodType(void.class, parameters));
    } catch (ReflectiveOperationException refusal) {
      throw inaccessible(lookup, type, refusal);
    }
  }

  private static MethodHandle constructor(Lookup lookup, Class<?> type, List<Member> members) {
    MethodHandle constructor = constructor(lookup, type);
    MethodType exact = constructor.type();
    MethodType erased = exact.changeReturnType(Object.class);
    for (int i = 0; i < members.size(); i++) {
      Class<?> carrier = carrier(exact.parameterType(i), members.get(i).element());
      erased = erased.changeParameterType(i, carrier);
    }
    return constructor.asType(erased);
  }

  private static Class<?> carrier(Class<?> type, @Nullable Element<?> element) {
    return element == null ? type : Object.class;
  }

  private static IllegalArgumentException inaccessible(
      Lookup lookup, Class<?> type, ReflectiveOperationException refusal) {
    String name = type.getSimpleName();
    return new IllegalArgumentException(
        "no access from "
            + lookup
            + " to the constructor and the accessors of "
            + type.getName()
            + ": make the record public, in a package that is exported to all, or call"
            + " Struct.of(MethodHandles.lookup(), "
            + name
            + ".class) in a class that may use it; where it is a component of another record, give"
            + " that the Struct with Struct.builder(...).with(...)",
        refusal);
  }

  /// Whether the record says by itself what is equal. What javac writes is final, as nobody writes
  /// it in a record, which is final anyway.
  boolean hasItsOwnEquals() {
    try {
      return !Modifier.isFinal(type.getMethod("equals", Object.class).getModifiers());
    } catch (NoSuchMethodException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /// Finds the element of one component.
  private record Composing(Lookup lookup, RecordComponent component, List<Class<?>> path) {
    @SuppressWarnings("unchecked") // the accessor and the constructor check what is passed
    @Nullable Element<Object> element(Map<String, Element<?>> given) {
      Length length = component.getAnnotation(Length.class);
      int[] lengths = length == null ? new int[0] : length.value();
      Class<?> type = component.getType();
      Element<?> other = given.get(component.getName());
      if (other == null && lengths.length == 0 && type.isPrimitive()) {
        return null;
      }
      return (Element<Object>) element(type, lengths, 0, other);
    }

    private Element<?> element(
        Class<?> type, int[] lengths, int dimension, @Nullable Element<?> given) {
      if (dimension < lengths.length) {
        return array(type, lengths, dimension, given);
      }
      if (given != null) {
        return given;
      }
      if (type.isEnum()) {
        return enums(type.asSubclass(Enum.class));
      }
      if (type.isRecord()) {
        return nested(type);
      }
      if (type == MemorySegment.class) {
        return new CElement.Pointers(where());
      }
      throw refusal(
          type.isArray()
              ? "is an array of unknown length: annotate it with @Length(n)"
              : "has a type that C has not, "
                  + type.getName()
                  + ": give an element for it with Struct.builder(...).with(\""
                  + component.getName()
                  + "\", element)");
    }

    private Element<?> array(
        Class<?> type, int[] lengths, int dimension, @Nullable Element<?> given) {
      Class<?> inner = type.getComponentType();
      int length = lengths[dimension];
      if (inner == null) {
        throw refusal(
            "is a "
                + component.getType().getTypeName()
                + ", but @Length is for an array of "
                + lengths.length
                + (lengths.length == 1 ? " dimension" : " dimensions"));
      }
      if (length < 1) {
        throw refusal("has a @Length of " + length + ": an array has at least one element");
      }
      if (!inner.isPrimitive()) {
        return objects(inner, element(inner, lengths, dimension + 1, given), length);
      }
      if (given != null || dimension + 1 != lengths.length) {
        throw refusal(
            "is an array of "
                + inner
                + ", which needs no element, and one length for each dimension: it has "
                + Arrays.toString(lengths));
      }
      return inner == boolean.class
          ? new CElement.BooleanArrays(length, where())
          : new CElement.PrimitiveArrays<>(primitive(inner).withByteAlignment(1), length, where());
    }

    @SuppressWarnings("unchecked") // the constructor of the record checks the array
    private <E> Element<E[]> objects(Class<E> type, Element<?> element, int length) {
      return new CElement.ObjectArrays<>(type, (Element<E>) element, length, where());
    }

    @SuppressWarnings("unchecked") // any enum will do
    private <E extends Enum<E>> Element<E> enums(Class<?> type) {
      Class<E> known = (Class<E>) type;
      return new CElement.Enums<>(known, List.of(known.getEnumConstants()), where());
    }

    private Element<?> nested(Class<?> type) {
      if (path.contains(type)) {
        throw refusal(
            "makes the record contain itself ("
                + Stream.concat(path.stream(), Stream.of(type))
                    .map(Class::getSimpleName)
                    .collect(Collectors.joining(" -> "))
                + "), without end: declare it as a MemorySegment, which is a pointer");
      }
      return Struct.of(lookup, type.asSubclass(Record.class), path);
    }

    private IllegalArgumentException refusal(String what) {
      return new IllegalArgumentException("the component " + where() + " " + what);
    }

    private String where() {
      return component.getName() + " of " + component.getDeclaringRecord().getName();
    }
  }
}
