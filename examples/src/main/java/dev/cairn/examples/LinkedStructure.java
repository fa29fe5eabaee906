package dev.cairn.examples;

import dev.cairn.memory.Heap;
import dev.cairn.own.Elements;
import dev.cairn.own.Rc;
import dev.cairn.own.Struct;
import dev.cairn.own.Weak;
import java.lang.invoke.MethodHandles;
import java.util.Optional;

/// Structs that own each other, outside the Java heap: a folder owns the one inside it, and that
/// knows which it is in.
final class LinkedStructure {
  private LinkedStructure() {}

  record Folder(String name, Optional<Rc<Folder>> inner, Optional<Weak<Rc<Folder>>> outer) {}

  /// How folders lie in a heap.
  private static final class Folders {
    final Heap heap;
    final Struct<Folder> struct;

    Folders(Heap heap) {
      this.heap = heap;
      this.struct =
          Struct.builder(MethodHandles.lookup(), Folder.class)
              .with("name", Elements.utf8(heap))
              .with("inner", Rc.elements(heap, this::struct).optional())
              .with("outer", Rc.weakElements(heap, this::struct).optional())
              .build();
    }

    private Struct<Folder> struct() {
      return struct;
    }

    @SuppressWarnings("MustBeClosedChecker") // the folder around it owns it
    Rc<Folder> inside(String name, Weak<Rc<Folder>> outer) {
      return Rc.in(heap, struct, new Folder(name, Optional.empty(), Optional.of(outer.share())));
    }
  }

  static void main() {
    // @start region="program"
    try (Heap heap = Heap.growable(1 << 20)) {
      Folders folders = new Folders(heap);
      try (Rc<Folder> usr =
              Rc.cyclic(
                  heap,
                  folders.struct,
                  self ->
                      new Folder(
                          "usr", Optional.of(folders.inside("share", self)), Optional.empty()));
          Weak<Rc<Folder>> kept = usr.downgrade()) {
        try (Rc<Folder> outer = usr.move();
            Rc<Folder> inner = outer.get().inner().orElseThrow();
            Weak<Rc<Folder>> up = inner.get().outer().orElseThrow();
            Rc<Folder> above = up.upgrade()) {
          IO.println(
              "above the inner folder is the outer one: "
                  + (above != null && outer.isSameAs(above)));
          IO.println(outer.strongCount() + " handles of the outer one, ours and the one above");
        }
        IO.println(kept.strongCount() + " handles are left, so both folders have ended");
      }
      IO.println(heap.stats().liveBlocks() + " blocks are live");
    }
    // @end
  }
}
