package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Structs beside those of a C compiler.
@SuppressWarnings("ArrayRecordComponent") // structs of C have them
class StructLayoutTest {
  enum Color {
    RED,
    GREEN
  }

  record Point(int x, int y) {}

  record Tagged(byte tag, long value, short kind) {}

  record Chars(char a, byte b, char c) {}

  record Flags(boolean a, int b, boolean c, boolean d, double e, boolean f) {}

  record Floats(float a, double b, float c) {}

  record Enums(byte a, Color b, byte c) {}

  record Pointers(byte a, MemorySegment b, short c, MemorySegment d) {}

  record Bytes(byte a, @Length(3) byte[] b, short c, @Length(5) byte[] d) {}

  record Ints(byte a, @Length(3) int[] b, byte c) {}

  record Inner(byte a, Tagged b, byte c) {}

  record Many(byte a, @Length(3) Chars[] b, @Length(2) Tagged[] c, @Length(2) Color[] d) {}

  record Deep(byte a, Inner b, @Length({2, 3}) short[][] c, @Length(2) MemorySegment[] d) {}

  record Odd(@Length(7) boolean[] a, @Length(3) char[] b, float c, @Length(3) double[] d, byte e) {}

  record Alone(byte a) {}

  /// What stands for each record, in order: a type inside another one comes first.
  private static final Map<Class<? extends Record>, String> IN_C = new LinkedHashMap<>();

  static {
    IN_C.put(Point.class, "int x; int y;");
    IN_C.put(Tagged.class, "int8_t tag; int64_t value; int16_t kind;");
    IN_C.put(Chars.class, "uint16_t a; int8_t b; uint16_t c;");
    IN_C.put(Flags.class, "bool a; int b; bool c; bool d; double e; bool f;");
    IN_C.put(Floats.class, "float a; double b; float c;");
    IN_C.put(Enums.class, "int8_t a; enum color b; int8_t c;");
    IN_C.put(Pointers.class, "int8_t a; void *b; int16_t c; void *d;");
    IN_C.put(Bytes.class, "int8_t a; int8_t b[3]; int16_t c; int8_t d[5];");
    IN_C.put(Ints.class, "int8_t a; int b[3]; int8_t c;");
    IN_C.put(Inner.class, "int8_t a; struct Tagged b; int8_t c;");
    IN_C.put(Many.class, "int8_t a; struct Chars b[3]; struct Tagged c[2]; enum color d[2];");
    IN_C.put(Deep.class, "int8_t a; struct Inner b; int16_t c[2][3]; void *d[2];");
    IN_C.put(Odd.class, "bool a[7]; uint16_t b[3]; float c; double d[3]; int8_t e;");
    IN_C.put(Alone.class, "int8_t a;");
  }

  @Test
  void offsetsSizesAndAlignmentsAreThoseOfAcCompiler(@TempDir Path folder)
      throws IOException, InterruptedException {
    List<String> ours = new ArrayList<>();
    StringBuilder program =
        new StringBuilder(
            """
            #include <stdbool.h>
            #include <stddef.h>
            #include <stdint.h>
            #include <stdio.h>
            enum color { RED, GREEN };
            """);
    StringBuilder main = new StringBuilder("int main(void) {\n");
    IN_C.forEach(
        (type, fields) -> {
          String name = type.getSimpleName();
          Struct<?> struct = Struct.of(MethodHandles.lookup(), type);
          program.append("struct %s { %s };\n".formatted(name, fields));
          main.append(
              "printf(\"%1$s %%zu %%zu\\n\", sizeof(struct %1$s), _Alignof(struct %1$s));\n"
                  .formatted(name));
          ours.add(name + " " + struct.byteSize() + " " + struct.byteAlignment());
          for (var component : type.getRecordComponents()) {
            main.append(
                "printf(\"%1$s.%2$s %%zu\\n\", offsetof(struct %1$s, %2$s));\n"
                    .formatted(name, component.getName()));
            ours.add(name + "." + component.getName() + " " + offset(struct, component.getName()));
          }
        });
    assertThat(compileAndRun(folder, program.append(main).append("return 0;\n}\n").toString()))
        .containsExactlyElementsOf(ours);
  }

  private static long offset(Struct<?> struct, String name) {
    return struct.layout().byteOffset(PathElement.groupElement(name));
  }

  private static List<String> compileAndRun(Path folder, String program)
      throws IOException, InterruptedException {
    Path source = Files.writeString(folder.resolve("layouts.c"), program);
    Path binary = folder.resolve("layouts");
    try {
      Process compiler =
          new ProcessBuilder("gcc", "-o", binary.toString(), source.toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(compiler.waitFor()).as(said).isZero();
    } catch (IOException missing) {
      return abort("no gcc on the PATH to compare with: " + missing.getMessage());
    }
    Process run = new ProcessBuilder(binary.toString()).start();
    String output = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(run.waitFor()).isZero();
    return output.lines().toList();
  }

  @Test
  void theLayoutNamesItsMembersAndItsPadding() {
    MemoryLayout layout = Struct.of(MethodHandles.lookup(), Tagged.class).layout();
    assertThat(layout)
        .isEqualTo(
            MemoryLayout.structLayout(
                    ValueLayout.JAVA_BYTE.withName("tag"),
                    MemoryLayout.paddingLayout(7),
                    ValueLayout.JAVA_LONG.withName("value"),
                    ValueLayout.JAVA_SHORT.withName("kind"),
                    MemoryLayout.paddingLayout(6))
                .withName("Tagged"));
    assertThat(
            Struct.of(MethodHandles.lookup(), Point.class).layout().memberLayouts().stream()
                .noneMatch(PaddingLayout.class::isInstance))
        .isTrue();
  }

  record Division(int quotient, int remainder) {}

  @Test
  @SuppressWarnings("restricted")
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void aFunctionOfCReturnsAStructThatIsReadAsARecord() throws Throwable {
    Struct<Division> struct = Struct.of(MethodHandles.lookup(), Division.class);
    Linker linker = Linker.nativeLinker();
    MemorySegment function = linker.defaultLookup().find("div").orElse(MemorySegment.NULL);
    assumeTrue(function.address() != 0, "the C library has no div");
    MethodHandle div =
        linker.downcallHandle(
            function,
            FunctionDescriptor.of(struct.layout(), ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = (MemorySegment) div.invokeExact((SegmentAllocator) arena, 17, 5);
      assertThat(struct.get(result, 0)).isEqualTo(new Division(3, 2));
    }
  }

  @Test
  void structsLieOneAfterTheOtherInAnArray() {
    Struct<Tagged> struct = Struct.of(MethodHandles.lookup(), Tagged.class);
    Tagged[] values = {
      new Tagged((byte) 1, 2, (short) 3), new Tagged((byte) 4, 5, (short) 6),
    };
    MemorySegment memory =
        MemorySegment.ofArray(new byte[(int) (values.length * struct.byteSize())]);
    for (int i = 0; i < values.length; i++) {
      struct.set(memory, i * struct.byteSize(), values[i]);
    }
    assertThat(Arrays.stream(values).toList())
        .containsExactly(struct.get(memory, 0), struct.get(memory, struct.byteSize()));
  }
}
