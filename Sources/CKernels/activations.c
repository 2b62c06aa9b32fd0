#include "activations.h"

#include <math.h>

// Comparisons are written so that NaN, for which all of them are false, comes out as NaN.
static double clip(double x, double low, double high) { return x < low ? low : x > high ? high : x; }

static double positive(double x) { return x < 0 ? 0 : x; }

static double softplus(double x) { return x != x ? x : log1p(exp(-fabs(x))) + positive(x); }

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }

static double elu(double x, double alpha) { return x < 0 ? alpha * expm1(x) : x; }

static double one(struct kernels_function function, double x) {
  double alpha = function.alpha, beta = function.beta;
  switch (function.kind) {
    case KERNELS_TANH: return tanh(x);
    case KERNELS_SIGMOID: return sigmoid(x);
    case KERNELS_LINEAR: return x;
    case KERNELS_RELU: return positive(x);
    case KERNELS_RELU6: return clip(x, 0, 6);
    case KERNELS_LEAKY_RELU: return x < 0 ? alpha * x : x;  // alpha: slope
    case KERNELS_ELU: return elu(x, alpha);
    case KERNELS_SELU: return beta * elu(x, alpha);  // beta: scale
    case KERNELS_CELU: return x < 0 ? alpha * expm1(x / alpha) : x;
    case KERNELS_SOFTPLUS: return softplus(x);
    case KERNELS_SOFTSIGN: return x / (1 + fabs(x));
    case KERNELS_EXPONENTIAL: return exp(x);
    case KERNELS_SILU: return x * sigmoid(x);
    case KERNELS_GELU: return 0.5 * x * erfc(-x * M_SQRT1_2);
    case KERNELS_MISH: return x * tanh(softplus(x));
    case KERNELS_HARD_SIGMOID: return clip(alpha * x + beta, 0, 1);
    case KERNELS_HARD_SILU: return x * clip(x / 6 + 0.5, 0, 1);
    case KERNELS_HARD_TANH: return clip(x, -1, 1);
    case KERNELS_HARD_SHRINK: return fabs(x) <= alpha ? 0 : x;  // alpha: threshold
    case KERNELS_SOFT_SHRINK: return fabs(x) <= alpha ? 0 : x > 0 ? x - alpha : x + alpha;
    case KERNELS_TANH_SHRINK: return x - tanh(x);
    case KERNELS_LOG_SIGMOID: return -softplus(-x);
    case KERNELS_SQUAREPLUS: return (x + sqrt(x * x + beta)) / 2;
    case KERNELS_SPARSE_PLUS: return x <= -1 ? 0 : x >= 1 ? x : (x + 1) * (x + 1) / 4;
    case KERNELS_SPARSE_SIGMOID: return clip((x + 1) / 2, 0, 1);
    case KERNELS_SOFTMAX:
    case KERNELS_LOG_SOFTMAX:
    case KERNELS_SPARSEMAX: break;
  }
  __builtin_trap();  // a function of the row, not of one number
}

// The slope of `one` at x; at a corner that of the side towards zero, as TensorFlow has it for relu.
static double slope(struct kernels_function function, double x) {
  double alpha = function.alpha, beta = function.beta, t, s;
  if (x != x) return x;
  switch (function.kind) {
    case KERNELS_TANH: t = tanh(x); return 1 - t * t;
    case KERNELS_SIGMOID: return sigmoid(x) * sigmoid(-x);
    case KERNELS_LINEAR: return 1;
    case KERNELS_RELU: return x > 0;
    case KERNELS_RELU6: return x > 0 && x < 6;
    case KERNELS_LEAKY_RELU: return x > 0 ? 1 : alpha;
    case KERNELS_ELU: return x > 0 ? 1 : alpha * exp(x);
    case KERNELS_SELU: return beta * (x > 0 ? 1 : alpha * exp(x));
    case KERNELS_CELU: return x > 0 ? 1 : exp(x / alpha);
    case KERNELS_SOFTPLUS: return sigmoid(x);
    case KERNELS_SOFTSIGN: return 1 / ((1 + fabs(x)) * (1 + fabs(x)));
    case KERNELS_EXPONENTIAL: return exp(x);
    case KERNELS_SILU: s = sigmoid(x); return s + x * s * (1 - s);
    case KERNELS_GELU: return 0.5 * erfc(-x * M_SQRT1_2) + x * exp(-x * x / 2) * M_SQRT1_2 * M_2_SQRTPI / 2;
    case KERNELS_MISH: t = tanh(softplus(x)); return t + x * (1 - t * t) * sigmoid(x);
    case KERNELS_HARD_SIGMOID: s = alpha * x + beta; return s > 0 && s < 1 ? alpha : 0;
    case KERNELS_HARD_SILU: return x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5;
    case KERNELS_HARD_TANH: return fabs(x) < 1;
    case KERNELS_HARD_SHRINK: return fabs(x) > alpha;
    case KERNELS_SOFT_SHRINK: return fabs(x) > alpha;
    case KERNELS_TANH_SHRINK: t = tanh(x); return t * t;
    case KERNELS_LOG_SIGMOID: return sigmoid(-x);
    case KERNELS_SQUAREPLUS: return (1 + x / sqrt(x * x + beta)) / 2;
    case KERNELS_SPARSE_PLUS: return x <= -1 ? 0 : x >= 1 ? 1 : (x + 1) / 2;
    case KERNELS_SPARSE_SIGMOID: return fabs(x) < 1 ? 0.5 : 0;
    case KERNELS_SOFTMAX:
    case KERNELS_LOG_SOFTMAX:
    case KERNELS_SPARSEMAX: break;
  }
  __builtin_trap();  // a function of the row, not of one number
}

// The functions of a row, for numbers of a type.
//
// Softmax: exp(z - top) is in [0, 1] and their sum is at least 1: nothing overflows.
//
// Sparsemax: the row's nearest point among those that are positive and sum to 1: max(z - tau, 0). Each round
// drops what lies below tau from the mean that tau is made of, until nothing falls out.
// C. Michelot, "A finite algorithm for finding the projection of a point onto the canonical simplex", 1986.
#define ROWS(type)                                                                              \
  static double largest_##type(const type *z, long count) {                                     \
    double top = -INFINITY;                                                                     \
    for (long k = 0; k < count; k++) {                                                          \
      if (!(z[k] <= top)) top = z[k];                                                           \
    }                                                                                           \
    return top;                                                                                 \
  }                                                                                             \
                                                                                                \
  static void softmax_##type(const type *z, type *out, long count, bool logarithm) {            \
    double top = largest_##type(z, count), sum = 0;                                             \
    for (long k = 0; k < count; k++) sum += exp(z[k] - top);                                    \
    for (long k = 0; k < count; k++) {                                                          \
      out[k] = logarithm ? (type)(z[k] - top - log(sum)) : (type)(exp(z[k] - top) / sum);       \
    }                                                                                           \
  }                                                                                             \
                                                                                                \
  static void sparsemax_##type(const type *z, type *out, long count) {                          \
    double tau = -INFINITY;                                                                     \
    for (long kept = -1;;) {                                                                    \
      double sum = 0;                                                                           \
      long now = 0;                                                                             \
      for (long k = 0; k < count; k++) {                                                        \
        if (z[k] <= tau) continue;                                                              \
        sum += z[k];                                                                            \
        now++;                                                                                  \
      }                                                                                         \
      if (now == kept || now == 0) break;                                                       \
      kept = now;                                                                               \
      tau = (sum - 1) / (double)now;                                                            \
    }                                                                                           \
    for (long k = 0; k < count; k++) out[k] = (type)positive(z[k] - tau);                       \
  }                                                                                             \
                                                                                                \
  static void activate_##type(struct kernels_function function, const type *z, type *out,       \
                              long count) {                                                     \
    switch (function.kind) {                                                                    \
      case KERNELS_SOFTMAX: softmax_##type(z, out, count, false); return;                       \
      case KERNELS_LOG_SOFTMAX: softmax_##type(z, out, count, true); return;                    \
      case KERNELS_SPARSEMAX: sparsemax_##type(z, out, count); return;                          \
      default:                                                                                  \
        for (long k = 0; k < count; k++) out[k] = (type)one(function, z[k]);                    \
    }                                                                                           \
  }
ROWS(float)
ROWS(double)
#undef ROWS

void activate_slowly(struct kernels_function function, const float *z, float *out, long count) {
  activate_float(function, z, out, count);
}

void kernels_activate_exactly(struct kernels_function function, const double *z, double *out, long count) {
  activate_double(function, z, out, count);
}

// out[k] depends on z[k] through its own exponential and through the sum of all: p(1 - p). The same for sparsemax,
// whose tau moves by a share of the places that are kept.
double kernels_slope(struct kernels_function function, const double *z, double *scratch, long count, long index) {
  switch (function.kind) {
    case KERNELS_SOFTMAX:
    case KERNELS_LOG_SOFTMAX: {
      softmax_double(z, scratch, count, false);
      double p = scratch[index];
      return function.kind == KERNELS_SOFTMAX ? p * (1 - p) : 1 - p;
    }
    case KERNELS_SPARSEMAX: {
      sparsemax_double(z, scratch, count);
      long kept = 0;
      for (long k = 0; k < count; k++) kept += scratch[k] > 0;
      return scratch[index] > 0 ? 1 - 1 / (double)kept : z[index] != z[index] ? z[index] : 0;
    }
    default: return slope(function, z[index]);
  }
}

// out[column] = sum over k of a[k] · w[k][column].
static void add_product(const double *a, const float *w, long rows, long columns, double *out) {
  for (long k = 0; k < rows; k++) {
    for (long column = 0; column < columns; column++) out[column] += a[k] * (double)w[k * columns + column];
  }
}

void kernels_step_exactly(long features, long units, const float *kernel, const float *recurrent,
                          const float *bias, struct kernels_function activation,
                          struct kernels_function recurrent_activation, const struct kernels_additions *more,
                          const double *x, double *zx, double *zh, double *z, double *i, double *f, double *g,
                          double *o, double *c, double *raw, double *h) {
  const float *p = more->peephole;
  double limit = more->clips ? more->clip : INFINITY;
  for (long k = 0; k < 4 * units; k++) zx[k] = zh[k] = 0;
  add_product(x, kernel, features, 4 * units, zx);
  add_product(h, recurrent, more->outputs, 4 * units, zh);
  for (long k = 0; k < 4 * units; k++) z[k] = zx[k] + zh[k] + (bias ? (double)bias[k] : 0);
  for (long k = 0; p && k < 2 * units; k++) z[k] += (double)p[k] * c[k % units];
  for (long k = 0; k < 3 * units; k++) z[k] = clip(z[k], -limit, limit);
  activate_double(recurrent_activation, z, i, units);
  activate_double(recurrent_activation, z + units, f, units);
  activate_double(activation, z + 2 * units, g, units);
  for (long u = 0; more->couples && u < units; u++) f[u] = 1 - i[u];
  for (long u = 0; u < units; u++) c[u] = f[u] * c[u] + i[u] * g[u];
  for (long u = 0; u < units; u++) {
    double sum = z[3 * units + u] + (p ? (double)p[2 * units + u] * c[u] : 0);
    z[3 * units + u] = clip(sum, -limit, limit);
  }
  activate_double(recurrent_activation, z + 3 * units, o, units);
  activate_double(more->state_activation, c, raw, units);
  for (long u = 0; u < units; u++) raw[u] *= o[u];
  for (long u = 0; u < more->outputs; u++) h[u] = more->projection ? 0 : raw[u];
  if (more->projection) add_product(raw, more->projection, units, more->outputs, h);
}
