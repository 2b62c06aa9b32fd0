#ifndef LSTMSCOPE_ACTIVATIONS_H
#define LSTMSCOPE_ACTIVATIONS_H

#include "include/kernels.h"

/// Any function but tanh and sigmoid, in float64, rounded once.
void activate_slowly(struct kernels_function function, const float *z, float *out, long count);

#endif
