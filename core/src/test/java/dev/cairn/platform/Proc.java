package dev.cairn.platform;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What Linux tells of this process in `/proc/self`: see proc(5).
public final class Proc {
  private static final Path SELF = Path.of("/proc/self");
  // Of an entry of pagemap: the page is in memory, swapped out, and of no other mapping. The zero
  // page, which the kernel shows where a page was only read, is in memory but many mappings'.
  private static final long PRESENT = 1L << 63;
  private static final long SWAPPED = 1L << 62;
  private static final long EXCLUSIVE = 1L << 56;
  private static final int CAP_IPC_LOCK = 14;

  private Proc() {}

  /// How many pages that a range touches have memory of their own. Unlike the resident set in
  /// smaps, it does not count what the kernel has merged with the mapping.
  public static long residentPages(MemorySegment range) throws IOException {
    Path pagemap = SELF.resolve("pagemap");
    assumeTrue(Files.isReadable(pagemap), pagemap + " is not there");
    long page = Reservation.pageSize();
    long first = range.address() / page;
    long end = (range.address() + range.byteSize() - 1) / page + 1;
    ByteBuffer entries =
        ByteBuffer.allocate(Math.toIntExact((end - first) * Long.BYTES))
            .order(ByteOrder.nativeOrder());
    try (FileChannel channel = FileChannel.open(pagemap)) {
      while (entries.hasRemaining()
          && channel.read(entries, first * Long.BYTES + entries.position()) > 0) {}
    }
    entries.flip();
    long resident = 0;
    while (entries.hasRemaining()) {
      long entry = entries.getLong();
      if ((entry & SWAPPED) != 0 || (entry & (PRESENT | EXCLUSIVE)) == (PRESENT | EXCLUSIVE)) {
        resident++;
      }
    }
    return resident;
  }

  /// The flags of the mapping that a range begins in: `hg` for huge pages, `lo` for locked.
  public static List<String> flags(MemorySegment range) throws IOException {
    boolean inside = false;
    for (String line : Files.readAllLines(SELF.resolve("smaps"))) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        String[] bounds = line.substring(0, line.indexOf(' ')).split("-", 2);
        inside =
            Long.compareUnsigned(Long.parseUnsignedLong(bounds[0], 16), range.address()) <= 0
                && Long.compareUnsigned(range.address(), Long.parseUnsignedLong(bounds[1], 16)) < 0;
      } else if (inside && line.startsWith("VmFlags:")) {
        return List.of(line.substring("VmFlags:".length()).strip().split(" "));
      }
    }
    throw new AssertionError("no mapping at 0x" + Long.toHexString(range.address()));
  }

  /// The size of the address space that this process has mapped, in bytes.
  public static long addressSpace() throws IOException {
    String pages = Files.readString(SELF.resolve("statm")).split(" ", 2)[0];
    return Long.parseLong(pages) * Reservation.pageSize();
  }

  /// Whether no limit of locked memory holds for this process.
  public static boolean mayLockAnything() throws IOException {
    for (String line : Files.readAllLines(SELF.resolve("status"))) {
      if (line.startsWith("CapEff:")) {
        long capabilities = Long.parseUnsignedLong(line.substring("CapEff:".length()).strip(), 16);
        return (capabilities >>> CAP_IPC_LOCK & 1) != 0;
      }
    }
    return false;
  }
}
