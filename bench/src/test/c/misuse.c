/*
 * A mistake with memory, one of a list, in a program that is otherwise right. What the allocator or
 * the tool around it says of the mistake goes to the standard error, and so do the marks of this
 * program: "made" once the mistake was made, "null" if malloc has refused instead, "ended" at the
 * end. Which of them stands before the first report tells how long nobody had noticed.
 *
 *   gcc -g -fno-builtin -pthread -w -o misuse misuse.c                          (glibc)
 *   gcc -g -fno-builtin -pthread -w -fsanitize=address -o misuse misuse.c       (AddressSanitizer)
 *   valgrind -q --leak-check=full ./misuse 'read after free'
 *   LD_PRELOAD=libmimalloc-secure.so MIMALLOC_SHOW_ERRORS=1 ./misuse 'read after free'
 *
 * Without an argument it lists the mistakes; they have the names of the rows in
 * docs/what-is-caught.md.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
  SIZE = 40,
  BIG = 65536,
  FAR = 1 << 20,
  HELD = 4096,
  PAGE = 4096,
};

/* The block that suffers, between two others. A mistake that ends its life sets it to NULL. */
static char *volatile before;
static char *volatile block;
static char *volatile after;

static char *volatile held[HELD];
static volatile char sink;
static char in_static[SIZE];

static void mark(const char *what) { write(STDERR_FILENO, what, strlen(what)); }

static char *gone(void) {
  char *stale = block;
  free(block);
  block = NULL;
  return stale;
}

/* Allocates until the place of a freed block is handed out again, if it ever is. */
static void hand_out_again(const char *stale) {
  for (int i = 0; i < HELD && block != stale; i++) {
    held[i] = block;
    block = malloc(SIZE);
  }
}

/* Frees more than any quarantine holds. */
static void flush_quarantines(void) {
  for (int64_t bytes = 0; bytes < (int64_t)400 << 20; bytes += BIG) {
    char *volatile passing = malloc(BIG);
    free(passing);
  }
}

static void in_another_thread(void *(*body)(void *), void *argument) {
  pthread_t thread;
  pthread_create(&thread, NULL, body, argument);
  pthread_join(thread, NULL);
}

static void *free_it(void *stale) {
  free(stale);
  return NULL;
}

static void free_twice(void) { free(gone()); }

static void free_twice_interleaved(void) {
  char *stale = gone();
  free(before);
  before = NULL;
  free(stale);
}

static void free_twice_after_reuse(void) {
  char *stale = gone();
  hand_out_again(stale);
  free(stale);
}

static void free_twice_elsewhere(void) { in_another_thread(free_it, gone()); }

static pthread_barrier_t both;

static void *free_it_together(void *shared) {
  pthread_barrier_wait(&both);
  free(shared);
  return NULL;
}

static void free_twice_at_the_same_time(void) {
  pthread_t other;
  pthread_barrier_init(&both, NULL, 2);
  pthread_create(&other, NULL, free_it_together, block);
  free_it_together(block);
  pthread_join(other, NULL);
  block = NULL;
}

static void free_interior(void) { free(block + 16); }

static void free_misaligned(void) { free(block + 1); }

static void free_stack(void) {
  char local[4 * SIZE];
  char *volatile escaped = local + 32;
  free(escaped);
}

static void free_static(void) {
  char *volatile escaped = in_static;
  free(escaped);
}

static void free_mapped(void) {
  char *mapped = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  free(mapped + PAGE);
}

static void free_never_allocated(void) { free((char *)0x123456789a0); }

static void reallocate_freed(void) { block = realloc(gone(), 2 * SIZE); }

static void reallocate_interior(void) { block = realloc(block + 16, 2 * SIZE); }

static void reallocate_foreign(void) { block = realloc(in_static, 2 * SIZE); }

static void read_after_free(void) { sink = gone()[8]; }

static void write_after_free(void) { memset(gone(), 42, SIZE); }

static void write_after_reuse(void) {
  char *stale = gone();
  hand_out_again(stale);
  stale[8] = 42;
}

static void write_after_quarantine(void) {
  char *stale = gone();
  flush_quarantines();
  hand_out_again(stale);
  stale[8] = 42;
}

static void write_after_growth(void) {
  char *stale = block;
  block = realloc(block, 100 * SIZE);
  stale[8] = 42;
}

static char *volatile local_address;

static void leave_a_frame(void) {
  char local[SIZE];
  local[0] = 42;
  local_address = local;
}

static void write_after_return(void) {
  leave_a_frame();
  local_address[8] = 42;
}

static void read_beyond(void) { sink = block[SIZE]; }

static void write_1_beyond(void) { block[SIZE] = 42; }

static void write_32_beyond(void) {
  for (int i = 0; i < 32; i++) {
    block[SIZE + i] = 42;
  }
}

static void copy_32_beyond(void) { memset(block + SIZE, 42, 32); }

static void write_1_before(void) { block[-1] = 42; }

static void write_32_before(void) {
  for (int i = 1; i <= 32; i++) {
    block[-i] = 42;
  }
}

static void copy_a_mebibyte_beyond(void) { memset(block, 42, FAR); }

static void write_into_another(void) {
  char *volatile other = malloc(SIZE);
  block[other - block + 8] = 42;
  free(other);
}

static void write_to_nothing(void) {
  char *volatile nothing = malloc(0);
  nothing[0] = 42;
  free(nothing);
}

static void read_uninitialised(void) {
  char *volatile fresh = malloc(SIZE);
  if (fresh[8] == 42) {
    sink = 42;
  }
  free(fresh);
}

static void leak(void) { before = block = after = NULL; }

static void leak_a_cycle(void) {
  *(char **)block = after;
  *(char **)after = block;
  block = after = NULL;
}

static void use_null(void) {
  char *volatile refused = malloc(SIZE_MAX / 4);
  refused[0] = 42;
}

static void told(void *answer) {
  if (answer == NULL) {
    mark("null\n");
  }
  free(answer);
}

static void allocate_negative(void) { told(malloc((size_t)-1)); }

static void allocate_overflowing(void) { told(calloc(SIZE_MAX / 4, 8)); }

static void allocate_misaligned(void) { told(aligned_alloc(24, 48)); }

static const struct {
  const char *name;
  void (*make)(void);
} mistakes[] = {
    {"second free", free_twice},
    {"the same, another freed in between", free_twice_interleaved},
    {"the same, by another thread", free_twice_elsewhere},
    {"the same, by two threads at once", free_twice_at_the_same_time},
    {"the same, when its place is used again", free_twice_after_reuse},
    {"free of an inner address", free_interior},
    {"free of a misaligned address", free_misaligned},
    {"free of stack memory", free_stack},
    {"free of static memory", free_static},
    {"free of mapped memory", free_mapped},
    {"free of what was never allocated", free_never_allocated},
    {"reallocate of a freed block", reallocate_freed},
    {"reallocate of an inner address", reallocate_interior},
    {"reallocate of foreign memory", reallocate_foreign},
    {"read after free", read_after_free},
    {"write after free", write_after_free},
    {"the same, after a further allocation", write_after_reuse},
    {"the same, 400 MiB later", write_after_quarantine},
    {"write to a list's old block after growth", write_after_growth},
    {"write to a frame that has ended", write_after_return},
    {"read 1 byte behind", read_beyond},
    {"write 1 byte behind", write_1_beyond},
    {"write 32 bytes behind", write_32_beyond},
    {"memset of 32 bytes behind", copy_32_beyond},
    {"write 1 byte before", write_1_before},
    {"write 32 bytes before", write_32_before},
    {"memset of 1 MiB from a block on", copy_a_mebibyte_beyond},
    {"write into another live block", write_into_another},
    {"write to a block of no bytes", write_to_nothing},
    {"read of what was never written", read_uninitialised},
    {"leak", leak},
    {"leak of a cycle", leak_a_cycle},
    {"use of a refused allocation", use_null},
    {"negative size", allocate_negative},
    {"count times size overflows", allocate_overflowing},
    {"alignment of 24", allocate_misaligned},
};

/* Frees what is live, and gives the allocator occasion to stumble. */
static void go_on(void) {
  free(before);
  free(block);
  free(after);
  for (int i = 0; i < HELD; i++) {
    free(held[i]);
    held[i] = malloc(i % 2 == 0 ? SIZE : i);
  }
  for (int i = 0; i < HELD; i++) {
    free(held[i]);
    held[i] = NULL;
  }
}

int main(int count, char **arguments) {
  for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
    if (count < 2) {
      puts(mistakes[i].name);
    } else if (strcmp(arguments[1], mistakes[i].name) == 0) {
      before = malloc(SIZE);
      block = malloc(SIZE);
      after = malloc(SIZE);
      memset(block, 1, SIZE);
      mistakes[i].make();
      mark("made\n");
      go_on();
      mark("ended\n");
      return 0;
    }
  }
  return count < 2 ? 0 : 2;
}
