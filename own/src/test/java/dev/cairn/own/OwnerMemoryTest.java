package dev.cairn.own;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.FieldInstruction;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OwnerMemoryTest {
  @Test
  void ownersChangeTheirBlockWhereAWatchLearnsOfIt() throws IOException, URISyntaxException {
    Path classes = Path.of(Owner.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(classes)) {
      List<String> setters =
          files
              .filter(file -> file.toString().endsWith(".class"))
              .map(OwnerMemoryTest::parsed)
              .filter(OwnerMemoryTest::setsMemory)
              .map(type -> type.thisClass().asInternalName())
              .toList();
      assertThat(setters)
          .as("classes that set Owner.memory: call setMemory instead")
          .containsExactly("dev/cairn/own/Owner");
    }
  }

  private static ClassModel parsed(Path file) {
    try {
      return ClassFile.of().parse(file);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Whether a method that is no constructor sets a field `memory`, whoever has it.
  private static boolean setsMemory(ClassModel type) {
    return type.methods().stream()
        .filter(method -> !method.methodName().equalsString("<init>"))
        .flatMap(method -> method.code().stream())
        .flatMap(code -> code.elementStream())
        .anyMatch(
            element ->
                element instanceof FieldInstruction field
                    && field.opcode() == Opcode.PUTFIELD
                    && field.name().equalsString("memory"));
  }
}
