package dev.cairn.bench;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.lang.foreign.Linker;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/// Every contestant, by name. None is loaded before it is opened.
final class Contestants {
  private static final Map<String, IntFunction<Contestant>> FACTORIES = factories();

  private Contestants() {}

  /// The names, in the order they are shown.
  static List<String> names() {
    return List.copyOf(FACTORIES.keySet());
  }

  /// Opens a contestant.
  ///
  /// @param name its name
  /// @param slots how many blocks it can hold
  /// @return the contestant
  /// @throws IllegalArgumentException if none has that name
  /// @throws UnsupportedOperationException if this machine does not have it
  static Contestant open(String name, int slots) {
    IntFunction<Contestant> factory = FACTORIES.get(name);
    if (factory == null) {
      throw new IllegalArgumentException(
          "no contestant " + name + ": there are " + String.join(", ", names()));
    }
    return factory.apply(slots);
  }

  private static Map<String, IntFunction<Contestant>> factories() {
    Map<String, IntFunction<Contestant>> factories = new LinkedHashMap<>();
    factories.put("cairn", CairnSegments::new);
    factories.put("cairn-raw", CairnAddresses::new);
    factories.put("arena", ConfinedArenas::new);
    factories.put("unsafe", slots -> Functions.ofUnsafe().contestant(slots));
    for (NativeLibrary library : NativeLibrary.values()) {
      String name = library.id();
      factories.put(name, slots -> Functions.of(library).contestant(slots));
      factories.put(
          name + "-critical",
          slots -> Functions.of(library, Linker.Option.critical(false)).contestant(slots));
    }
    factories.put(
        "netty-pooled", slots -> new NettyBuffers(new PooledByteBufAllocator(true), slots));
    factories.put(
        "netty-adaptive", slots -> new NettyBuffers(new AdaptiveByteBufAllocator(true), slots));
    return factories;
  }
}
