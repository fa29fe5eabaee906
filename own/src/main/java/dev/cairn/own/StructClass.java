package dev.cairn.own;

import static java.lang.constant.ConstantDescs.BSM_CLASS_DATA_AT;
import static java.lang.constant.ConstantDescs.CD_Double;
import static java.lang.constant.ConstantDescs.CD_Float;
import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.DEFAULT_NAME;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import dev.cairn.own.Shape.Gap;
import dev.cairn.own.Shape.Member;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Makes the class of one [Struct].
final class StructClass {
  // The class is hidden, of this package, and knows nothing of the record by name: the record may
  // be private, and of another module or class loader. It has the constructor, the accessors and
  // the elements of components as class data, loads them as constants, and calls them with Object
  // in place of each reference; so C2 inlines them as it would a call. Objects are accessed through
  // their elements, whose exact class C2 knows as well.
  //
  // What is done when a call fails half-way is in Struct; the code here only remembers how far it
  // came.

  private static final Lookup LOOKUP = MethodHandles.lookup();

  private static final ClassDesc STRUCT = Struct.class.describeConstable().orElseThrow();
  private static final ClassDesc SHAPE = Shape.class.describeConstable().orElseThrow();
  private static final ClassDesc ELEMENT = Element.class.describeConstable().orElseThrow();
  private static final ClassDesc FIELDS = Fields.class.describeConstable().orElseThrow();
  private static final ClassDesc SEGMENT = MemorySegment.class.describeConstable().orElseThrow();
  private static final ClassDesc OBJECTS = Objects.class.describeConstable().orElseThrow();
  private static final ClassDesc THROWABLE = Throwable.class.describeConstable().orElseThrow();

  private static final MethodTypeDesc GET = MethodTypeDesc.of(CD_Object, SEGMENT, CD_long);
  private static final MethodTypeDesc SET = MethodTypeDesc.of(CD_void, SEGMENT, CD_long, CD_Object);
  private static final MethodTypeDesc IS_EQUAL =
      MethodTypeDesc.of(CD_boolean, SEGMENT, CD_long, CD_Object);

  // What lies in the class data: the constructor, then two entries for each component; then, if
  // there are so many that they are worth it, the handles that read and write all of them.
  private static final int CONSTRUCTOR = 0;
  private static final int PER_MEMBER = 2;

  private final Shape shape;
  // Those that own something come last: what is refused in others is refused before anything moves.
  private final int[] order;
  private final boolean owns;
  private final boolean hasHandles;

  private StructClass(Shape shape) {
    this.shape = shape;
    this.owns = shape.members().stream().anyMatch(Member::owns);
    this.hasHandles = StructHandles.areFor(shape);
    this.order =
        IntStream.range(0, members().size())
            .boxed()
            .sorted(Comparator.comparing(i -> members().get(i).owns()))
            .mapToInt(i -> i)
            .toArray();
  }

  /// Makes a class and its only instance.
  static Struct<?> newInstance(Shape shape) {
    List<Object> classData = new ArrayList<>(List.of(shape.constructor()));
    for (Member member : shape.members()) {
      classData.add(member.accessor());
      classData.add(member.element() == null ? shape : member.element());
    }
    if (StructHandles.areFor(shape)) {
      classData.add(StructHandles.reader(shape));
      classData.add(StructHandles.writer(shape));
    }
    try {
      Lookup hidden =
          LOOKUP.defineHiddenClassWithClassData(new StructClass(shape).bytes(), classData, true);
      return (Struct<?>)
          hidden
              .findConstructor(hidden.lookupClass(), MethodType.methodType(void.class, Shape.class))
              .invoke(shape);
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  private byte[] bytes() {
    return ClassFile.of().build(name(), this::build);
  }

  private ClassDesc name() {
    return ClassDesc.of(
        STRUCT.packageName(), STRUCT.displayName() + "$" + shape.type().getSimpleName());
  }

  private void keep(CodeBuilder code, String field, int index) {
    code.aload(0);
    data(code, index, CD_MethodHandle);
    code.putfield(name(), field, CD_MethodHandle);
  }

  /// Loads a handle that the class keeps, and the memory and the offset for it.
  private void handle(CodeBuilder code, String field) {
    code.aload(0).getfield(name(), field, CD_MethodHandle).aload(1).lload(2);
  }

  private void build(ClassBuilder builder) {
    builder.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER | ClassFile.ACC_SYNTHETIC);
    builder.withSuperclass(STRUCT);
    MethodTypeDesc init = MethodTypeDesc.of(CD_void, SHAPE);
    builder.withMethodBody(
        INIT_NAME,
        init,
        0,
        code -> {
          code.aload(0).aload(1).invokespecial(STRUCT, INIT_NAME, init);
          if (hasHandles) {
            keep(code, "reader", 1 + PER_MEMBER * members().size());
            keep(code, "writer", 2 + PER_MEMBER * members().size());
          }
          code.return_();
        });
    if (hasHandles) {
      builder.withField("reader", CD_MethodHandle, ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL);
      builder.withField("writer", CD_MethodHandle, ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL);
    }
    constant(builder, "byteSize", shape.layout().byteSize());
    constant(builder, "byteAlignment", shape.layout().byteAlignment());
    method(
        builder,
        "owns",
        MethodTypeDesc.of(CD_boolean),
        code -> code.loadConstant(owns ? 1 : 0).ireturn());
    method(builder, "get", GET, code -> read(code, "get"));
    if (owns) {
      method(builder, "take", GET, code -> read(code, "take"));
    }
    method(builder, "set", SET, this::set);
    if (owns || !shape.hasItsOwnEquals()) {
      method(builder, "isEqual", IS_EQUAL, this::isEqual);
    }
  }

  private static void constant(ClassBuilder builder, String name, long value) {
    method(builder, name, MethodTypeDesc.of(CD_long), code -> code.loadConstant(value).lreturn());
  }

  private static void method(
      ClassBuilder builder, String name, MethodTypeDesc type, Consumer<CodeBuilder> body) {
    builder.withMethodBody(name, type, ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL, body);
  }

  // get and take

  private void read(CodeBuilder code, String call) {
    if (owns) {
      readCarefully(code, call);
    } else if (hasHandles) {
      handle(code, "reader");
      code.invokevirtual(CD_MethodHandle, "invokeExact", GET).areturn();
    } else {
      data(code, CONSTRUCTOR, CD_MethodHandle);
      for (int i = 0; i < members().size(); i++) {
        read(code, i, "get");
      }
      construct(code);
    }
  }

  /// Has each component that owns something in a local that is null until it was read.
  private void readCarefully(CodeBuilder code, String call) {
    int[] locals = new int[members().size()];
    for (int i = 0; i < locals.length; i++) {
      locals[i] = code.allocateLocal(kind(members().get(i)));
      if (members().get(i).owns()) {
        code.aconst_null().astore(locals[i]);
      }
    }
    code.trying(
        body -> {
          for (int i : order) {
            Member member = members().get(i);
            read(body, i, member.owns() ? call : "get");
            body.storeLocal(kind(member), locals[i]);
          }
          data(body, CONSTRUCTOR, CD_MethodHandle);
          for (int i = 0; i < locals.length; i++) {
            body.loadLocal(kind(members().get(i)), locals[i]);
          }
          construct(body);
        },
        failures ->
            failures.catchingAll(
                handler -> {
                  int failure = handler.allocateLocal(TypeKind.REFERENCE);
                  handler.astore(failure).aload(0).aload(failure).aload(1).lload(2);
                  array(handler, locals);
                  handler.invokevirtual(
                      STRUCT,
                      call + "Failed",
                      MethodTypeDesc.of(
                          CD_void, THROWABLE, SEGMENT, CD_long, CD_Object.arrayType()));
                  handler.aload(failure).athrow();
                }));
  }

  private void array(CodeBuilder code, int[] locals) {
    int owners = (int) members().stream().filter(Member::owns).count();
    code.loadConstant(owners).anewarray(CD_Object);
    int index = 0;
    for (int i = 0; i < locals.length; i++) {
      if (members().get(i).owns()) {
        code.dup().loadConstant(index++).aload(locals[i]).aastore();
      }
    }
  }

  private void read(CodeBuilder code, int index, String call) {
    Member member = members().get(index);
    if (member.element() == null) {
      place(code, member.offset());
      code.invokestatic(
          FIELDS, carrier(member).displayName() + "At", GET.changeReturnType(carrier(member)));
    } else {
      element(code, index);
      place(code, member.offset());
      code.invokeinterface(ELEMENT, call, GET);
    }
  }

  private void construct(CodeBuilder code) {
    List<ClassDesc> parameters = members().stream().map(StructClass::carrier).toList();
    code.invokevirtual(CD_MethodHandle, "invokeExact", MethodTypeDesc.of(CD_Object, parameters))
        .areturn();
  }

  // set

  private void set(CodeBuilder code) {
    if (owns) {
      setCarefully(code);
    } else if (hasHandles) {
      handle(code, "writer");
      code.aload(4).invokevirtual(CD_MethodHandle, "invokeExact", SET).return_();
    } else {
      for (int i = 0; i < members().size(); i++) {
        write(code, i);
      }
      pad(code);
      code.return_();
    }
  }

  /// Counts the components that own something and have moved in.
  private void setCarefully(CodeBuilder code) {
    int moved = code.allocateLocal(TypeKind.INT);
    code.iconst_0().istore(moved);
    code.trying(
        body -> {
          for (int i : order) {
            write(body, i);
            if (members().get(i).owns()) {
              body.iinc(moved, 1);
            }
          }
          pad(body);
          body.return_();
        },
        failures ->
            failures.catchingAll(
                handler -> {
                  int failure = handler.allocateLocal(TypeKind.REFERENCE);
                  handler.astore(failure).aload(0).aload(failure).aload(1).lload(2).iload(moved);
                  handler.invokevirtual(
                      STRUCT,
                      "setFailed",
                      MethodTypeDesc.of(CD_void, THROWABLE, SEGMENT, CD_long, CD_int));
                  handler.aload(failure).athrow();
                }));
  }

  private void write(CodeBuilder code, int index) {
    Member member = members().get(index);
    if (member.element() == null) {
      place(code, member.offset());
      access(code, index);
      put(code, carrier(member));
    } else {
      element(code, index);
      place(code, member.offset());
      access(code, index);
      code.loadConstant(nullMessage(shape, member));
      code.invokestatic(
          OBJECTS, "requireNonNull", MethodTypeDesc.of(CD_Object, CD_Object, CD_String));
      code.invokeinterface(ELEMENT, "set", SET);
    }
  }

  static String nullMessage(Shape shape, Member member) {
    Element<?> element = member.element();
    return "null in "
        + member.name()
        + " of "
        + shape.type().getName()
        + (element instanceof CElement.Pointers
            ? ": the null pointer is MemorySegment.NULL"
            : ": a struct has no null, only a pointer can be one");
  }

  private void pad(CodeBuilder code) {
    for (Gap gap : shape.gaps()) {
      if (gap.byteSize() > 2 * Long.BYTES) {
        place(code, gap.offset());
        code.loadConstant(gap.byteSize());
        code.invokestatic(FIELDS, "zero", MethodTypeDesc.of(CD_void, SEGMENT, CD_long, CD_long));
        continue;
      }
      long offset = gap.offset();
      for (long left = gap.byteSize(); left > 0; ) {
        // The last store may be the widest: the end of a gap is what is aligned.
        long width = left % 2 != 0 ? 1 : left % 4 != 0 ? 2 : left % 8 != 0 ? 4 : 8;
        place(code, offset);
        ClassDesc type =
            ClassDesc.ofDescriptor(width == 1 ? "B" : width == 2 ? "S" : width == 4 ? "I" : "J");
        if (width == 8) {
          code.lconst_0();
        } else {
          code.iconst_0();
        }
        put(code, type);
        offset += width;
        left -= width;
      }
    }
  }

  // isEqual

  private void isEqual(CodeBuilder code) {
    Label different = code.newLabel();
    for (int i = 0; i < members().size(); i++) {
      Member member = members().get(i);
      if (member.element() == null) {
        read(code, i, "get");
        access(code, i);
        compare(code, carrier(member), different);
      } else {
        element(code, i);
        place(code, member.offset());
        access(code, i);
        code.invokeinterface(ELEMENT, "isEqual", IS_EQUAL).ifeq(different);
      }
    }
    code.iconst_1().ireturn().labelBinding(different).iconst_0().ireturn();
  }

  private static void compare(CodeBuilder code, ClassDesc type, Label different) {
    switch (TypeKind.from(type)) {
      case LONG -> code.lcmp().ifne(different);
      case FLOAT ->
          code.invokestatic(CD_Float, "compare", MethodTypeDesc.of(CD_int, CD_float, CD_float))
              .ifne(different);
      case DOUBLE ->
          code.invokestatic(CD_Double, "compare", MethodTypeDesc.of(CD_int, CD_double, CD_double))
              .ifne(different);
      default -> code.if_icmpne(different);
    }
  }

  // What all of them do

  private List<Member> members() {
    return shape.members();
  }

  /// The memory, and where in it.
  private static void place(CodeBuilder code, long offset) {
    code.aload(1).lload(2);
    if (offset != 0) {
      code.loadConstant(offset).ladd();
    }
  }

  /// What the accessor of a component answers for the value in slot 4.
  private void access(CodeBuilder code, int index) {
    data(code, 1 + PER_MEMBER * index, CD_MethodHandle);
    code.aload(4)
        .invokevirtual(
            CD_MethodHandle,
            "invokeExact",
            MethodTypeDesc.of(carrier(members().get(index)), CD_Object));
  }

  private static void put(CodeBuilder code, ClassDesc type) {
    code.invokestatic(FIELDS, "put", MethodTypeDesc.of(CD_void, SEGMENT, CD_long, type));
  }

  private static void element(CodeBuilder code, int index) {
    data(code, 2 + PER_MEMBER * index, ELEMENT);
  }

  private static void data(CodeBuilder code, int index, ClassDesc type) {
    code.loadConstant(DynamicConstantDesc.ofNamed(BSM_CLASS_DATA_AT, DEFAULT_NAME, type, index));
  }

  private static ClassDesc carrier(Member member) {
    return member.accessor().type().returnType().describeConstable().orElseThrow();
  }

  private static TypeKind kind(Member member) {
    return TypeKind.from(carrier(member));
  }
}
