#ifndef LSTMSCOPE_CMINIZIP_SHIM_H
#define LSTMSCOPE_CMINIZIP_SHIM_H
#include <minizip/unzip.h>
#include <minizip/zip.h>
#endif
