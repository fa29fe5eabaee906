package dev.cairn.trace;

import dev.cairn.memory.Heap;
import dev.cairn.memory.Region;
import dev.cairn.memory.SystemAllocator;
import dev.cairn.trace.AllocatorContestant.Footprint;
import dev.cairn.unsafe.Malloc;
import java.util.List;

/// The allocators that can be told to replay a trace by name.
public final class Contestants {
  /// Says what a name stands for.
  ///
  /// @param name the name
  /// @param description what it stands for, in one line
  public record Entry(String name, String description) {}

  private static final List<Entry> ENTRIES =
      List.of(
          new Entry("heap", "Cairn's Heap, growable"),
          new Entry("region", "Cairn's Region, growable; it takes back only its last blocks"),
          new Entry("system", "Cairn's SystemAllocator: the C library's malloc, checked"),
          new Entry("libc", "the C library's malloc, by address and unchecked"),
          new Entry("jemalloc", "jemalloc by address, if it is installed"),
          new Entry("mimalloc", "mimalloc by address, if it is installed"),
          new Entry("tcmalloc", "tcmalloc by address, if it is installed"),
          new Entry("arena", "the JDK's Arena.ofConfined(), one for each block"));

  private record Named(String name, Opener opener) implements Contestant.Factory {
    interface Opener {
      Contestant open(int slots, long byteLimit);
    }

    @Override
    public Contestant open(int slots, long byteLimit) {
      return opener.open(slots, byteLimit);
    }
  }

  private Contestants() {}

  /// The names that [#named(String)] knows.
  ///
  /// @return the names, with what they stand for
  public static List<Entry> entries() {
    return ENTRIES;
  }

  /// The contestant of a name.
  ///
  /// @param name one of the [names][#entries()], or the path of a native library with a malloc
  /// @return what opens it; a library that is missing shows only when it is opened
  /// @throws IllegalArgumentException if the name is not known
  @SuppressWarnings("MustBeClosedChecker") // the contestant closes what it is given
  public static Contestant.Factory named(String name) {
    Named.Opener opener =
        switch (name) {
          case "heap" ->
              (slots, _) ->
                  new AllocatorContestant(Heap.growable(Long.MAX_VALUE), slots, Footprint.KNOWN);
          case "region" ->
              (slots, byteLimit) ->
                  new AllocatorContestant(Region.growable(byteLimit), slots, Footprint.KNOWN);
          case "system" ->
              (slots, _) ->
                  new AllocatorContestant(SystemAllocator.ofConfined(), slots, Footprint.UNKNOWN);
          case "arena" -> (slots, _) -> new ArenaContestant(slots);
          case "libc", "jemalloc", "mimalloc", "tcmalloc" ->
              (slots, _) -> new MallocContestant(Malloc.of(name), slots);
          default -> {
            if (name.indexOf('/') < 0) {
              throw new IllegalArgumentException(
                  "no allocator is called \""
                      + name
                      + "\": name one of "
                      + String.join(", ", ENTRIES.stream().map(Entry::name).toList())
                      + ", or the path of a native library that has a malloc");
            }
            yield (slots, _) -> new MallocContestant(Malloc.of(name), slots);
          }
        };
    return new Named(name, opener);
  }
}
