package dev.cairn.bench;

import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/// An allocator that is called through method handles. [Functions#contestant(int)] makes a hidden
/// class of it, with the functions as its class data; the class itself is never initialized.
final class FunctionContestant extends AddressContestant {
  private static final MethodHandle ALLOCATE;
  private static final MethodHandle ALLOCATE_ZEROED;
  private static final MethodHandle FREE;

  static {
    try {
      Functions functions =
          MethodHandles.classData(
              MethodHandles.lookup(), ConstantDescs.DEFAULT_NAME, Functions.class);
      ALLOCATE = functions.allocate();
      ALLOCATE_ZEROED = functions.allocateZeroed();
      FREE = functions.free();
    } catch (IllegalAccessException failure) {
      throw new ExceptionInInitializerError(failure);
    }
  }

  FunctionContestant(int slots) {
    super(slots);
  }

  @Override
  long allocate(long byteSize) {
    try {
      return (long) ALLOCATE.invokeExact(byteSize);
    } catch (Throwable failure) {
      throw new AssertionError(failure);
    }
  }

  @Override
  long allocateZeroed(long byteSize) {
    try {
      return (long) ALLOCATE_ZEROED.invokeExact(byteSize);
    } catch (Throwable failure) {
      throw new AssertionError(failure);
    }
  }

  @Override
  void free(long address) {
    try {
      FREE.invokeExact(address);
    } catch (Throwable failure) {
      throw new AssertionError(failure);
    }
  }
}
