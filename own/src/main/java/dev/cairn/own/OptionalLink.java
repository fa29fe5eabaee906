package dev.cairn.own;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Links that may lead nowhere.
final class OptionalLink<H extends Owner> implements Element<Optional<H>> {
  private final Link<H> link;

  OptionalLink(Link<H> link) {
    this.link = link;
  }

  @Override
  public long byteSize() {
    return link.byteSize();
  }

  @Override
  public long byteAlignment() {
    return link.byteAlignment();
  }

  @Override
  public boolean owns() {
    return true;
  }

  @Override
  public Optional<H> get(MemorySegment memory, long offset) {
    return Link.leadsNowhere(memory, offset)
        ? Optional.empty()
        : Optional.of(link.get(memory, offset));
  }

  @Override
  public void set(MemorySegment memory, long offset, Optional<H> value) {
    if (value.isPresent()) {
      link.set(memory, offset, value.get());
    } else {
      Link.setNowhere(memory, offset);
    }
  }

  @Override
  public Optional<H> take(MemorySegment memory, long offset) {
    return Link.leadsNowhere(memory, offset)
        ? Optional.empty()
        : Optional.of(link.take(memory, offset));
  }

  @Override
  public void drop(MemorySegment memory, long offset) {
    if (!Link.leadsNowhere(memory, offset)) {
      link.drop(memory, offset);
    }
  }

  @Override
  public boolean isEqual(MemorySegment memory, long offset, Optional<H> value) {
    return Link.leadsNowhere(memory, offset)
        ? value.isEmpty()
        : value.isPresent() && link.isEqual(memory, offset, value.get());
  }

  @Override
  public int hash(MemorySegment memory, long offset) {
    return Link.leadsNowhere(memory, offset) ? 0 : link.hash(memory, offset);
  }
}
