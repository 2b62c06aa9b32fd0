#include "include/kernels.h"

#include <stddef.h>
#include <stdint.h>

#include "activations.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif
#if defined(__linux__)
#include <sys/mman.h>
#endif

// A product and a sum are fused where FMA stands and nowhere else.
#pragma clang fp contract(off)

#define WIDTH 4
#define MOST_ROWS 3
#define MOST_BLOCKS 2
#define TARGET
#define NAME(x) x##_plain
#if defined(__aarch64__)
#define FMA(a, b, c) __builtin_elementwise_fma(a, b, c)
#else
#define FMA(a, b, c) ((a) * (b) + (c))
#endif
typedef float plain_vector __attribute__((ext_vector_type(4)));
static inline plain_vector load_part_plain(const float *p, long n) {
  plain_vector v = 0;
  for (long k = 0; k < n; k++) v[k] = p[k];
  return v;
}
static inline void store_part_plain(float *p, plain_vector v, long n) {
  for (long k = 0; k < n; k++) p[k] = v[k];
}
#define LOAD_PART(p, n) load_part_plain(p, n)
#define STORE_PART(p, v, n) store_part_plain(p, v, n)
#include "vector_kernel.h"

#if defined(__x86_64__)
#define WIDTH 8
#define MOST_ROWS 3
#define MOST_BLOCKS 2
#define TARGET __attribute__((target("avx2,fma")))
#define NAME(x) x##_avx2
#define FMA(a, b, c) _mm256_fmadd_ps(a, b, c)
static inline TARGET __m256i lanes(long n) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
#define LOAD_PART(p, n) _mm256_maskload_ps(p, lanes(n))
#define STORE_PART(p, v, n) _mm256_maskstore_ps(p, lanes(n), v)
#include "vector_kernel.h"

#define WIDTH 16
#define MOST_ROWS 6
#define MOST_BLOCKS 4
#define TARGET __attribute__((target("avx512f,fma")))
#define NAME(x) x##_avx512
#define FMA(a, b, c) _mm512_fmadd_ps(a, b, c)
#define LOAD_PART(p, n) _mm512_maskz_loadu_ps((__mmask16)((1 << n) - 1), p)
#define STORE_PART(p, v, n) _mm512_mask_storeu_ps(p, (__mmask16)((1 << n) - 1), v)
#include "vector_kernel.h"
#endif

struct kernels {
  long width;
  void (*activate)(struct kernels_function, const float *, float *, long);
  void (*lstm)(const struct kernels_layer *, long, long, long, long, const float *, const bool *, const float *,
               const float *, float *, float *, float *, float *, float *, float *, float *, float *, float *,
               float *);
};

static struct kernels kernels_for(enum kernels_isa isa) {
  switch (isa) {
#if defined(__x86_64__)
    case KERNELS_AVX2: return (struct kernels){8, activate_avx2, lstm_avx2};
    case KERNELS_AVX512: return (struct kernels){16, activate_avx512, lstm_avx512};
#else
    case KERNELS_AVX2:
    case KERNELS_AVX512: break;
#endif
    case KERNELS_PLAIN: return (struct kernels){4, activate_plain, lstm_plain};
  }
  __builtin_trap();  // the caller did not ask kernels_has
}

bool kernels_has(enum kernels_isa isa) {
  switch (isa) {
#if defined(__x86_64__)
    case KERNELS_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case KERNELS_AVX512: return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("fma");
#else
    case KERNELS_AVX2:
    case KERNELS_AVX512: return false;
#endif
    case KERNELS_PLAIN: return true;
  }
  return false;
}

long kernels_padded(enum kernels_isa isa, long units) {
  long width = kernels_for(isa).width;
  return (units + width - 1) / width * width;
}

void kernels_prepare(float *memory, long count) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  const uintptr_t page = 1 << 21;
  uintptr_t start = ((uintptr_t)memory + page - 1) & ~(page - 1), end = (uintptr_t)(memory + count) & ~(page - 1);
  // A wish: where it is refused, small pages do as well.
  if (start < end) (void)madvise((void *)start, end - start, MADV_HUGEPAGE);
#else
  (void)memory;
  (void)count;
#endif
}

void kernels_pack(enum kernels_isa isa, const float *matrix, long rows, long units, float *packed) {
  long width = kernels_for(isa).width;
  for (long block = 0; block < units; block += width) {
    for (long k = 0; k < rows; k++) {
      for (long gate = 0; gate < 4; gate++) {
        for (long u = block; u < block + width; u++) {
          *packed++ = u < units ? matrix[(k * 4 + gate) * units + u] : 0;
        }
      }
    }
  }
}

void kernels_activate(enum kernels_isa isa, struct kernels_function function, const float *z, float *out,
                      long count) {
  kernels_for(isa).activate(function, z, out, count);
}

void kernels_lstm(const struct kernels_layer *layer, long batch, long timesteps, long first, long count,
                  const float *x, const bool *mask, const float *h0, const float *c0, float *scratch, float *zx,
                  float *zh, float *z, float *i, float *f, float *g, float *o, float *c, float *h) {
  kernels_for(layer->isa).lstm(layer, batch, timesteps, first, count, x, mask, h0, c0, scratch, zx, zh, z, i, f, g,
                               o, c, h);
}
