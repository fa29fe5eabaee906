package dev.cairn.bench;

import dev.cairn.memory.HeapSizing;
import java.lang.foreign.Linker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Who takes part in the comparison of [Latency], each in a JVM of its own.
enum Entrant {
  /// No allocator: the cost of measuring, and what the machine does meanwhile.
  EMPTY_CALL(Entrant::offHeap, _ -> new NoBlocks()),
  /// [dev.cairn.memory.RealtimeHeap] by addresses.
  REALTIME_RAW(
      Entrant::offHeap, program -> new RealtimeAddresses(program.slots(), guaranteed(program))),
  /// [dev.cairn.memory.RealtimeHeap] by segments.
  REALTIME(Entrant::offHeap, program -> new RealtimeSegments(program.slots(), guaranteed(program))),
  /// [dev.cairn.memory.Heap] by addresses.
  CAIRN_RAW(Entrant::offHeap, program -> new CairnAddresses(program.slots())),
  /// [dev.cairn.memory.Heap] by segments.
  CAIRN(Entrant::offHeap, program -> new CairnSegments(program.slots())),
  /// The malloc of the system, by critical downcalls.
  LIBC_CRITICAL(Entrant::offHeap, program -> critical(NativeLibrary.LIBC, program)),
  /// jemalloc by critical downcalls.
  JEMALLOC_CRITICAL(Entrant::offHeap, program -> critical(NativeLibrary.JEMALLOC, program)),
  /// Arrays on the Java heap, with the G1 collector.
  ARRAYS_G1(program -> onHeap(program, "-XX:+UseG1GC"), program -> new JavaArrays(program.slots())),
  /// Arrays on the Java heap, with the ZGC collector.
  ARRAYS_ZGC(program -> onHeap(program, "-XX:+UseZGC"), program -> new JavaArrays(program.slots()));

  /// How many times what is live at most the Java heap has of room, where the blocks are on it.
  static final int ROOM = 3;

  private final Function<WorstCase, List<String>> options;
  private final Function<WorstCase, Slots> factory;

  Entrant(Function<WorstCase, List<String>> options, Function<WorstCase, Slots> factory) {
    this.options = options;
    this.factory = factory;
  }

  /// Finds an entrant.
  ///
  /// @param id its name in arguments
  /// @return the entrant
  /// @throws IllegalArgumentException if none has that name
  static Entrant of(String id) {
    return Arrays.stream(values())
        .filter(entrant -> entrant.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no contestant "
                        + id
                        + ": there are "
                        + Arrays.stream(values())
                            .map(Entrant::id)
                            .collect(Collectors.joining(", "))));
  }

  /// Its name in arguments and tables.
  String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// Whether the same allocator, by addresses, is among others.
  ///
  /// @param others the others
  boolean hasRawForm(Set<Entrant> others) {
    return others.stream().anyMatch(other -> other.id().equals(id() + "-raw"));
  }

  /// The options of its JVM.
  ///
  /// @param program what it is to run
  List<String> options(WorstCase program) {
    List<String> all = new ArrayList<>(options.apply(program));
    all.add("-XX:+AlwaysPreTouch");
    return all;
  }

  /// Opens it.
  ///
  /// @param program what it is to run
  /// @return who serves the program's calls
  /// @throws UnsupportedOperationException if this machine does not have it
  Slots open(WorstCase program) {
    return factory.apply(program);
  }

  /// The size of a real-time heap in which no call of the program can fail.
  ///
  /// @param program the program
  /// @return the size in bytes
  static long guaranteed(WorstCase program) {
    // Its sizes are powers of two: rounding adds nothing.
    return new HeapSizing(program.peakBytes(), WorstCase.SMALLEST, WorstCase.LARGEST)
        .realtimeHeapBytes(program.peakBytes());
  }

  private static Slots critical(NativeLibrary library, WorstCase program) {
    return Functions.of(library, Linker.Option.critical(false)).contestant(program.slots());
  }

  private static List<String> offHeap(WorstCase program) {
    return List.of("-Xms1g", "-Xmx1g");
  }

  private static List<String> onHeap(WorstCase program, String collector) {
    long mebibytes = ROOM * program.peakBytes() >> 20;
    return List.of("-Xms" + mebibytes + "m", "-Xmx" + mebibytes + "m", collector);
  }
}
