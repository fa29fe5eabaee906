package dev.cairn.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// What each program of the tour prints; addresses and times are masked.
class TourTest {

  @Test
  void theLibcProgramStoresAndFrees() {
    assertThat(outputOf(LibcProgram::main))
        .isEqualTo(
            """
            malloc(4) is at ADDRESS and holds 42
            freed; reading it now would be undefined, as in C
            """);
  }

  @Test
  void theAllocatorProgramIsRefusedItsMistakes() {
    assertThat(outputOf(AllocatorProgram::main))
        .isEqualTo(
            """
            2 bytes aligned to 2 hold 42
            a second free is refused: free of 2 bytes at ADDRESS, but no live block is there: free\
             each block once, and drop every reference to it when you do
            """);
  }

  @Test
  void theStackIsTimedAgainstTheHeap() {
    assertThat(outputOf(StackAgainstHeap::main))
        .isEqualTo(
            """
            what was in a frame that is popped cannot be read: Already closed
            64 bytes on the stack: N ns, pushed and popped
            64 bytes on the heap:  N ns, allocated and freed
            """);
  }

  @Test
  void aStructIsLaidOutAsInC() {
    assertThat(outputOf(Alignment::main))
        .isEqualTo(
            """
            tag at 0, value at 8, count at 16
            the struct takes 24 bytes aligned to 8
            three of them take 72 bytes aligned to 8
            a block aligned to 4096: address % 4096 = 0
            alignment 3 is not a power of two: ask for 1, 2, 4, ... up to 2^62 bytes
            """);
  }

  @Test
  void pointersAreSteppedAndBoundedAgain() {
    assertThat(outputOf(PointerArithmetic::main))
        .isEqualTo(
            """
            the last is 16, 16 bytes on
            after realloc the third is 4
            as a segment, a step past the end is refused
            """);
  }

  @Test
  void whatWasForgottenIsReportedWithItsPlace() {
    assertThat(outputOf(ForgettingToFree::main))
        .contains("logged message 2, and forgot to free it")
        .containsPattern(
            "leaked: 3 blocks of 30 bytes in all, allocated at"
                + " ForgettingToFree.log\\(ForgettingToFree.java:\\d+\\)")
        .doesNotContain("2 blocks");
  }

  @Test
  void aHeapAccountsForItsBlocksBySize() {
    assertThat(outputOf(HeapAccount::main))
        .isEqualTo(
            """
            bytes each  allocated  live
                    32        100    25
                   112        100    25
                  1024        200    50
                 10240        100    25
                larger        100    25
            closed with 3 of 32 bytes live
            """);
  }

  @Test
  void aHeapThatIsFullSaysSoAndGoesOn() {
    assertThat(outputOf(FullHeap::main))
        .isEqualTo(
            """
            16 blocks, 256 of 16384 bytes free
            no room for 1000 bytes aligned to 8: this fixed heap of 16384 bytes has 256 bytes free, 256\
             of them in one run; free blocks, or give it more memory
            after one free there is room
            """);
  }

  @Test
  void aControlLoopFindsRoomInEveryCycle() {
    assertThat(outputOf(ControlLoop::main))
        .matches(
            """
            confined real-time heap of \\d+ bytes: 21000 blocks, 0 requests failed
            \\d+ of 1000 deadlines missed
            the longest cycle took N ns of N ns
            """);
  }

  @Test
  void aRegionIsRewoundBeforeEachRequest() {
    assertThat(outputOf(RequestRegion::main))
        .isEqualTo(
            """
            hello, Ada: 16 bytes live, 2 blocks so far
            hello, Grace: 16 bytes live, 3 blocks so far
            hello, Barbara: 16 bytes live, 4 blocks so far
            what an earlier request allocated cannot be read
            """);
  }

  @Test
  void theSameMistakeIsNoticedOnTwoOfThreeFloors() {
    assertThat(outputOf(ThreeFloors::main))
        .isEqualTo(
            """
            by address 42
              freed, and read as 42: nobody noticed
            as a segment 42
              ended with its arena, and refused: Already closed
            as an owner 42
              closed, and refused: get of the Box at ADDRESS, which is closed: close each owner once,\
             and drop every reference to it when you do
            """);
  }

  @Test
  void foldersThatOwnEachOtherEndTogether() {
    assertThat(outputOf(LinkedStructure::main))
        .isEqualTo(
            """
            above the inner folder is the outer one: true
            2 handles of the outer one, ours and the one above
            0 handles are left, so both folders have ended
            0 blocks are live
            """);
  }

  @Test
  void tenMillionEntriesAreNoneOfTheCollectorsBusiness() {
    assertThat(outputOf(TenMillionEntries::main))
        // The rest of this JVM may be the cause of one.
        .matches(
            """
            10000000 entries, whose values sum up to 99999990000000
            [01] collections of garbage meanwhile
            """);
  }

  @Test
  void aByteTooFarIsFoundWithItsBlock() {
    assertThat(outputOf(WriteTooFar::main))
        .contains("overflow of a 16-byte block at ADDRESS, offset 16 written to")
        .containsPattern("allocated at WriteTooFar.main\\(WriteTooFar.java:\\d+\\)");
  }

  @Test
  void aRecordingIsReplayedWithoutFailures() {
    assertThat(
            outputOf(ReplayOfARecording::main).replaceAll("\\d+\\.\\d+", "N").replaceAll(" +", " "))
        .isEqualTo(
            """
            jq, 77402 operations
             failed million/s utilization
            heap 0 N N
            libc 0 N N
            arena 0 N N
            """);
  }

  private static String outputOf(Runnable program) {
    PrintStream console = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      program.run();
    } finally {
      System.setOut(console);
    }
    return printed
        .toString(StandardCharsets.UTF_8)
        .replaceAll("0x[0-9a-f]+", "ADDRESS")
        .replaceAll("\\d+ ns", "N ns");
  }
}
