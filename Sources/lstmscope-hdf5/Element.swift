import CHDF5

/// A number type of a dataset: its name in `Tensor.Element` and how the library is asked for its bytes.
struct Element {
  let name: String
  let size: Int
  let memoryType: hid_t
  private let ownsType: Bool

  /// nil where the type is no number that `Tensor` knows.
  init?(fileType: hid_t) {
    let size = H5Tget_size(fileType)
    let kind = H5Tget_class(fileType)
    if kind == H5T_FLOAT && (size == 4 || size == 8) {
      self.init("float\(size * 8)", size, h5x_float(size))
    } else if kind == H5T_FLOAT && size == 2 {
      let exponent = h5x_exponent_bits(fileType)
      guard exponent == 5 || exponent == 8 else { return nil }
      self.init(exponent == 5 ? "float16" : "bfloat16", 2, h5x_little_endian(fileType), owns: true)
    } else if kind == H5T_INTEGER, [1, 2, 4, 8].contains(size) {
      let isSigned = H5Tget_sign(fileType) == H5T_SGN_2
      self.init("\(isSigned ? "" : "u")int\(size * 8)", size, h5x_integer(size, isSigned))
    } else if kind == H5T_ENUM && size == 1 && H5Tget_nmembers(fileType) == 2 {
      self.init("bool", 1, H5Tcopy(fileType), owns: true)
    } else if kind == H5T_OPAQUE && size == 2 {
      // What Keras' bfloat16 becomes on its way through h5py.
      self.init("bfloat16", 2, H5Tcopy(fileType), owns: true)
    } else {
      return nil
    }
  }

  private init?(_ name: String, _ size: Int, _ memoryType: hid_t, owns: Bool = false) {
    guard memoryType >= 0 else { return nil }
    self.name = name
    self.size = size
    self.memoryType = memoryType
    ownsType = owns
  }

  func close() {
    if ownsType { H5Tclose(memoryType) }
  }
}

/// The dimensions of a dataspace.
struct Shape {
  let dimensions: [Int]
  let isScalar: Bool

  /// nil where the library cannot tell, or a dimension is no `Int`. An empty dataspace is shape (0).
  init?(_ space: hid_t) {
    let kind = H5Sget_simple_extent_type(space)
    if kind == H5S_NULL {
      dimensions = [0]
      isScalar = false
      return
    }
    let rank = H5Sget_simple_extent_ndims(space)
    guard rank >= 0, rank <= 32 else { return nil }
    var sizes = [hsize_t](repeating: 0, count: Int(rank))
    guard rank == 0 || H5Sget_simple_extent_dims(space, &sizes, nil) == rank else { return nil }
    var dimensions: [Int] = []
    for size in sizes {
      guard let dimension = Int(exactly: size) else { return nil }
      dimensions.append(dimension)
    }
    self.dimensions = dimensions
    isScalar = kind == H5S_SCALAR
  }

  /// nil where the product overflows.
  func bytes(each size: Int) -> Int? {
    var product = size
    for dimension in dimensions {
      let (next, overflow) = product.multipliedReportingOverflow(by: dimension)
      if overflow { return nil }
      product = next
    }
    return product
  }
}
