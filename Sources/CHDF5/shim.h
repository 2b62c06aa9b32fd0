#ifndef LSTMSCOPE_CHDF5_SHIM_H
#define LSTMSCOPE_CHDF5_SHIM_H
#include <hdf5/serial/hdf5.h>
#include <stdbool.h>

// What libhdf5 offers as macros, which Swift cannot see, and what changed its name between 1.10 and 1.14.

static inline void h5x_silence(void) {
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

/// Takes away the ways in which a file can make the library open another file or load code.
static inline void h5x_confine(void) {
  H5Lunregister(H5L_TYPE_EXTERNAL);
  H5PLset_loading_state(0);
}

// The library would copy an image that it is given; it gets to see the one there is instead.

static inline void *h5x_image_malloc(size_t size, H5FD_file_image_op_t op, void *image) {
  (void)size;
  (void)op;
  return image;
}

static inline void *h5x_image_memcpy(void *to, const void *from, size_t size, H5FD_file_image_op_t op, void *image) {
  (void)from;
  (void)size;
  (void)op;
  (void)image;
  return to;
}

static inline void *h5x_image_realloc(void *old, size_t size, H5FD_file_image_op_t op, void *image) {
  (void)old;
  (void)size;
  (void)op;
  (void)image;
  return NULL;
}

static inline herr_t h5x_image_free(void *block, H5FD_file_image_op_t op, void *image) {
  (void)block;
  (void)op;
  (void)image;
  return 0;
}

static inline void *h5x_image_same(void *image) {
  return image;
}

static inline herr_t h5x_image_leave(void *image) {
  (void)image;
  return 0;
}

/// Opens a file that is in memory, without a copy of it. By path would not do: the library wants the real
/// path of what it opens, and a file without a name has none.
static inline hid_t h5x_open(void *image, size_t size) {
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  if (access < 0) return -1;
  H5FD_file_image_callbacks_t callbacks = {
      h5x_image_malloc, h5x_image_memcpy, h5x_image_realloc, h5x_image_free, h5x_image_same, h5x_image_leave, image};
  if (H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) < 0) return -1;
  if (H5Pset_fapl_core(access, 1 << 16, 0) < 0) return -1;
  if (H5Pset_file_image_callbacks(access, &callbacks) < 0) return -1;
  if (H5Pset_file_image(access, image, size) < 0) return -1;
  return H5Fopen("image", H5F_ACC_RDONLY, access);
}

static inline hid_t h5x_object(hid_t parent, const char *name) {
  return H5Oopen(parent, name, H5P_DEFAULT);
}

static inline hid_t h5x_root(hid_t file) {
  return H5Gopen2(file, "/", H5P_DEFAULT);
}

/// The object's address, by which a cycle of links is noticed.
static inline bool h5x_address(hid_t object, uint64_t *address) {
#if H5_VERSION_GE(1, 12, 0)
  H5O_info2_t info;
  if (H5Oget_info3(object, &info, H5O_INFO_BASIC) < 0) return false;
  uint64_t bits = 0;
  for (int k = 0; k < 8; k++) bits |= (uint64_t)info.token.__data[k] << (8 * k);
  *address = bits;
#else
  H5O_info_t info;
  if (H5Oget_info(object, &info) < 0) return false;
  *address = (uint64_t)info.addr;
#endif
  return true;
}

/// Called for each name with 'h', 's', 'e' or '?': a hard, soft, external or unknown link. Not 0 stops.
typedef int (*h5x_name)(void *context, const char *name, char kind);

struct h5x_visit {
  h5x_name each;
  void *context;
};

#if H5_VERSION_GE(1, 12, 0)
static inline herr_t h5x_visit_link(hid_t group, const char *name, const H5L_info2_t *info, void *visit) {
#else
static inline herr_t h5x_visit_link(hid_t group, const char *name, const H5L_info_t *info, void *visit) {
#endif
  (void)group;
  struct h5x_visit *v = (struct h5x_visit *)visit;
  char kind = info->type == H5L_TYPE_HARD       ? 'h'
              : info->type == H5L_TYPE_SOFT     ? 's'
              : info->type == H5L_TYPE_EXTERNAL ? 'e'
                                                : '?';
  return v->each(v->context, name, kind);
}

static inline bool h5x_links(hid_t group, h5x_name each, void *context) {
  struct h5x_visit visit = {each, context};
#if H5_VERSION_GE(1, 12, 0)
  return H5Literate2(group, H5_INDEX_NAME, H5_ITER_INC, NULL, h5x_visit_link, &visit) >= 0;
#else
  return H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, h5x_visit_link, &visit) >= 0;
#endif
}

static inline herr_t h5x_visit_attribute(hid_t object, const char *name, const H5A_info_t *info, void *visit) {
  (void)object;
  (void)info;
  struct h5x_visit *v = (struct h5x_visit *)visit;
  return v->each(v->context, name, 'a');
}

static inline bool h5x_attributes(hid_t object, h5x_name each, void *context) {
  struct h5x_visit visit = {each, context};
  return H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, NULL, h5x_visit_attribute, &visit) >= 0;
}

static inline hid_t h5x_attribute(hid_t object, const char *name) {
  return H5Aopen(object, name, H5P_DEFAULT);
}

static inline bool h5x_read(hid_t dataset, hid_t type, void *into) {
  return H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, into) >= 0;
}

/// The little-endian integer type of 1, 2, 4 or 8 bytes; negative for another size.
static inline hid_t h5x_integer(size_t size, bool isSigned) {
  switch (size) {
  case 1: return isSigned ? H5T_STD_I8LE : H5T_STD_U8LE;
  case 2: return isSigned ? H5T_STD_I16LE : H5T_STD_U16LE;
  case 4: return isSigned ? H5T_STD_I32LE : H5T_STD_U32LE;
  case 8: return isSigned ? H5T_STD_I64LE : H5T_STD_U64LE;
  default: return -1;
  }
}

/// The little-endian float of 4 or 8 bytes; negative for another size.
static inline hid_t h5x_float(size_t size) {
  return size == 4 ? H5T_IEEE_F32LE : size == 8 ? H5T_IEEE_F64LE : -1;
}

/// Bits of the exponent; 0 if that cannot be told.
static inline size_t h5x_exponent_bits(hid_t type) {
  size_t sign, exponent, exponentSize, mantissa, mantissaSize;
  if (H5Tget_fields(type, &sign, &exponent, &exponentSize, &mantissa, &mantissaSize) < 0) return 0;
  return exponentSize;
}

/// The same type with its bytes in little-endian order. The caller closes it.
static inline hid_t h5x_little_endian(hid_t type) {
  hid_t copy = H5Tcopy(type);
  if (copy >= 0) H5Tset_order(copy, H5T_ORDER_LE);
  return copy;
}

// Writing, into memory alone: this process may write no file.

/// An empty file that exists in memory only; negative where there is no room for it.
static inline hid_t h5x_create(void) {
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  if (access < 0 || H5Pset_fapl_core(access, 1 << 16, 0) < 0) return -1;
  return H5Fcreate("image", H5F_ACC_TRUNC, H5P_DEFAULT, access);
}

/// A property list that makes the groups on the way to what is created.
static inline hid_t h5x_with_parents(void) {
  hid_t list = H5Pcreate(H5P_LINK_CREATE);
  if (list >= 0) {
    H5Pset_create_intermediate_group(list, 1);
    H5Pset_char_encoding(list, H5T_CSET_UTF8);
  }
  return list;
}

static inline bool h5x_make_group(hid_t file, const char *path, hid_t parents) {
  if (H5Lexists(file, path, H5P_DEFAULT) > 0) return true;
  hid_t group = H5Gcreate2(file, path, parents, H5P_DEFAULT, H5P_DEFAULT);
  return group >= 0 && H5Gclose(group) >= 0;
}

static inline bool h5x_make_dataset(
    hid_t file, const char *path, int rank, const hsize_t *sizes, const float *values, hid_t parents) {
  hid_t space = rank > 0 ? H5Screate_simple(rank, sizes, NULL) : H5Screate(H5S_SCALAR);
  if (space < 0) return false;
  hid_t set = H5Dcreate2(file, path, H5T_IEEE_F32LE, space, parents, H5P_DEFAULT, H5P_DEFAULT);
  bool ok = set >= 0 && H5Dwrite(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
  if (set >= 0) H5Dclose(set);
  H5Sclose(space);
  return ok;
}

/// A text of its own length, as h5py writes one.
static inline bool h5x_make_text(hid_t file, const char *path, const char *name, const char *text) {
  hid_t object = H5Oopen(file, path, H5P_DEFAULT);
  hid_t type = H5Tcopy(H5T_C_S1);
  hid_t space = H5Screate(H5S_SCALAR);
  bool ok = false;
  if (object >= 0 && type >= 0 && space >= 0 && H5Tset_size(type, H5T_VARIABLE) >= 0
      && H5Tset_cset(type, H5T_CSET_UTF8) >= 0) {
    hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    ok = attribute >= 0 && H5Awrite(attribute, type, &text) >= 0;
    if (attribute >= 0) H5Aclose(attribute);
  }
  if (space >= 0) H5Sclose(space);
  if (type >= 0) H5Tclose(type);
  if (object >= 0) H5Oclose(object);
  return ok;
}

/// The bytes of a file in memory: copied into a block of that size, or counted where there is none.
static inline ssize_t h5x_image(hid_t file, void *into, size_t size) {
  if (H5Fflush(file, H5F_SCOPE_GLOBAL) < 0) return -1;
  return H5Fget_file_image(file, into, size);
}

static inline int h5x_filter(hid_t creation, unsigned index) {
  unsigned flags = 0, config = 0;
  size_t values = 0;
  return (int)H5Pget_filter2(creation, index, &flags, &values, NULL, 0, NULL, &config);
}

#endif
