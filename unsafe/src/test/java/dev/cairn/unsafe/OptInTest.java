package dev.cairn.unsafe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.alloc.Allocator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Compiles a module that uses addresses, with and without saying so.
class OptInTest {
  @TempDir private Path folder;

  @Test
  void aModuleThatRequiresItCompiles() throws IOException {
    assertThat(compile("module user { requires dev.cairn.unsafe; }")).isEmpty();
  }

  @Test
  void aModuleThatDoesNotRequireItCannotCompile() throws IOException {
    assertThat(compile("module user { requires dev.cairn.core; }"))
        .contains("package dev.cairn.unsafe is not visible")
        .contains("module user does not read it");
  }

  /// What the compiler says; nothing if it is content.
  private String compile(String module) throws IOException {
    Path declaration = Files.writeString(folder.resolve("module-info.java"), module);
    Path program =
        Files.writeString(
            folder.resolve("Program.java"),
            """
            package user;

            class Program {
              dev.cairn.unsafe.Pointer pointer = dev.cairn.unsafe.Libc.malloc(4);
            }
            """);
    String modulePath =
        location(Allocator.class) + System.getProperty("path.separator") + location(Pointer.class);
    StringWriter said = new StringWriter();
    PrintWriter writer = new PrintWriter(said);
    int exit =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(
                writer,
                writer,
                "-d",
                folder.resolve("classes").toString(),
                "--module-path",
                modulePath,
                declaration.toString(),
                program.toString());
    assertThat(exit == 0).isEqualTo(said.toString().isEmpty());
    return said.toString();
  }

  private static Path location(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
  }
}
