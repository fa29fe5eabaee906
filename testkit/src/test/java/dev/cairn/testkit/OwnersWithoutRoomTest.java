package dev.cairn.testkit;

import dev.cairn.alloc.Allocator;
import dev.cairn.own.Arc;
import dev.cairn.own.Box;
import dev.cairn.own.Dict;
import dev.cairn.own.DictOfLongs;
import dev.cairn.own.Element;
import dev.cairn.own.Elements;
import dev.cairn.own.Rc;
import dev.cairn.own.SlotMap;
import dev.cairn.own.Str;
import dev.cairn.own.Struct;
import dev.cairn.own.Vec;
import dev.cairn.own.VecOfInt;
import dev.cairn.own.Weak;
import java.lang.invoke.MethodHandles;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Owners that find no room, at each of their requests in turn, neither leak nor free twice.
class OwnersWithoutRoomTest {
  private static final String LONG = "longer than what lies in place";

  @Test
  void boxes() {
    AllocationFailures.checkAll(
        allocator -> {
          try (Box<String> box = Box.in(allocator, Elements.utf8(allocator), LONG)) {
            box.set(LONG + 1);
            String _ = box.replace(LONG + 2);
            try (Box<String> moved = box.move()) {
              String _ = moved.get();
            }
          }
        });
  }

  @Test
  void listsOfStrings() {
    AllocationFailures.checkAll(
        allocator -> {
          try (Vec<String> vec = Vec.in(allocator, Elements.utf8(allocator))) {
            for (int i = 0; i < 20; i++) {
              vec.push(LONG + i);
            }
            vec.insert(3, LONG);
            vec.set(4, LONG);
            vec.extend(List.of(LONG, "short", LONG));
            vec.resizeWith(30, () -> LONG);
            vec.extendFromWithin(0, 3);
            vec.sort(Comparator.naturalOrder());
            vec.retain(text -> text.length() % 2 == 0);
            try (Vec<String> tail = vec.splitOff(vec.size() / 2)) {
              vec.append(tail);
            }
            vec.shrinkToFit();
            vec.asList().addAll(List.of(LONG, LONG));
          }
        });
  }

  @Test
  void listsOfInts() {
    AllocationFailures.checkAll(
        allocator -> {
          try (VecOfInt vec = VecOfInt.in(allocator)) {
            for (int i = 0; i < 100; i++) {
              vec.push(i);
            }
            vec.reserve(1000);
            vec.extend(1, 2, 3);
            vec.shrinkToFit();
            try (VecOfInt tail = vec.splitOff(50)) {
              vec.append(tail);
            }
          }
        });
  }

  @Test
  void texts() {
    AllocationFailures.checkAll(
        allocator -> {
          try (Str text = Str.of(allocator, LONG)) {
            for (int i = 0; i < 10; i++) {
              text.append(LONG);
            }
            text.insert(3, LONG);
            text.replaceRange(0, 5, LONG + LONG);
            long _ = text.replace("l", LONG);
            try (Str tail = text.splitOff(100)) {
              text.append(tail);
            }
            text.shrinkToFit();
          }
        });
  }

  @Test
  void dicts() {
    AllocationFailures.checkAll(
        allocator -> {
          Element<String> texts = Elements.utf8(allocator);
          try (Dict<String, String> dict = Dict.in(allocator, texts, texts)) {
            for (int i = 0; i < 20; i++) {
              dict.put(LONG + i, LONG);
              dict.put(LONG + i, LONG + i);
            }
            String _ = dict.insert(LONG + 3, LONG);
            String _ = dict.computeIfAbsent(LONG, _ -> LONG);
            String _ = dict.compute(LONG, (_, value) -> value + 1);
            String _ = dict.merge(LONG, LONG, String::concat);
            boolean _ = dict.remove(LONG + 5);
            String _ = dict.take(LONG + 6);
            dict.retain((key, _) -> key.length() % 2 == 0);
            dict.shrinkToFit();
            dict.asMap().put(LONG + 21, LONG);
          }
        });
  }

  @Test
  void dictsOfLongs() {
    AllocationFailures.checkAll(
        allocator -> {
          try (DictOfLongs dict = DictOfLongs.in(allocator)) {
            for (long i = 0; i < 200; i++) {
              dict.put(i * i, i);
            }
            dict.reserve(1000);
            dict.shrinkToFit();
          }
        });
  }

  @Test
  void slotMaps() {
    AllocationFailures.checkAll(
        allocator -> {
          try (SlotMap<String> map = SlotMap.in(allocator, Elements.utf8(allocator))) {
            for (int i = 0; i < 10; i++) {
              long handle = map.insert(LONG + i);
              map.set(handle, LONG);
              if (i % 2 == 0) {
                map.remove(handle);
              }
            }
          }
        });
  }

  @Test
  void sharedValues() {
    AllocationFailures.checkAll(
        allocator -> {
          Element<String> texts = Elements.utf8(allocator);
          try (Rc<String> one = Rc.in(allocator, texts, LONG);
              Rc<String> other = one.share();
              Weak<Rc<String>> weak = one.downgrade()) {
            other.update(text -> text + LONG);
            try (Rc<String> again = weak.upgrade()) {
              boolean _ = again == null;
            }
          }
          try (Arc<String> one = Arc.in(allocator, texts, LONG);
              Arc<String> other = one.share()) {
            other.update(text -> text + LONG);
            Optional<String> _ = other.tryUnwrap();
          }
        });
  }

  record Node(String name, Optional<Rc<Node>> next) {}

  @Test
  void linkedStructs() {
    AllocationFailures.checkAll(OwnersWithoutRoomTest::link);
  }

  private static void link(Allocator allocator) {
    Nodes nodes = new Nodes(allocator);
    try (Vec<Node> vec = Vec.in(allocator, nodes.struct)) {
      for (int i = 0; i < 5; i++) {
        push(allocator, nodes, vec, LONG + i);
      }
    }
  }

  private static void push(Allocator allocator, Nodes nodes, Vec<Node> vec, String name) {
    try (Rc<Node> inner = Rc.in(allocator, nodes.struct, new Node(name, Optional.empty()));
        Rc<Node> shared = inner.share()) {
      vec.push(new Node(name, Optional.of(shared)));
    }
  }

  private static final class Nodes {
    final Struct<Node> struct;

    Nodes(Allocator allocator) {
      struct =
          Struct.builder(MethodHandles.lookup(), Node.class)
              .with("name", Elements.utf8(allocator))
              .with("next", Rc.elements(allocator, this::struct).optional())
              .build();
    }

    private Struct<Node> struct() {
      return struct;
    }
  }
}
