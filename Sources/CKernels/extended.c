#include <stddef.h>

#include "include/kernels.h"

// As in kernels.c: a product and its sum are rounded one after the other.
#pragma clang fp contract(off)

// out[column] = sum over k of a[k] · w[k][column], in the order of k.
static void product(const float *a, long count, const float *w, long columns, float *out) {
  for (long column = 0; column < columns; column++) out[column] = 0;
  for (long k = 0; k < count; k++) {
    float factor = a[k];
    const float *row = w + k * columns;
    for (long column = 0; column < columns; column++) out[column] += factor * row[column];
  }
}

// NaN, for which both comparisons are false, stays.
static void clip(float *z, long count, float limit) {
  for (long k = 0; k < count; k++) z[k] = z[k] < -limit ? -limit : z[k] > limit ? limit : z[k];
}

static void step(const struct kernels_layer *layer, const struct kernels_additions *more, const float *x,
                 const float *memory, const float *carry, bool counts, float *scratch, float *zx, float *zh, float *z,
                 float *i, float *f, float *g, float *o, float *c, float *h) {
  long units = layer->units, outputs = more->outputs;
  const float *p = more->peephole;
  product(x, layer->features, layer->kernel, 4 * units, zx);
  product(memory, outputs, layer->recurrent, 4 * units, zh);
  for (long k = 0; k < 4 * units; k++) {
    z[k] = zx[k] + zh[k];
    if (layer->bias) z[k] = z[k] + layer->bias[k];
  }
  for (long u = 0; p && u < units; u++) {
    z[u] += p[u] * carry[u];
    z[units + u] += p[units + u] * carry[u];
  }
  if (more->clips) clip(z, p ? 3 * units : 4 * units, more->clip);
  kernels_activate(layer->isa, layer->recurrent_activation, z, i, units);
  kernels_activate(layer->isa, layer->recurrent_activation, z + units, f, units);
  kernels_activate(layer->isa, layer->activation, z + 2 * units, g, units);
  for (long u = 0; u < units; u++) {
    if (more->couples) f[u] = 1 - i[u];
    c[u] = f[u] * carry[u] + i[u] * g[u];
  }
  for (long u = 0; p && u < units; u++) z[3 * units + u] += p[2 * units + u] * c[u];
  if (p && more->clips) clip(z + 3 * units, units, more->clip);
  kernels_activate(layer->isa, layer->recurrent_activation, z + 3 * units, o, units);
  kernels_activate(layer->isa, more->state_activation, c, scratch, units);
  for (long u = 0; u < units; u++) scratch[u] = o[u] * scratch[u];
  if (more->projection) {
    product(scratch, units, more->projection, outputs, h);
  } else {
    for (long u = 0; u < units; u++) h[u] = scratch[u];
  }
  for (long u = 0; !counts && u < units; u++) c[u] = carry[u];
  for (long u = 0; !counts && u < outputs; u++) h[u] = memory[u];
}

void kernels_lstm_extended(const struct kernels_layer *layer, const struct kernels_additions *more, long batch,
                           long timesteps, long first, long count, const float *x, const bool *mask, const float *h0,
                           const float *c0, float *scratch, float *zx, float *zh, float *z, float *i, float *f,
                           float *g, float *o, float *c, float *h) {
  long units = layer->units, outputs = more->outputs;
  for (long m = 0; m < batch; m++) {
    for (long s = first; s < first + count; s++) {
      long row = m * timesteps + s, met = layer->backwards ? (m + 1) * timesteps - 1 - s : row;
      const float *memory = s ? h + (row - 1) * outputs : h0 + m * outputs;
      const float *carry = s ? c + (row - 1) * units : c0 + m * units;
      step(layer, more, x + met * layer->features, memory, carry, !mask || mask[met], scratch, zx + row * 4 * units,
           zh + row * 4 * units, z + row * 4 * units, i + row * units, f + row * units, g + row * units,
           o + row * units, c + row * units, h + row * outputs);
    }
  }
}
