#ifndef LSTMSCOPE_CLINUX_SHIM_H
#define LSTMSCOPE_CLINUX_SHIM_H
#include <spawn.h>

// What glibc declares only for _GNU_SOURCE, without which Swift imports it.

int memfd_create(const char *name, unsigned int flags);
int pipe2(int ends[2], int flags);
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

enum {
  linux_mfd_cloexec = 1,      // <linux/memfd.h>, MFD_CLOEXEC
  linux_f_setpipe_size = 1031 // <linux/fcntl.h>, F_SETPIPE_SZ
};
#endif
