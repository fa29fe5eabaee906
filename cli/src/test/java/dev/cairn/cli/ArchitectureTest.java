package dev.cairn.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.lang.module.ModuleDescriptor.Requires;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The arrows between packages, over every module but the benchmarks: those may use anything, and
/// nothing uses them.
class ArchitectureTest {
  /// The packages of core, the lowest first. Each may use those before it.
  private static final List<String> CORE =
      List.of(
          "dev.cairn.platform",
          "dev.cairn.alloc",
          "dev.cairn.telemetry",
          "dev.cairn.management",
          "dev.cairn.engine",
          "dev.cairn.check",
          "dev.cairn.memory");

  private static JavaClasses cairn;

  @BeforeAll
  static void read() throws IOException {
    try (Stream<Path> modules = Files.list(Path.of(".."))) {
      cairn =
          new ClassFileImporter()
              .importPaths(
                  modules
                      .filter(module -> !module.endsWith("bench"))
                      .map(module -> module.resolve("target/classes"))
                      .filter(Files::isDirectory)
                      .toList());
    }
  }

  @Test
  void arrowsInCorePointDown() {
    for (int i = 0; i < CORE.size(); i++) {
      List<String> below = CORE.subList(0, i + 1);
      classes()
          .that()
          .resideInAPackage(CORE.get(i))
          .should()
          .onlyDependOnClassesThat(
              DescribedPredicate.describe(
                  "are outside Cairn or in one of " + below,
                  target ->
                      !target.getPackageName().startsWith("dev.cairn.")
                          || below.contains(target.getPackageName())))
          .allowEmptyShould(true)
          .check(cairn);
    }
  }

  @Test
  void noPackageIsPartOfACircle() {
    slices().matching("dev.cairn.(**)").should().beFreeOfCycles().check(cairn);
  }

  @Test
  void coreRequiresTheJdksBaseAndNothingElse() {
    assertThat(
            ModuleLayer.boot()
                .findModule("dev.cairn.core")
                .orElseThrow()
                .getDescriptor()
                .requires())
        .filteredOn(requires -> !requires.modifiers().contains(Requires.Modifier.STATIC))
        .extracting(Requires::name)
        .containsExactly("java.base");
  }

  @Test
  void onlyToolsUseTheUnsafeModule() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.cairn.unsafe..", "dev.cairn.trace..", "dev.cairn.examples..", "dev.cairn.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.cairn.unsafe..")
        .check(cairn);
  }

  @Test
  void onlyTheCommandUsesPicocli() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.cairn.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .check(cairn);
  }

  @Test
  void nothingUsesTheJdksUnsafe() {
    noClasses().should().dependOnClassesThat().haveSimpleName("Unsafe").check(cairn);
  }

  @Test
  void onlyPlatformAndUnsafeCallRestrictedMethods() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.cairn.platform", "dev.cairn.unsafe")
        .should()
        .accessTargetWhere(
            DescribedPredicate.describe(
                "the target is a restricted method", ArchitectureTest::isRestricted))
        .check(cairn);
  }

  private static boolean isRestricted(JavaAccess<?> access) {
    return access
        .getTarget()
        .resolveMember()
        .map(member -> member.isAnnotatedWith("jdk.internal.javac.Restricted"))
        .orElse(false);
  }

  @Test
  void theRulesSeeTheModules() {
    assertThat(cairn.stream().map(JavaClass::getPackageName))
        .contains(
            "dev.cairn.platform",
            "dev.cairn.alloc",
            "dev.cairn.memory",
            "dev.cairn.own",
            "dev.cairn.cli");
  }
}
