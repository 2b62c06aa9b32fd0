/// The vectorised arithmetic of one LSTM layer, written once and compiled for several instruction sets.
///
/// Results are IEEE float32. A sum over features or units runs in the order of its index, whatever the
/// batch and the position of the row, so that a timestep computed again comes out bit for bit.
#ifndef LSTMSCOPE_KERNELS_H
#define LSTMSCOPE_KERNELS_H

#include <stdbool.h>

/// AVX2 and AVX-512 give the same bits; plain, which has no fused multiply-add on x86, differs by rounding.
enum kernels_isa { KERNELS_PLAIN, KERNELS_AVX2, KERNELS_AVX512 };

/// Whether this processor runs the instruction set.
bool kernels_has(enum kernels_isa isa);

/// Tanh and sigmoid are vectorised and within 2 ULP. The others are computed in float64 and rounded.
enum kernels_activation {
  KERNELS_TANH,
  KERNELS_SIGMOID,
  KERNELS_LINEAR,
  KERNELS_RELU,
  KERNELS_RELU6,
  KERNELS_LEAKY_RELU,
  KERNELS_ELU,
  KERNELS_SELU,
  KERNELS_CELU,
  KERNELS_SOFTPLUS,
  KERNELS_SOFTSIGN,
  KERNELS_EXPONENTIAL,
  KERNELS_SILU,
  KERNELS_GELU,
  KERNELS_MISH,
  KERNELS_SOFTMAX,
  KERNELS_LOG_SOFTMAX,
  KERNELS_SPARSEMAX,
  KERNELS_HARD_SIGMOID,
  KERNELS_HARD_SILU,
  KERNELS_HARD_TANH,
  KERNELS_HARD_SHRINK,
  KERNELS_SOFT_SHRINK,
  KERNELS_TANH_SHRINK,
  KERNELS_LOG_SIGMOID,
  KERNELS_SQUAREPLUS,
  KERNELS_SPARSE_PLUS,
  KERNELS_SPARSE_SIGMOID,
};

/// What alpha and beta are is said where each function is computed, in activations.c.
struct kernels_function {
  enum kernels_activation kind;
  double alpha, beta;
};

/// Applies the function to a row; softmax and its kin run over the whole row. `out` may be `z`.
void kernels_activate(enum kernels_isa isa, struct kernels_function function, const float *z, float *out,
                      long count);

/// As `kernels_activate`, in float64.
void kernels_activate_exactly(struct kernels_function function, const double *z, double *out, long count);

/// How fast the function's value at `index` grows with z there, the rest of the row as it is. `scratch` holds
/// `count` numbers.
double kernels_slope(struct kernels_function function, const double *z, double *scratch, long count, long index);

/// What other frameworks add to the formula.
struct kernels_additions {
  /// Columns of h: the projection's, or the units.
  long outputs;
  /// (units, outputs), may be null.
  const float *projection;
  /// (3, units) in order i f o, may be null.
  const float *peephole;
  bool clips, couples;
  float clip;
  struct kernels_function state_activation;
};

/// One timestep of one sample in float64: c and h are those before, and become those after. `bias` may be null.
/// `raw` is o · activation(c), of which h is made.
void kernels_step_exactly(long features, long units, const float *kernel, const float *recurrent,
                          const float *bias, struct kernels_function activation,
                          struct kernels_function recurrent_activation, const struct kernels_additions *more,
                          const double *x, double *zx, double *zh, double *z, double *i, double *f, double *g,
                          double *o, double *c, double *raw, double *h);

/// One layer with its weights packed for `isa`. Alignment to 64 bytes is wanted for speed only.
struct kernels_layer {
  enum kernels_isa isa;
  long features, units;
  /// Step s reads timestep T-1-s.
  bool backwards;
  /// `bias` has the shape (4, padded units) and may be null.
  const float *kernel, *recurrent, *bias;
  struct kernels_function activation, recurrent_activation;
};

/// Units rounded up to whole vectors.
long kernels_padded(enum kernels_isa isa, long units);

/// Lays a matrix of shape (rows, 4·units) out as (blocks, rows, 4, width), blocks of a vector's width of
/// units, zeros where units do not fill the last: one pass over memory feeds all four gates of a block.
/// `packed` holds rows · 4 · padded units.
void kernels_pack(enum kernels_isa isa, const float *matrix, long rows, long units, float *packed);

/// Asks for large pages below memory that is about to be written for the first time; does nothing where
/// there are none. Faulting a trace in by 4 KiB costs more than computing it once it has many samples.
void kernels_prepare(float *memory, long count);

/// Computes the steps `first` to `first + count - 1` of a run of `timesteps`.
///
/// Arrays are row-major: x (batch, timesteps, features); mask (batch, timesteps), may be null; h0 and c0
/// (batch, units); zx, zh and z (batch, timesteps, 4·units), in order i f g o; the others (batch,
/// timesteps, units). Steps before `first` are read from c and h. `scratch` holds 3 · batch · padded units.
void kernels_lstm(const struct kernels_layer *layer, long batch, long timesteps, long first, long count,
                  const float *x, const bool *mask, const float *h0, const float *c0, float *scratch, float *zx,
                  float *zh, float *z, float *i, float *f, float *g, float *o, float *c, float *h);

/// As `kernels_lstm`, for a layer with additions: plain code, in the same order of rounding but for fused
/// products. The layer's matrices and bias are not packed; h and h0 have `outputs` columns, the recurrent
/// matrix as many rows. `scratch` holds the units.
void kernels_lstm_extended(const struct kernels_layer *layer, const struct kernels_additions *more, long batch,
                           long timesteps, long first, long count, const float *x, const bool *mask, const float *h0,
                           const float *c0, float *scratch, float *zx, float *zh, float *z, float *i, float *f,
                           float *g, float *o, float *c, float *h);

#endif
