package dev.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.cli.Checkout.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a POSIX shell script")
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
class LauncherTest {
  @TempDir private Path folder;
  private Checkout checkout;

  @BeforeEach
  void makeCheckout() throws IOException {
    checkout = new Checkout(folder.toRealPath());
  }

  private Path systemJdk(String version) throws IOException {
    return checkout.jdk(checkout.system.resolve("usr/lib/jvm/jdk-" + version), version);
  }

  private Path jdkOnPath(String version) throws IOException {
    Path jdk = checkout.jdk(folder.toRealPath().resolve("jdk on path"), version);
    Files.createSymbolicLink(checkout.bin.resolve("java"), jdk.resolve("bin/java"));
    return jdk;
  }

  private static String javaOf(Path jdk) {
    return "java of " + jdk;
  }

  @Test
  void theJdkOfJavaHomeComesFirst() throws Exception {
    Path jdk = checkout.jdk(checkout.home.resolve("my jdk"), "25.0.1");
    jdkOnPath("25");
    systemJdk("25");
    checkout.environment.put("JAVA_HOME", jdk.toString());

    assertThat(checkout.run().out()).contains(javaOf(jdk));
  }

  @Test
  void aJavaHomeThatIsTooOldGivesWayToTheJavaOnThePath() throws Exception {
    Path old = checkout.jdk(checkout.home.resolve("old"), "1.8.0_392");
    Path jdk = jdkOnPath("25.0.1");
    checkout.environment.put("JAVA_HOME", old.toString());

    assertThat(checkout.run().out()).contains(javaOf(jdk));
  }

  @Test
  void whereTheJavaOnThePathIsTooOldTheSystemsFoldersAreLookedThrough() throws Exception {
    jdkOnPath("17.0.15");
    systemJdk("21.0.2");
    Path jdk = systemJdk("26");

    assertThat(checkout.run().out()).contains(javaOf(jdk));
  }

  @ParameterizedTest
  @ValueSource(strings = {".sdkman/candidates/java/25-tem", ".jdks/temurin-25.0.1"})
  void aJdkInAFolderOfTheHomeIsFound(String place) throws Exception {
    jdkOnPath("17.0.15");
    Path jdk = checkout.jdk(checkout.home.resolve(place), "25.0.1");

    assertThat(checkout.run().out()).contains(javaOf(jdk));
  }

  @Test
  void aJreWithoutCompilerIsPassedOver() throws Exception {
    Files.delete(systemJdk("25").resolve("bin/javac"));
    Path jdk = systemJdk("25.0.1");

    assertThat(checkout.run().out()).contains(javaOf(jdk));
  }

  @Test
  void withoutAJdkTwoLinesSayWhatWasLookedForAndHowToGetOne() throws Exception {
    Path old = jdkOnPath("17.0.15");
    checkout.environment.put("JAVA_HOME", old.toString());

    Run run = checkout.run("doctor");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).hasSize(2);
    assertThat(run.err().get(0)).contains("JDK 25", "javac", "JAVA_HOME (" + old + ")");
    assertThat(run.err().get(1)).contains("Get one", "apt install", "set JAVA_HOME");
  }

  @Test
  void theCommandIsBuiltOnceWithOneLineThatSaysSo() throws Exception {
    systemJdk("25");

    Run first = checkout.run();
    Run second = checkout.run();

    assertThat(first.err()).containsExactly("cairn: building");
    assertThat(second.err()).isEmpty();
    assertThat(checkout.buildsDone()).hasSize(1);
  }

  @Test
  void aSourceThatIsNewerIsBuilt() throws Exception {
    systemJdk("25");
    checkout.run();
    Files.setLastModifiedTime(checkout.source(), FileTime.from(Instant.now().plusSeconds(5)));

    checkout.run();

    assertThat(checkout.buildsDone()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bench", "pauses"})
  void theBenchmarksAreBuiltForTheCommandsThatRunThemOnly(String command) throws Exception {
    systemJdk("25");

    checkout.run("doctor");
    assertThat(checkout.buildsDone()).singleElement().asString().contains("--projects cli ");

    checkout.run(command);
    Run again = checkout.run(command, "--help");

    assertThat(checkout.buildsDone()).hasSize(2).last().asString().contains("--projects bench ");
    assertThat(checkout.root.resolve("bench/target/image")).isDirectory();
    assertThat(again.out())
        .contains("argument -Dcairn.bench=" + checkout.root.resolve("bench/target/image/*"));
  }

  @Test
  void aSourceThatIsGoneIsBuiltWithout() throws Exception {
    systemJdk("25");
    checkout.run();
    Files.delete(checkout.source());
    Files.setLastModifiedTime(
        checkout.source().getParent(), FileTime.from(Instant.now().plusSeconds(5)));

    checkout.run();

    assertThat(checkout.buildsDone()).hasSize(2);
  }

  @Test
  void aBuildThatFailsShowsWhatItSaidAndIsDoneAgain() throws Exception {
    systemJdk("25");
    checkout.environment.put("BUILD_EXIT_CODE", "3");

    Run failed = checkout.run();
    checkout.environment.remove("BUILD_EXIT_CODE");
    Run next = checkout.run();

    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(failed.out()).isEmpty();
    assertThat(failed.err()).contains("this is Maven").last().asString().contains("build failed");
    assertThat(next.exitCode()).isZero();
    assertThat(checkout.buildsDone()).hasSize(2);
  }

  @Test
  void twoThatStartAtOnceBuildOnce() throws Exception {
    systemJdk("25");
    checkout.environment.put("BUILD_SECONDS", "1");
    Path launcher = checkout.root.resolve("cairn");

    Process one = checkout.start(launcher);
    Process other = checkout.start(launcher);

    assertThat(Checkout.finish(one).exitCode()).isZero();
    assertThat(Checkout.finish(other).exitCode()).isZero();
    assertThat(checkout.buildsDone()).hasSize(1);
  }

  @Test
  void theLockOfABuildThatDiedIsTakenOver() throws Exception {
    systemJdk("25");
    Process dead = checkout.start(checkout.root.resolve("cairn"));
    Checkout.finish(dead);
    Files.delete(checkout.root.resolve("cli/target/image.stamp"));
    Files.createSymbolicLink(
        checkout.root.resolve("cli/target/image.lock"), Path.of(Long.toString(dead.pid())));

    assertThat(checkout.run().exitCode()).isZero();
    assertThat(checkout.buildsDone()).hasSize(2);
  }

  @Test
  void aLinkToTheLauncherWorksFromAnywhereAndPassesArgumentsOnAsTheyAre() throws Exception {
    systemJdk("25");
    Path link = checkout.home.resolve("my commands/a link");
    Files.createDirectory(link.getParent());
    Files.createSymbolicLink(link, Path.of("../../a check out/cairn"));

    Run run = Checkout.finish(checkout.start(link, "stats", "two words", "", "*", "$HOME"));

    assertThat(run.out())
        .contains("argument " + checkout.root.resolve("cli/target/image"))
        .endsWith(
            "argument stats", "argument two words", "argument ", "argument *", "argument $HOME");
  }

  @Test
  void javaTakesThePlaceOfTheLauncherAndItsExitCodeIsKept() throws Exception {
    systemJdk("25");
    checkout.environment.put("JAVA_EXIT_CODE", "42");

    Run run = checkout.run();

    assertThat(run.exitCode()).isEqualTo(42);
    assertThat(run.out()).contains("process " + run.pid());
  }

  @Test
  void javaIsGivenNativeAccess() throws Exception {
    systemJdk("25");

    assertThat(checkout.run().out())
        .contains("argument --enable-native-access=dev.cairn.core,dev.cairn.unsafe");
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.8.7", "3.10.1", "4.0.0"})
  void theMavenOnThePathBuildsIfItIsNewEnough(String version) throws Exception {
    systemJdk("25");
    Checkout.script(checkout.bin.resolve("mvn"), checkout.maven(version));

    assertThat(checkout.run().exitCode()).isZero();
    assertThat(checkout.buildsDone()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.2.1", "3.6.3"})
  void theWrapperBuildsWhereTheMavenOnThePathIsTooOld(String version) throws Exception {
    systemJdk("25");
    Checkout.script(
        checkout.bin.resolve("mvn"), checkout.maven(version).replace("exit ", "exit 9"));
    Checkout.script(checkout.root.resolve("mvnw"), checkout.maven("3.9.16"));

    assertThat(checkout.run().exitCode()).isZero();
    assertThat(checkout.buildsDone()).hasSize(1);
  }

  @Test
  void theWrapperBuildsWhereThereIsNoMaven() throws Exception {
    systemJdk("25");
    Files.delete(checkout.bin.resolve("mvn"));
    Checkout.script(checkout.root.resolve("mvnw"), checkout.maven("3.9.16"));

    assertThat(checkout.run().exitCode()).isZero();
    assertThat(checkout.buildsDone()).hasSize(1);
  }

  @Test
  void testRunsMavensVerifyWithTheArgumentsThatFollow() throws Exception {
    systemJdk("25");
    checkout.environment.put("BUILD_EXIT_CODE", "5");
    checkout.environment.put("MAVEN_OPTS", "-Xmx1g");

    Run run = checkout.run("test", "-pl", "core");

    assertThat(run.exitCode()).isEqualTo(5);
    assertThat(run.out()).containsExactly("this is Maven");
    assertThat(checkout.buildsDone()).containsExactly("--no-transfer-progress verify -pl core");
    assertThat(Files.readString(checkout.mavenOptions()))
        .startsWith("--enable-native-access=ALL-UNNAMED")
        .endsWith(" -Xmx1g\n");
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "glibc's setting")
  void glibcIsToldToLeaveRoomForJemallocUnlessTheUserTellsItSomethingElse() throws Exception {
    systemJdk("25");

    assertThat(checkout.run().out()).contains("tunables glibc.rtld.optional_static_tls=16384");

    checkout.environment.put("GLIBC_TUNABLES", "glibc.malloc.perturb=1");
    assertThat(checkout.run().out()).contains("tunables glibc.malloc.perturb=1");
  }
}
