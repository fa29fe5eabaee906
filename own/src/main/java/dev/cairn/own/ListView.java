package dev.cairn.own;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The elements of a [Vec], or some of them, as a list of `java.util`.
final class ListView<T> extends AbstractList<T> implements RandomAccess {
  private final Vec<T> vec;
  private final @Nullable ListView<T> whole;
  private final long from;
  // Of a part only: the view of all elements has the size that they have.
  private int size;
  private int seen;

  ListView(Vec<T> vec) {
    this.vec = vec;
    this.whole = null;
    this.from = 0;
  }

  private ListView(ListView<T> whole, int from, int to) {
    this.vec = whole.vec;
    this.whole = whole;
    this.from = whole.from + from;
    this.size = to - from;
    this.seen = vec.changes;
  }

  @Override
  public int size() {
    return size("size");
  }

  private int size(String call) {
    if (whole == null) {
      return (int) Math.min(vec.size(), Integer.MAX_VALUE);
    }
    vec.requireFresh(call, seen);
    return size;
  }

  /// Lets elements come or go here, so that this part and those that it is a part of know.
  private void change(Runnable change) {
    long before = vec.size;
    try {
      change.run();
    } finally {
      for (ListView<T> view = this; view != null; view = view.whole) {
        view.size += (int) (vec.size - before);
        view.seen = vec.changes;
      }
    }
  }

  @Override
  public T get(int index) {
    return vec.get(from + Objects.checkIndex(index, size("get")));
  }

  @Override
  public T set(int index, T value) {
    return vec.replace(from + Objects.checkIndex(index, size("set")), value);
  }

  @Override
  public void add(int index, T value) {
    int at = Objects.checkIndex(index, roomFor("add", 1) + 1);
    change(() -> vec.insert(from + at, value));
  }

  @Override
  public boolean addAll(Collection<? extends T> values) {
    return addAll(size("addAll"), values);
  }

  @Override
  public boolean addAll(int index, Collection<? extends T> values) {
    // The values may be those of this very list.
    @SuppressWarnings("unchecked") // it has no others
    T[] all = (T[]) values.toArray();
    int at = Objects.checkIndex(index, roomFor("addAll", all.length) + 1);
    vec.reserve(all.length);
    for (T value : all) {
      add(at, value);
      at++;
    }
    return all.length > 0;
  }

  /// The size, if there may be some elements more.
  private int roomFor(String call, int more) {
    int there = size(call);
    // One less, for the sum of a size and one.
    if (there > Integer.MAX_VALUE - 1 - more) {
      throw new UnsupportedOperationException(
          call
              + " of "
              + more
              + " to a list view of "
              + vec.describe()
              + ", and it has no more than an int counts: use the methods of the Vec");
    }
    return there;
  }

  @Override
  public T remove(int index) {
    Objects.checkIndex(index, size("remove"));
    List<T> removed = new ArrayList<>(1);
    change(() -> removed.add(vec.remove(from + index)));
    return removed.getFirst();
  }

  @Override
  public boolean remove(@Nullable Object value) {
    int index = indexOf(value);
    if (index >= 0) {
      removeRange(index, index + 1);
    }
    return index >= 0;
  }

  @Override
  protected void removeRange(int first, int end) {
    Objects.checkFromToIndex(first, end, size("removeRange"));
    change(() -> vec.removeRange(from + first, from + end));
  }

  @Override
  public boolean removeIf(Predicate<? super T> test) {
    Objects.requireNonNull(test);
    long end = from + size("removeIf");
    long all = vec.size;
    change(() -> vec.retain(from, end, value -> !test.test(value)));
    return vec.size != all;
  }

  @Override
  public void sort(@Nullable Comparator<? super T> order) {
    @SuppressWarnings("unchecked") // as List does it
    Comparator<? super T> natural = (Comparator<? super T>) Comparator.naturalOrder();
    vec.sort(from, from + size("sort"), order == null ? natural : order);
  }

  @Override
  public boolean contains(@Nullable Object value) {
    return indexOf(value) >= 0;
  }

  @Override
  public int indexOf(@Nullable Object value) {
    int i = 0;
    while (i < size("indexOf") && !isEqual(i, value)) {
      i++;
    }
    return i < size("indexOf") ? i : -1;
  }

  @Override
  public int lastIndexOf(@Nullable Object value) {
    int i = size("lastIndexOf") - 1;
    while (i >= 0 && !isEqual(i, value)) {
      i--;
    }
    return i;
  }

  private boolean isEqual(int index, @Nullable Object value) {
    return vec.show(from + index, element -> Objects.deepEquals(element, value));
  }

  @Override
  public Iterator<T> iterator() {
    return new Cursor(0);
  }

  @Override
  public ListIterator<T> listIterator(int index) {
    return new Cursor(Objects.checkIndex(index, size("listIterator") + 1));
  }

  @Override
  public List<T> subList(int first, int end) {
    Objects.checkFromToIndex(first, end, size("subList"));
    return new ListView<>(this, first, end);
  }

  private final class Cursor implements ListIterator<T> {
    private int next;
    private int last = -1;
    private int known = vec.changes;

    Cursor(int next) {
      this.next = next;
    }

    private int size(String call) {
      vec.requireFresh(call, known);
      return ListView.this.size(call);
    }

    @Override
    public boolean hasNext() {
      return next < size("hasNext");
    }

    @Override
    public T next() {
      if (next >= size("next")) {
        throw new NoSuchElementException(
            "the iterator is behind the last of " + size + " elements");
      }
      T value = get(next);
      last = next++;
      return value;
    }

    @Override
    public boolean hasPrevious() {
      return next > 0;
    }

    @Override
    public T previous() {
      int size = size("previous");
      if (next == 0) {
        throw new NoSuchElementException(
            "the iterator is before the first of " + size + " elements");
      }
      T value = get(next - 1);
      last = --next;
      return value;
    }

    @Override
    public int nextIndex() {
      return next;
    }

    @Override
    public int previousIndex() {
      return next - 1;
    }

    @Override
    public void remove() {
      int index = last("remove");
      try {
        removeRange(index, index + 1);
      } finally {
        known = vec.changes;
      }
      next = index;
      last = -1;
    }

    @Override
    public void set(T value) {
      vec.set(from + last("set"), value);
    }

    @Override
    public void add(T value) {
      int size = size("add");
      try {
        ListView.this.add(next, value);
      } finally {
        known = vec.changes;
      }
      next += ListView.this.size("add") - size;
      last = -1;
    }

    private int last(String call) {
      int size = size(call);
      if (last < 0) {
        throw new IllegalStateException(
            call + " in a list of " + size + " without an element answered before it: call next()");
      }
      return last;
    }
  }
}
