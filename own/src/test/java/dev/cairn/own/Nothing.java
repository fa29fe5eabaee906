package dev.cairn.own;

import java.lang.foreign.MemorySegment;

/// A value of no bytes.
enum Nothing {
  NOTHING;

  static final Element<Nothing> ELEMENT =
      new Element<>() {
        @Override
        public long byteSize() {
          return 0;
        }

        @Override
        public long byteAlignment() {
          return 1;
        }

        @Override
        public Nothing get(MemorySegment memory, long offset) {
          return NOTHING;
        }

        @Override
        public void set(MemorySegment memory, long offset, Nothing value) {}
      };
}
