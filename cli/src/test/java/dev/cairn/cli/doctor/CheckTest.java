package dev.cairn.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.cli.doctor.Finding.Standing;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckTest {
  private static final Path HUGE_PAGES = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

  private final MadeMachine machine = MadeMachine.linux();

  private Finding find(String subject) {
    return Check.all().examine(machine).stream()
        .filter(finding -> finding.subject().equals(subject))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatCairnNeedsIsAllThatIsNeeded() {
    assertThat(Check.all().examine(machine))
        .extracting(Finding::standing)
        .contains(Standing.OPTIONAL)
        .doesNotContain(Standing.NEEDED, Standing.UNKNOWN);
  }

  @Test
  void anOldJdkIsToBeReplaced() {
    machine.properties.put("java.specification.version", "24");

    assertThat(find("JDK").standing()).isEqualTo(Standing.NEEDED);
  }

  @Test
  void theJdkInUseIsNamedWithItsPlace() {
    assertThat(find("JDK").detail()).contains("25.0.1+8", "Someone", "/jdks/25");
  }

  @Test
  void aJvmOf32BitsIsToBeReplaced() {
    machine.properties.put("sun.arch.data.model", "32");

    assertThat(find("system").standing()).isEqualTo(Standing.NEEDED);
  }

  @Test
  void withoutNativeAccessTheExactOptionIsNamed() {
    machine.nativeModules.remove("dev.cairn.unsafe");

    Finding finding = find("native access");

    assertThat(finding.standing()).isEqualTo(Standing.NEEDED);
    assertThat(finding.detail()).isEqualTo("off for dev.cairn.unsafe");
    assertThat(finding.advice()).contains("--enable-native-access=dev.cairn.core,dev.cairn.unsafe");
  }

  @Test
  void aCLibraryWithoutMallocIsToBeReplaced() {
    machine.libraries.remove("libc");

    assertThat(find("libc").standing()).isEqualTo(Standing.NEEDED);
  }

  @Test
  void thePageSizeIsTheKernels() {
    assertThat(find("pages").detail()).isEqualTo("16 KiB");
  }

  @Test
  void hugePagesAreTold() {
    assertThat(find("huge pages").detail()).isEqualTo("2 MiB; transparent: madvise; set aside: 3");
  }

  @Test
  void hugePagesThatAreOffCouldBeAdded() {
    machine.texts.put(HUGE_PAGES, List.of("always madvise [never]"));

    assertThat(find("huge pages").standing()).isEqualTo(Standing.OPTIONAL);
  }

  @Test
  void aKernelWithoutTransparentHugePagesIsToldOf() {
    machine.texts.remove(HUGE_PAGES);

    assertThat(find("huge pages").detail()).contains("transparent: not supported");
  }

  @Test
  void aKernelThatHidesItsSettingsIsNotKnown() {
    machine.texts.clear();

    assertThat(find("pages").standing()).isEqualTo(Standing.UNKNOWN);
    assertThat(find("huge pages").standing()).isEqualTo(Standing.UNKNOWN);
  }

  @Test
  void aContainerWithLessMemoryThanTheMachineHasALimit() {
    machine.memoryByteSize = 512 << 20;

    assertThat(find("memory").detail())
        .isEqualTo("8 GiB, 4 GiB available; container limit: 512 MiB");
  }

  @Test
  void aNativeAllocatorIsFoundInAFolderOfTheLinker() {
    machine.files.add(Path.of("/usr/lib/x86_64-linux-gnu/libmimalloc.so.2.0"));
    machine.libraries.add("mimalloc");

    assertThat(find("mimalloc"))
        .isEqualTo(Finding.present("mimalloc", "/usr/lib/x86_64-linux-gnu/libmimalloc.so.2.0"));
  }

  @Test
  void aNativeAllocatorThatIsMissingIsNamedWithItsPackage() {
    assertThat(find("tcmalloc").standing()).isEqualTo(Standing.OPTIONAL);
    assertThat(find("tcmalloc").advice()).contains("libtcmalloc-minimal4 (Debian)");
  }

  @Test
  void aJemallocThatGlibcRefusesIsNamedWithTheSettingThatOpensIt() {
    machine.files.add(Path.of("/usr/lib/x86_64-linux-gnu/libjemalloc.so.2"));

    assertThat(find("jemalloc").standing()).isEqualTo(Standing.OPTIONAL);
    assertThat(find("jemalloc").advice())
        .contains("GLIBC_TUNABLES=glibc.rtld.optional_static_tls=16384");
  }

  @Test
  void aLibraryThatCannotBeOpenedThoughGlibcWasToldIsToBeReplaced() {
    machine.files.add(Path.of("/usr/lib/x86_64-linux-gnu/libjemalloc.so.2"));
    machine.environment.put("GLIBC_TUNABLES", "glibc.rtld.optional_static_tls=16384");

    assertThat(find("jemalloc").advice()).contains("cannot be opened");
  }

  @Test
  void aProgramIsFoundOnThePathInTheOrderOfItsFolders() {
    machine.files.add(Path.of("/usr/bin/valgrind"));
    machine.files.add(Path.of("/usr/local/bin/valgrind"));
    machine.files.add(Path.of("/opt/valgrind"));

    assertThat(find("valgrind")).isEqualTo(Finding.present("valgrind", "/usr/local/bin/valgrind"));
  }

  @Test
  void glibcsRecorderIsFound() {
    machine.files.add(Path.of("/lib64/libc_malloc_debug.so.0"));

    assertThat(find("MALLOC_TRACE").standing()).isEqualTo(Standing.PRESENT);
  }

  @Test
  void onMacosItsOwnNamesAndFoldersAreUsed() {
    machine.properties.put("os.name", "Mac OS X");
    machine.files.add(Path.of("/opt/homebrew/lib/libjemalloc.2.dylib"));
    machine.libraries.add("jemalloc");

    assertThat(find("jemalloc").standing()).isEqualTo(Standing.PRESENT);
    assertThat(find("pages").standing()).isEqualTo(Standing.UNKNOWN);
    assertThat(find("valgrind").standing()).isEqualTo(Standing.UNKNOWN);
    assertThat(find("C compiler").standing()).isEqualTo(Standing.OPTIONAL);
  }

  @Test
  void onAnotherSystemWhatIsNotKnownIsSaidAndNothingIsNeeded() {
    machine.properties.put("os.name", "Windows 11");

    assertThat(Check.all().examine(machine))
        .extracting(Finding::standing)
        .contains(Standing.UNKNOWN)
        .doesNotContain(Standing.NEEDED, Standing.OPTIONAL);
  }

  @Test
  void theMachineThatRunsThisTestCanRunCairn() {
    assertThat(Check.all().examine(new LocalMachine()))
        .filteredOn(finding -> finding.standing() == Standing.NEEDED)
        .isEmpty();
  }
}
