package dev.cairn.unsafe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class LibcTest {

  @Test
  void theTutorialsProgramRuns() {
    Pointer number = Libc.malloc(4);
    assertThat(number.isNull()).isFalse();
    number.setInt(42);
    assertThat(number.getInt()).isEqualTo(42);
    Libc.free(number);
  }

  @Test
  void whatCannotBeAllocatedIsNull() {
    assertThat(Libc.malloc(-1)).isEqualTo(Pointer.NULL);
    assertThat(Libc.calloc(1L << 62, 8)).isEqualTo(Pointer.NULL);
    assertThat(Libc.calloc(-1, -1)).isEqualTo(Pointer.NULL);
    Pointer block = Libc.malloc(8);
    block.setLong(7);
    assertThat(Libc.realloc(block, -1).isNull()).isTrue();
    assertThat(block.getLong()).isEqualTo(7);
    Libc.free(block);
    Libc.free(Pointer.NULL);
  }

  @Test
  void callocZeroesAndReallocKeeps() {
    Pointer block = Libc.calloc(10, 8);
    assertThat(block.plus(72).getLong()).isZero();
    block.plus(72).setLong(42);
    Pointer larger = Libc.realloc(block, 100_000);
    assertThat(larger.plus(72).getLong()).isEqualTo(42);
    assertThat(Libc.malloc_usable_size(larger)).isGreaterThanOrEqualTo(100_000);
    Libc.free(larger);
  }

  @Test
  void alignedMemoryIsAligned() {
    Pointer block = Libc.aligned_alloc(4096, 8192);
    assertThat(block.isAlignedTo(4096)).isTrue();
    Libc.free(block);
  }

  @Test
  void memoryIsCopiedFilledComparedAndMeasured() {
    Pointer a = Libc.malloc(64);
    Pointer b = Libc.malloc(64);
    Libc.memset(a, (byte) 'x', 63);
    a.plus(63).setByte((byte) 0);
    assertThat(Libc.strlen(a)).isEqualTo(63);
    Libc.memcpy(b, a, 64);
    assertThat(Libc.memcmp(a, b, 64)).isZero();
    b.plus(10).setByte((byte) 0xff);
    assertThat(Libc.memcmp(a, b, 64)).isNegative();
    assertThat(Libc.memcmp(b, a, 64)).isPositive();
    Libc.memmove(a.plus(1), a, 62);
    assertThat(Libc.strlen(a)).isEqualTo(63);
    Libc.free(a);
    Libc.free(b);
  }

  @Test
  void pointersAreNumbers() {
    Pointer p = new Pointer(1000);
    assertThat(p.plus(24).minus(p)).isEqualTo(24);
    assertThat(p.minus(8)).isEqualTo(new Pointer(992));
    assertThat(p.element(3, 4)).isEqualTo(new Pointer(1012));
    assertThat(p.isAlignedTo(8)).isTrue();
    assertThat(p.isAlignedTo(16)).isFalse();
    assertThat(p).hasToString("0x3e8");
    assertThat(Pointer.NULL).hasToString("null");
  }

  @Test
  void everyTypeIsReadAsItWasWritten() {
    Pointer p = Libc.malloc(64);
    // One byte off, because C allows what the machine does.
    Pointer q = p.plus(1);
    q.setByte((byte) -3);
    assertThat(q.getByte()).isEqualTo((byte) -3);
    q.setShort((short) -300);
    assertThat(q.getShort()).isEqualTo((short) -300);
    q.setFloat(1.5f);
    assertThat(q.getFloat()).isEqualTo(1.5f);
    q.setDouble(Math.PI);
    assertThat(q.getDouble()).isEqualTo(Math.PI);
    q.setPointer(p);
    assertThat(q.getPointer()).isEqualTo(p);
    Libc.free(p);
  }

  @Test
  void aSegmentAndAPointerShareTheirMemory() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocate(16);
      Pointer.to(segment).plus(8).setLong(42);
      assertThat(Pointer.to(segment).toSegment(16).mismatch(segment)).isEqualTo(-1);
      assertThat(segment.get(java.lang.foreign.ValueLayout.JAVA_LONG, 8)).isEqualTo(42);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pointer.to(MemorySegment.ofArray(new byte[8])))
        .withMessageContaining("native");
  }
}
