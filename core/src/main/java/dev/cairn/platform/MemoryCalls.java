package dev.cairn.platform;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The calls by which Linux gives address space, backs it with memory, and takes both away.
///
/// Those that answer an `int` answer zero, or the negative of an error number. The scope of what
/// they are given is held open for as long as the call takes.
final class MemoryCalls {
  /// What no address is.
  static final long REFUSED = -1;

  static final int EPERM = 1;
  static final int EAGAIN = 11;
  static final int ENOMEM = 12;
  static final int EINVAL = 22;

  // The values of the kernel's asm-generic headers, which both of these have; others differ.
  private static final Set<String> ARCHITECTURES = Set.of("amd64", "aarch64");
  private static final int PROT_READ = 1;
  private static final int PROT_WRITE = 2;
  private static final int MAP_PRIVATE = 2;
  private static final int MAP_ANONYMOUS = 0x20;
  private static final int MAP_NORESERVE = 0x4000;
  private static final int NO_FILE = -1;
  private static final int MADV_DONTNEED = 4;
  private static final int MADV_HUGEPAGE = 14;
  private static final int MADV_POPULATE_WRITE = 23; // since Linux 5.14

  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERROR_NUMBER = STATE.varHandle(PathElement.groupElement("errno"));

  /// The size of a page of the system, in bytes.
  final long pageSize;

  // Each takes a place for the error number first; all but the first then take a range.
  private final MethodHandle map;
  private final MethodHandle unmap;
  private final MethodHandle discard;
  private final MethodHandle preferHugePages;
  private final MethodHandle populate;
  private final MethodHandle lock;

  private MemoryCalls() {
    map =
        MethodHandles.insertArguments(
            MethodHandles.insertArguments(
                link(
                    "mmap",
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG),
                3,
                PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                NO_FILE,
                0L),
            1,
            0L);
    unmap = link("munmap", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
    lock = link("mlock", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
    MethodHandle advise =
        link(
            "madvise",
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT);
    discard = MethodHandles.insertArguments(advise, 3, MADV_DONTNEED);
    preferHugePages = MethodHandles.insertArguments(advise, 3, MADV_HUGEPAGE);
    populate = MethodHandles.insertArguments(advise, 3, MADV_POPULATE_WRITE);
    pageSize = askPageSize();
  }

  /// The calls of this system; null where it does not have them, or this JVM may not call them.
  static @Nullable MemoryCalls bindOrNull() {
    if (!System.getProperty("os.name", "").equals("Linux")
        || !ARCHITECTURES.contains(System.getProperty("os.arch", ""))
        || !NativeAccess.isGiven()) {
      return null;
    }
    try {
      return new MemoryCalls();
    } catch (IllegalCallerException
        | UnsupportedOperationException
        | NoSuchElementException lacking) {
      return null; // the JDK's own way to memory is left
    }
  }

  /// Takes address space of which no page is in place.
  ///
  /// @return its address, or [#REFUSED]
  long map(long byteSize) {
    try (Arena arena = Arena.ofConfined()) {
      return (long) map.invokeExact(arena.allocate(STATE), byteSize);
    } catch (Throwable thrown) {
      throw unchecked(thrown);
    }
  }

  /// Gives address space back. There must be some.
  int unmap(long address, long byteSize) {
    return apply(unmap, MemorySegment.ofAddress(address), byteSize);
  }

  /// Gives the memory of pages back; they stay, and are zero.
  int discard(MemorySegment pages) {
    return apply(discard, pages, pages.byteSize());
  }

  int preferHugePages(MemorySegment pages) {
    return apply(preferHugePages, pages, pages.byteSize());
  }

  /// Backs pages with memory, as writing to them would.
  int populate(MemorySegment pages) {
    return apply(populate, pages, pages.byteSize());
  }

  int lock(MemorySegment pages) {
    return apply(lock, pages, pages.byteSize());
  }

  /// What the headers of C call an error number, and the number.
  static String errorName(int errorNumber) {
    return switch (errorNumber) {
          case EPERM -> "EPERM";
          case EAGAIN -> "EAGAIN";
          case ENOMEM -> "ENOMEM";
          case EINVAL -> "EINVAL";
          default -> "errno";
        }
        + " ("
        + errorNumber
        + ")";
  }

  private static int apply(MethodHandle call, MemorySegment start, long byteSize) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int answer = (int) call.invokeExact(state, start, byteSize);
      return answer == 0 ? 0 : -(int) ERROR_NUMBER.get(state, 0L);
    } catch (Throwable thrown) {
      throw unchecked(thrown);
    }
  }

  private static long askPageSize() {
    try (Arena arena = Arena.ofConfined()) {
      MethodHandle getpagesize = link("getpagesize", ValueLayout.JAVA_INT);
      return (int) getpagesize.invokeExact(arena.allocate(STATE));
    } catch (Throwable thrown) {
      throw unchecked(thrown);
    }
  }

  @SuppressWarnings("restricted")
  private static MethodHandle link(String name, MemoryLayout answer, MemoryLayout... parameters) {
    Linker linker = Linker.nativeLinker();
    // SAFETY: the signatures are those of POSIX and madvise(2), with size_t and off_t of 64 bits.
    // What is passed is this package's own: whole pages that only a Reservation knows.
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(answer, parameters), ERRNO);
  }

  /// What a handle may throw is not declared, but nothing checked is among it.
  private static RuntimeException unchecked(Throwable thrown) {
    return switch (thrown) {
      case RuntimeException exception -> exception;
      case Error error -> throw error;
      default -> throw new AssertionError("a native call threw", thrown);
    };
  }
}
