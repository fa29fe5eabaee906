package dev.cairn.own;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.LongFunction;

/// Goes over the slots of a dict that are taken, and reads something from each.
final class DictIterator<T> implements Iterator<T> {
  private final PairTable<?, ?> dict;
  private final LongFunction<T> reader;
  private int expected;
  private long next;
  private long last = Table.ABSENT;

  DictIterator(PairTable<?, ?> dict, LongFunction<T> reader) {
    dict.requireUsable("iterator");
    this.dict = dict;
    this.reader = reader;
    this.expected = dict.changes;
    this.next = dict.taken(0);
  }

  @Override
  public boolean hasNext() {
    dict.requireUsable("hasNext");
    return next != Table.ABSENT;
  }

  @Override
  public T next() {
    dict.requireUnchanged("next of an iterator", expected);
    if (next == Table.ABSENT) {
      throw new NoSuchElementException("next of an iterator at the end of " + dict.describe());
    }
    T read = reader.apply(next);
    last = next;
    next = dict.taken(next + 1);
    return read;
  }

  @Override
  public void remove() {
    dict.requireUnchanged("remove of an iterator", expected);
    dict.requireUnborrowed("remove");
    if (last == Table.ABSENT) {
      throw new IllegalStateException(
          "remove of what next() has not answered, or what is removed: call next() first");
    }
    long removed = last;
    last = Table.ABSENT;
    expected++;
    dict.removeAt(removed);
  }
}
