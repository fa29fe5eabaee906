package dev.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Bookkeeping that was corrupted, as by a failing memory module: `validate()` finds it. No program
/// can do that to it, so here a bit of it is turned by reflection.
class MisuseCorruptBookkeepingTest {
  @ParameterizedTest
  @CsvSource({
    "FIXED_HEAP, Slab.free",
    "GROWABLE_HEAP, Slab.free",
    "TINY_FIXED_HEAP, Bits.words",
    "TINY_GROWABLE_HEAP, Bits.words",
    "HEAP_OVER_LONGS, Slab.free",
    "CONFINED_REALTIME_HEAP, BuddyMap.tags",
    "SHARED_REALTIME_HEAP, Fragments.free",
    "CONFINED_POOL, PlainSlots.held",
    "SHARED_POOL, AtomicSlots.held",
    "FIXED_REGION, Bits.words",
    "GROWABLE_REGION, Bits.words",
    "WIPING_HEAP, Slab.free"
  })
  void aTurnedBitIsFoundByValidate(MisuseSubject subject, String where) {
    try (Misused misused = new Misused(subject)) {
      misused.allocator.free(misused.block(100));
      Set<String> found = new TreeSet<>();
      for (Words words : wordsOf(misused.allocator)) {
        words.set.accept(words.value ^ 1);
        if (isFound(misused)) {
          found.add(words.name);
        }
        words.set.accept(words.value);
        misused.validate();
      }
      assertThat(found).contains(where);
      misused.assertUnharmed();
    }
  }

  private static boolean isFound(Misused misused) {
    try {
      misused.validate();
      return false;
    } catch (AssertionError found) {
      assertThat(found.getMessage()).as("what is told").isNotBlank();
      return true;
    }
  }

  /// The first word of an array that is not zero.
  private record Words(String name, long value, LongConsumer set) {}

  private static List<Words> wordsOf(Object root) {
    List<Words> words = new ArrayList<>();
    visit("", root, words, Collections.newSetFromMap(new IdentityHashMap<>()));
    return words;
  }

  private static void visit(
      String name, @Nullable Object object, List<Words> words, Set<Object> seen) {
    if (object == null || !seen.add(object)) {
      return;
    }
    switch (object) {
      case long[] array -> {
        for (int i = 0; i < array.length; i++) {
          int at = i;
          if (array[i] != 0) {
            words.add(new Words(name, array[i], value -> array[at] = value));
            return;
          }
        }
      }
      case byte[] array -> {
        for (int i = 0; i < array.length; i++) {
          int at = i;
          if (array[i] != 0) {
            words.add(new Words(name, array[i], value -> array[at] = (byte) value));
            return;
          }
        }
      }
      case AtomicLongArray array -> {
        for (int i = 0; i < array.length(); i++) {
          int at = i;
          if (array.get(i) != 0) {
            words.add(new Words(name, array.get(i), value -> array.set(at, value)));
            return;
          }
        }
      }
      case AtomicReferenceArray<?> array -> {
        for (int i = 0; i < array.length(); i++) {
          visit(name, array.get(i), words, seen);
        }
      }
      case Collection<?> elements -> elements.forEach(each -> visit(name, each, words, seen));
      case Object[] array -> {
        for (Object each : array) {
          visit(name, each, words, seen);
        }
      }
      default -> visitFields(object, words, seen);
    }
  }

  private static void visitFields(Object object, List<Words> words, Set<Object> seen) {
    if (object instanceof Enum<?>) {
      return;
    }
    // Not into the JDK's own classes, from which ours may be derived.
    for (Class<?> type = object.getClass();
        type.getName().startsWith("dev.cairn.");
        type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers()) || field.getType().isPrimitive()) {
          continue;
        }
        field.setAccessible(true);
        try {
          visit(type.getSimpleName() + "." + field.getName(), field.get(object), words, seen);
        } catch (IllegalAccessException impossible) {
          throw new AssertionError(impossible);
        }
      }
    }
  }
}
