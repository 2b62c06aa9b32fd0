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

static double largest(const float *z, long count) {
  double top = -INFINITY;
  for (long k = 0; k < count; k++) {
    if (!(z[k] <= top)) top = z[k];
  }
  return top;
}

// exp(z - top) is in [0, 1] and their sum is at least 1: nothing overflows.
static void softmax(const float *z, float *out, long count, bool logarithm) {
  double top = largest(z, count), sum = 0;
  for (long k = 0; k < count; k++) sum += exp(z[k] - top);
  for (long k = 0; k < count; k++) {
    out[k] = logarithm ? (float)(z[k] - top - log(sum)) : (float)(exp(z[k] - top) / sum);
  }
}

// The row's nearest point among those that are positive and sum to 1: max(z - tau, 0). Each round drops
// what lies below tau from the mean that tau is made of, until nothing falls out.
// C. Michelot, "A finite algorithm for finding the projection of a point onto the canonical simplex", 1986.
static void sparsemax(const float *z, float *out, long count) {
  double tau = -INFINITY;
  for (long kept = -1;;) {
    double sum = 0;
    long now = 0;
    for (long k = 0; k < count; k++) {
      if (z[k] <= tau) continue;
      sum += z[k];
      now++;
    }
    if (now == kept || now == 0) break;
    kept = now;
    tau = (sum - 1) / (double)now;
  }
  for (long k = 0; k < count; k++) out[k] = (float)positive(z[k] - tau);
}

void activate_slowly(struct kernels_function function, const float *z, float *out, long count) {
  switch (function.kind) {
    case KERNELS_SOFTMAX: softmax(z, out, count, false); return;
    case KERNELS_LOG_SOFTMAX: softmax(z, out, count, true); return;
    case KERNELS_SPARSEMAX: sparsemax(z, out, count); return;
    default:
      for (long k = 0; k < count; k++) out[k] = (float)one(function, z[k]);
  }
}
