/*
 * The loops of this module's benchmarks, as a C program runs them. The allocator is the one that is
 * linked in or preloaded:
 *
 *   gcc -O2 -fno-builtin -pthread -o allocators allocators.c -lm -ldl
 *   LD_PRELOAD=libjemalloc.so.2 ./allocators 50 5 pair-64 batch churn hand-over zeroed-64
 *
 * The arguments are the milliseconds of a round, the number of rounds, and what to run. It prints
 * the file that malloc is in, then per loop the median of its rounds in ns per block.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
  BATCHES = 64,
  BATCH = 100,
  BATCH_MAX = 4096,
  LIVE = 100000,
  SIZES = 4096,
  CHURN_MAX = 8192,
  RING = 4096,
  PUBLISH = 64,
  HANDED_OVER = 64,
  SPINS = 1000,
  MIN_SIZE = 16,
  CHUNK = 1000,
  MAX_ROUNDS = 99,
};

static void fail(const char *what, const char *value) {
  fprintf(stderr, "allocators: %s: %s\n", what, value);
  exit(2);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static uint64_t seed = 0x9e3779b97f4a7c15;

static inline uint64_t next_random(uint64_t *state) {
  uint64_t x = *state;
  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  return *state = x;
}

/* A size whose logarithm is uniform, so that a size twice as large is half as frequent. */
static size_t power_law(size_t max) {
  double uniform = (double)(next_random(&seed) >> 11) / (double)(UINT64_C(1) << 53);
  return (size_t)(MIN_SIZE * pow((double)max / MIN_SIZE, uniform));
}

/* Through volatile, so that no compiler knows what the block is for. */
static inline void touch(void *block) { *(volatile int64_t *)block = 42; }

static inline void *allocate(size_t size) {
  void *block = malloc(size);
  touch(block);
  return block;
}

static size_t pair_size;

static void pair(void) {
  for (int i = 0; i < CHUNK; i++) {
    free(allocate(pair_size));
  }
}

static void zeroed_pair(void) {
  for (int i = 0; i < CHUNK; i++) {
    void *block = calloc(1, pair_size);
    touch(block);
    free(block);
  }
}

static uint32_t batch_sizes[BATCHES][BATCH];
static uint32_t batch_orders[BATCHES][BATCH];
static int batch_next;

static void prepare_batch(void) {
  for (int b = 0; b < BATCHES; b++) {
    for (uint32_t i = 0; i < BATCH; i++) {
      batch_sizes[b][i] = (uint32_t)power_law(BATCH_MAX);
      uint32_t at = (uint32_t)(next_random(&seed) % (i + 1));
      batch_orders[b][i] = batch_orders[b][at];
      batch_orders[b][at] = i;
    }
  }
}

static void batch(void) {
  void *blocks[BATCH];
  for (int chunk = 0; chunk < CHUNK / BATCH; chunk++) {
    const uint32_t *sizes = batch_sizes[batch_next];
    const uint32_t *order = batch_orders[batch_next];
    batch_next = (batch_next + 1) % BATCHES;
    for (int i = 0; i < BATCH; i++) {
      blocks[i] = allocate(sizes[i]);
    }
    for (int i = 0; i < BATCH; i++) {
      free(blocks[order[i]]);
    }
  }
}

static void *live[LIVE];
static uint32_t churn_sizes[SIZES];

static void prepare_churn(void) {
  for (int i = 0; i < SIZES; i++) {
    churn_sizes[i] = (uint32_t)power_law(CHURN_MAX);
  }
  for (int i = 0; i < LIVE; i++) {
    live[i] = allocate(churn_sizes[next_random(&seed) % SIZES]);
  }
}

static void churn(void) {
  uint64_t state = seed;
  for (int i = 0; i < CHUNK; i++) {
    uint64_t random = next_random(&state);
    size_t slot = (size_t)(((random >> 32) * LIVE) >> 32);
    free(live[slot]);
    live[slot] = allocate(churn_sizes[random % SIZES]);
  }
  seed = state;
}

static void finish_churn(void) {
  for (int i = 0; i < LIVE; i++) {
    free(live[i]);
  }
}

/*
 * A ring of one producer and one consumer. Each says how far it is every PUBLISH blocks only, so
 * that the cache lines of the two counters seldom change hands.
 */
static void *ring[RING];
static struct {
  _Alignas(128) _Atomic int64_t produced;
  _Alignas(128) _Atomic int64_t consumed;
  _Alignas(128) atomic_bool done;
} shared;
static int64_t produced;
static pthread_t consumer;

/* Waits until the counter is beyond a value; answers early, with the value, when all is done. */
static int64_t await_beyond(_Atomic int64_t *counter, int64_t value) {
  int spins = 0;
  for (;;) {
    int64_t current = atomic_load_explicit(counter, memory_order_acquire);
    if (current > value) {
      return current;
    }
    if (atomic_load_explicit(&shared.done, memory_order_acquire)) {
      return atomic_load_explicit(counter, memory_order_acquire);
    }
    if (++spins % SPINS == 0) {
      sched_yield();
    }
  }
}

/*
 * Keeps the calling thread on one of the cores that the process may use. Two threads that happen to
 * share a core, because others are busy, take turns, and do not get in each other's way: that would
 * be a race of another kind.
 */
static void keep_to_core(int which) {
#ifdef __linux__
  static cpu_set_t allowed;
  if (CPU_COUNT(&allowed) == 0) {
    sched_getaffinity(0, sizeof allowed, &allowed);
  }
  for (int core = 0; core < CPU_SETSIZE; core++) {
    if (CPU_ISSET(core, &allowed) && which-- == 0) {
      cpu_set_t one;
      CPU_ZERO(&one);
      CPU_SET(core, &one);
      sched_setaffinity(0, sizeof one, &one);
    }
  }
#else
  (void)which;
#endif
}

static void *consume(void *unused) {
  int64_t consumed = 0;
  keep_to_core(1);
  for (;;) {
    int64_t end = await_beyond(&shared.produced, consumed);
    if (end == consumed) {
      return unused;
    }
    while (consumed < end) {
      free(ring[consumed % RING]);
      if (++consumed % PUBLISH == 0) {
        atomic_store_explicit(&shared.consumed, consumed, memory_order_release);
      }
    }
  }
}

static void prepare_hand_over(void) {
  produced = 0;
  atomic_store(&shared.produced, 0);
  atomic_store(&shared.consumed, 0);
  atomic_store(&shared.done, false);
  keep_to_core(0);
  if (pthread_create(&consumer, NULL, consume, NULL) != 0) {
    fail("cannot start", "a thread");
  }
}

static void hand_over(void) {
  static int64_t room;
  if (produced == 0) {
    room = RING;
  }
  for (int i = 0; i < CHUNK; i++) {
    if (produced == room) {
      room = await_beyond(&shared.consumed, produced - RING) + RING;
    }
    ring[produced % RING] = allocate(HANDED_OVER);
    if (++produced % PUBLISH == 0) {
      atomic_store_explicit(&shared.produced, produced, memory_order_release);
    }
  }
}

static void finish_hand_over(void) {
  atomic_store_explicit(&shared.produced, produced, memory_order_release);
  atomic_store_explicit(&shared.done, true, memory_order_release);
  pthread_join(consumer, NULL);
}

static void nothing(void) {}

/* A loop over CHUNK blocks, and what goes before and after its rounds. */
struct loop {
  const char *name;
  void (*prepare)(void);
  void (*run)(void);
  void (*finish)(void);
};

static const struct loop loops[] = {
    {"pair-", nothing, pair, nothing},
    {"zeroed-", nothing, zeroed_pair, nothing},
    {"batch", prepare_batch, batch, nothing},
    {"churn", prepare_churn, churn, finish_churn},
    {"hand-over", prepare_hand_over, hand_over, finish_hand_over},
};

/* The loop of a name; a name that ends in a dash is followed by the size of the blocks. */
static const struct loop *find(const char *name) {
  for (size_t i = 0; i < sizeof loops / sizeof *loops; i++) {
    const char *known = loops[i].name;
    size_t length = strlen(known);
    if (known[length - 1] != '-') {
      if (strcmp(name, known) == 0) {
        return &loops[i];
      }
    } else if (strncmp(name, known, length) == 0) {
      char *end;
      pair_size = strtoul(name + length, &end, 10);
      if (*end == '\0' && pair_size >= sizeof(int64_t)) {
        return &loops[i];
      }
    }
  }
  fail("no such loop", name);
  return NULL;
}

static double round_of(const struct loop *loop, int64_t nanos) {
  int64_t start = now();
  int64_t blocks = 0;
  int64_t took;
  do {
    loop->run();
    blocks += CHUNK;
    took = now() - start;
  } while (took < nanos);
  return (double)took / (double)blocks;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a;
  double y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(const struct loop *loop, int64_t nanos, int rounds) {
  double results[MAX_ROUNDS];
  loop->prepare();
  round_of(loop, nanos);
  for (int i = 0; i < rounds; i++) {
    results[i] = round_of(loop, nanos);
  }
  loop->finish();
  qsort(results, (size_t)rounds, sizeof *results, ascending);
  return results[rounds / 2];
}

int main(int count, char **arguments) {
  if (count < 4) {
    fail("arguments", "MILLISECONDS ROUNDS LOOP...");
  }
  int64_t nanos = strtoll(arguments[1], NULL, 10) * 1000000;
  int rounds = atoi(arguments[2]);
  if (nanos <= 0) {
    fail("milliseconds must be positive", arguments[1]);
  }
  if (rounds < 1 || rounds > MAX_ROUNDS) {
    fail("rounds must be from 1 to 99", arguments[2]);
  }
  Dl_info info;
  if (dladdr(dlsym(RTLD_DEFAULT, "malloc"), &info) == 0) {
    fail("cannot tell", "where malloc is");
  }
  printf("malloc %s\n", info.dli_fname);
  for (int i = 3; i < count; i++) {
    printf("%s %.2f\n", arguments[i], median(find(arguments[i]), nanos, rounds));
    fflush(stdout);
  }
  return 0;
}
