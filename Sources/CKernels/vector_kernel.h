// The arithmetic for one instruction set. Included once for each, with these defined before:
//
//   WIDTH       floats in a vector            MOST_ROWS   rows of a tile, as many as registers allow
//   TARGET      attribute of every function   NAME(x)     x with the instruction set's suffix
//   FMA(a,b,c)  a·b + c                       MOST_BLOCKS blocks that a single row runs through at once
//   LOAD_PART(p, n), STORE_PART(p, v, n)      the first n floats of a vector, nothing beyond touched
//
// There is no include guard for that reason.

typedef float NAME(V) __attribute__((ext_vector_type(WIDTH)));
typedef int NAME(I) __attribute__((ext_vector_type(WIDTH)));
#define V NAME(V)
#define I NAME(I)
#define INLINE static inline __attribute__((always_inline)) TARGET
#define TILE (4 * (MOST_ROWS > MOST_BLOCKS ? MOST_ROWS : MOST_BLOCKS))

INLINE V NAME(load)(const float *p, long n) {
  if (n != WIDTH) return LOAD_PART(p, n);
  V v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}

INLINE void NAME(store)(float *p, V v, long n) {
  if (n != WIDTH) {
    STORE_PART(p, v, n);
  } else {
    __builtin_memcpy(p, &v, sizeof v);
  }
}

// exp(x) = 2^n · exp(r) with x = n · ln 2 + r and |r| <= ln 2 / 2; a polynomial for exp(r). For x in
// [-150, 100]: n is added to the exponent in two halves, so that results below the normal range come out
// too. ln 2 is subtracted in two parts, the first of which has so few bits that n times it is exact.
// Coefficients: S. Moshier, Cephes Mathematical Library, single/expf.c.
INLINE V NAME(exponential)(V x) {
  const float shift = 12582912.0f;  // 1.5 · 2^23: adding it rounds to a whole number in the low bits
  V shifted = FMA(x, (V)1.44269504088896341f, (V)shift);
  V n = shifted - shift;
  I exponent = (I)shifted - (I)(V)shift;
  V r = FMA(n, (V)-0.693359375f, x);
  r = FMA(n, (V)2.12194440e-4f, r);
  V p = (V)1.9875691500e-4f;
  p = FMA(p, r, (V)1.3981999507e-3f);
  p = FMA(p, r, (V)8.3334519073e-3f);
  p = FMA(p, r, (V)4.1665795894e-2f);
  p = FMA(p, r, (V)1.6666665459e-1f);
  p = FMA(p, r, (V)5.0000001201e-1f);
  p = FMA(p * r, r, r) + 1.0f;
  I half = exponent >> 1;
  return p * (V)((half + 127) << 23) * (V)((exponent - half + 127) << 23);
}

INLINE V NAME(magnitude)(V x) { return (V)((I)x & 0x7fffffff); }

// With e = exp(-|x|), which cannot overflow, sigmoid(-|x|) = e / (1 + e). It is computed as e - e · e / (1 + e),
// where the rounding of the quotient counts the less the smaller e is. NaN passes through, for a comparison
// with it is false.
INLINE V NAME(sigmoid)(V x) {
  V down = -NAME(magnitude)(x);
  V e = NAME(exponential)(down < -150.0f ? (V)-150.0f : down);
  V below = FMA(-e, e / (1.0f + e), e);
  return x < 0.0f ? below : 1.0f - below;
}

// Near zero an odd polynomial, elsewhere 1 - 2 / (exp(2|x|) + 1), which is 1 from |x| = 9.02.
// Coefficients: S. Moshier, Cephes Mathematical Library, single/tanhf.c.
INLINE V NAME(tanh)(V x) {
  V size = NAME(magnitude)(x), square = x * x;
  V p = (V)-5.70498872745e-3f;
  p = FMA(p, square, (V)2.06390887954e-2f);
  p = FMA(p, square, (V)-5.37397155531e-2f);
  p = FMA(p, square, (V)1.33314422036e-1f);
  p = FMA(p, square, (V)-3.33332819422e-1f);
  V near = FMA(p * square, size, size);
  V e = NAME(exponential)(size > 20.0f ? (V)40.0f : 2.0f * size);
  V far = 1.0f - 2.0f / (e + 1.0f);
  return (V)((I)(size < 0.625f ? near : far) | ((I)x & (int)0x80000000));
}

#define EACH_VECTOR(function)                                                                                  \
  for (long k = 0; k < count; k += WIDTH) {                                                                   \
    long n = count - k < WIDTH ? count - k : WIDTH;                                                           \
    NAME(store)(out + k, function(NAME(load)(z + k, n)), n);                                                   \
  }

static TARGET void NAME(activate)(struct kernels_function function, const float *z, float *out, long count) {
  if (function.kind == KERNELS_TANH) {
    EACH_VECTOR(NAME(tanh))
  } else if (function.kind == KERNELS_SIGMOID) {
    EACH_VECTOR(NAME(sigmoid))
  } else {
    activate_slowly(function, z, out, count);
  }
}
#undef EACH_VECTOR

// out[block][gate][row] = sum over k of a[row][k] · w[block][k][gate], in the order of k. `blocks` and
// `rows` are constants where this is inlined, and the sums stay in registers.
INLINE void NAME(sums)(V *out, const float *w, long block_size, const float *a, long stride, long count, int blocks,
                       int rows) {
  V sum[TILE];
#pragma clang loop unroll(full)
  for (int j = 0; j < 4 * blocks * rows; j++) sum[j] = (V)0.0f;
  for (long k = 0; k < count; k++) {
    V s[MOST_ROWS];
#pragma clang loop unroll(full)
    for (int m = 0; m < rows; m++) s[m] = (V)a[m * stride + k];
#pragma clang loop unroll(full)
    for (int j = 0; j < 4 * blocks; j++) {
      V weight = NAME(load)(w + j / 4 * block_size + (k * 4 + j % 4) * WIDTH, WIDTH);
#pragma clang loop unroll(full)
      for (int m = 0; m < rows; m++) sum[j * rows + m] = FMA(s[m], weight, sum[j * rows + m]);
    }
  }
#pragma clang loop unroll(full)
  for (int j = 0; j < 4 * blocks * rows; j++) out[j] = sum[j];
}

static TARGET void NAME(tile)(V *out, const float *w, long block_size, const float *a, long stride, long count,
                              long blocks, long rows) {
#define SHAPE(b, r)                                                                                            \
  case b * 16 + r: NAME(sums)(out, w, block_size, a, stride, count, b, r); return;
  switch (blocks * 16 + rows) {
    SHAPE(1, 1)
    SHAPE(2, 1)
    SHAPE(1, 2)
    SHAPE(1, 3)
#if MOST_BLOCKS > 2
    SHAPE(3, 1)
    SHAPE(4, 1)
#endif
#if MOST_ROWS > 3
    SHAPE(1, 4)
    SHAPE(1, 5)
    SHAPE(1, 6)
#endif
    default: __builtin_unreachable();
  }
#undef SHAPE
}

// Tiles of about equal size are better than full ones and a small rest.
INLINE long NAME(tile_rows)(long left) {
  return left <= MOST_ROWS ? left : left < 2 * MOST_ROWS ? (left + 1) / 2 : MOST_ROWS;
}

INLINE long NAME(tile_blocks)(long left, long rows) { return rows > 1 ? 1 : left < MOST_BLOCKS ? left : MOST_BLOCKS; }

// x · kernel for rows of one stride, in panels that stay in cache.
static TARGET void NAME(product)(const struct kernels_layer *layer, const float *x, long stride, long rows,
                                 float *zx) {
  long units = layer->units, features = layer->features, blocks = (units + WIDTH - 1) / WIDTH;
  long block_size = features * 4 * WIDTH;
  V out[TILE];
  for (long panel = 0; panel < rows; panel += 48) {
    long end = rows - panel < 48 ? rows : panel + 48;
    for (long b = 0, bs; b < blocks; b += bs) {
      bs = NAME(tile_blocks)(blocks - b, end - panel);
      for (long r = panel, m; r < end; r += m) {
        m = NAME(tile_rows)(end - r);
        NAME(tile)(out, layer->kernel + b * block_size, block_size, x + r * stride, stride, features, bs, m);
        for (long j = 0; j < bs * 4; j++) {
          long unit = (b + j / 4) * WIDTH, n = units - unit < WIDTH ? units - unit : WIDTH;
          for (long q = 0; q < m; q++) {
            NAME(store)(zx + (r + q) * 4 * units + j % 4 * units + unit, out[j * m + q], n);
          }
        }
      }
    }
  }
}

struct NAME(place) {
  float *zx, *zh, *z, *i, *f, *g, *o, *c, *h, *carry, *memory_before, *memory_after;
  bool counts;
};

// z = (zx + zh) + bias for one block of units of one sample, each rounded in that order.
INLINE void NAME(preactivation)(const struct kernels_layer *layer, const struct NAME(place) * at, const V *sums,
                                long step, long unit, long n, V *z) {
  long units = layer->units, padded = (units + WIDTH - 1) / WIDTH * WIDTH;
#pragma clang loop unroll(full)
  for (int k = 0; k < 4; k++) {
    long column = k * units + unit;
    V zh = sums[k * step];
    z[k] = NAME(load)(at->zx + column, n) + zh;
    if (layer->bias) z[k] = z[k] + NAME(load)(layer->bias + k * padded + unit, WIDTH);
    NAME(store)(at->zh + column, zh, n);
    NAME(store)(at->z + column, z[k], n);
  }
}

// The gates and states of the block, for sigmoid and tanh. The products of c are rounded before their sum.
INLINE void NAME(cell)(const struct NAME(place) * at, const V *z, long unit, long n) {
  V i = NAME(sigmoid)(z[0]), f = NAME(sigmoid)(z[1]), g = NAME(tanh)(z[2]), o = NAME(sigmoid)(z[3]);
  V before = NAME(load)(at->carry + unit, WIDTH);
  V c = f * before + i * g;
  V h = o * NAME(tanh)(c);
  if (!at->counts) {
    c = before;
    h = NAME(load)(at->memory_before + unit, WIDTH);
  }
  NAME(store)(at->i + unit, i, n);
  NAME(store)(at->f + unit, f, n);
  NAME(store)(at->g + unit, g, n);
  NAME(store)(at->o + unit, o, n);
  NAME(store)(at->c + unit, c, n);
  NAME(store)(at->h + unit, h, n);
  NAME(store)(at->carry + unit, c, WIDTH);
  NAME(store)(at->memory_after + unit, h, WIDTH);
}

// The gates and states of a whole sample, for any functions.
static TARGET void NAME(general_cell)(const struct kernels_layer *layer, const struct NAME(place) * at) {
  long units = layer->units;
  NAME(activate)(layer->recurrent_activation, at->z, at->i, units);
  NAME(activate)(layer->recurrent_activation, at->z + units, at->f, units);
  NAME(activate)(layer->activation, at->z + 2 * units, at->g, units);
  NAME(activate)(layer->recurrent_activation, at->z + 3 * units, at->o, units);
  for (long u = 0; u < units; u++) {
    at->c[u] = at->counts ? at->f[u] * at->carry[u] + at->i[u] * at->g[u] : at->carry[u];
  }
  NAME(activate)(layer->activation, at->c, at->h, units);
  for (long u = 0; u < units; u++) {
    at->h[u] = at->counts ? at->o[u] * at->h[u] : at->memory_before[u];
    at->carry[u] = at->c[u];
    at->memory_after[u] = at->h[u];
  }
}

static TARGET void NAME(lstm)(const struct kernels_layer *layer, long batch, long timesteps, long first, long count,
                              const float *x, const bool *mask, const float *h0, const float *c0, float *scratch,
                              float *zx, float *zh, float *z, float *i, float *f, float *g, float *o, float *c,
                              float *h) {
  long units = layer->units, features = layer->features, blocks = (units + WIDTH - 1) / WIDTH;
  long padded = blocks * WIDTH, block_size = units * 4 * WIDTH;
  bool fused = layer->activation.kind == KERNELS_TANH && layer->recurrent_activation.kind == KERNELS_SIGMOID;
  float *carry = scratch, *before = scratch + batch * padded, *after = before + batch * padded;

  bool whole = count == timesteps && !layer->backwards;
  if (whole) NAME(product)(layer, x, features, batch * timesteps, zx);
  for (long m = 0; m < batch; m++) {
    long row = m * timesteps + first;
    const float *from = x + (layer->backwards ? (m + 1) * timesteps - 1 - first : row) * features;
    if (!whole) NAME(product)(layer, from, layer->backwards ? -features : features, count, zx + row * 4 * units);
    __builtin_memcpy(carry + m * padded, first ? c + (row - 1) * units : c0 + m * units, units * sizeof *c);
    __builtin_memcpy(before + m * padded, first ? h + (row - 1) * units : h0 + m * units, units * sizeof *h);
  }

  V out[TILE], block_z[4];
  for (long step = first; step < first + count; step++) {
    struct NAME(place) at[MOST_ROWS];
    for (long r = 0, rows; r < batch; r += rows) {
      rows = NAME(tile_rows)(batch - r);
      for (long q = 0; q < rows; q++) {
        long row = (r + q) * timesteps + step, state = (r + q) * padded;
        long met = layer->backwards ? (r + q + 1) * timesteps - 1 - step : row;
        at[q] = (struct NAME(place)){
            zx + row * 4 * units, zh + row * 4 * units, z + row * 4 * units, i + row * units,
            f + row * units,      g + row * units,      o + row * units,     c + row * units,
            h + row * units,      carry + state,        before + state,      after + state,
            !mask || mask[met],
        };
      }
      for (long b = 0, bs; b < blocks; b += bs) {
        bs = NAME(tile_blocks)(blocks - b, rows);
        NAME(tile)(out, layer->recurrent + b * block_size, block_size, before + r * padded, padded, units, bs, rows);
        for (long j = 0; j < bs; j++) {
          long unit = (b + j) * WIDTH, n = units - unit;
          for (long q = 0; q < rows; q++) {
            if (n >= WIDTH) {
              NAME(preactivation)(layer, &at[q], &out[j * 4 * rows + q], rows, unit, WIDTH, block_z);
              if (fused) NAME(cell)(&at[q], block_z, unit, WIDTH);
            } else {
              NAME(preactivation)(layer, &at[q], &out[j * 4 * rows + q], rows, unit, n, block_z);
              if (fused) NAME(cell)(&at[q], block_z, unit, n);
            }
          }
        }
      }
      for (long q = 0; q < rows && !fused; q++) NAME(general_cell)(layer, &at[q]);
    }
    float *swap = before;
    before = after;
    after = swap;
  }
}

#undef V
#undef I
#undef INLINE
#undef TILE
#undef WIDTH
#undef MOST_ROWS
#undef MOST_BLOCKS
#undef TARGET
#undef NAME
#undef FMA
#undef LOAD_PART
#undef STORE_PART
