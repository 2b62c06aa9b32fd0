#ifndef LSTMSCOPE_CHDF5_SHIM_H
#define LSTMSCOPE_CHDF5_SHIM_H
#include <hdf5/serial/hdf5.h>
#endif
