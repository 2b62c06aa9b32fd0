import CHDF5
import Glibc

/// Goes through a file from its root, depth first, and tells what it meets.
///
/// The optimizer's state is left out: it is twice the size of the weights and nobody asks for it here.
struct Walk {
  let answer: Answer
  let limits: Limits
  /// The file.
  let fileSize: Int
  private var objects = 0
  private var bytes = 0
  /// The groups that lead here; a link to one of them is a cycle.
  private var ancestors: [UInt64] = []

  init(answer: Answer, limits: Limits, fileSize: Int) {
    self.answer = answer
    self.limits = limits
    self.fileSize = fileSize
  }

  mutating func visitGroup(_ group: hid_t, path: String, depth: Int) {
    guard depth <= limits.depth else {
      answer.refuse("groups are nested deeper than \(limits.depth) levels at \(path)")
    }
    var address: UInt64 = 0
    guard h5x_address(group, &address) else {
      return answer.unreadable(path, "its object header cannot be read")
    }
    guard !ancestors.contains(address) else {
      return answer.unreadable(path, "it links back to a group that contains it")
    }
    answer.tag("G")
    answer.string(path)
    visitAttributes(of: group, path: path)
    var links = Names(limit: limits.objects)
    let complete = withUnsafeMutablePointer(to: &links) { h5x_links(group, collect, $0) }
    if links.isFull { tooMany() }
    if !complete { answer.unreadable(path, "its list of members is damaged") }

    ancestors.append(address)
    for link in links.found {
      if depth == 0 && (link.name == "optimizer" || link.name == "optimizer_weights") { continue }
      visitLink(link, of: group, path: path.isEmpty ? link.name : path + "/" + link.name, depth: depth)
    }
    ancestors.removeLast()
  }

  private mutating func visitLink(_ link: Names.Name, of group: hid_t, path: String, depth: Int) {
    objects += 1
    if objects > limits.objects { tooMany() }
    switch link.kind {
    case "h", "s": break
    case "e": return answer.unreadable(path, "it is an external link, into another file")
    default: return answer.unreadable(path, "it is a link of a kind that is not known")
    }
    let object = h5x_object(group, link.name)
    guard object >= 0 else {
      let reason =
        link.kind == "s"
        ? "it is a soft link whose target cannot be opened inside this file"
        : "its object header cannot be read"
      return answer.unreadable(path, reason)
    }
    defer { H5Oclose(object) }
    let kind = H5Iget_type(object)
    if kind == H5I_GROUP {
      visitGroup(object, path: path, depth: depth + 1)
    } else if kind == H5I_DATASET {
      visitDataset(object, path: path)
    }
  }

  private mutating func visitDataset(_ dataset: hid_t, path: String) {
    if let reason = storageReason(dataset) { return answer.unreadable(path, reason) }
    let type = H5Dget_type(dataset)
    let space = H5Dget_space(dataset)
    guard type >= 0, space >= 0 else {
      return answer.unreadable(path, "its type or shape cannot be read")
    }
    defer {
      H5Tclose(type)
      H5Sclose(space)
    }
    guard let element = Element(fileType: type) else {
      return answer.unreadable(path, "its element type is not a number that is known here")
    }
    defer { element.close() }
    guard let shape = Shape(space) else {
      return answer.unreadable(path, "its shape cannot be read")
    }
    guard let size = shape.bytes(each: element.size) else {
      return answer.unreadable(path, "its shape \(shape.dimensions) overflows")
    }
    spend(size, path)
    if let stored = storedBytes(of: dataset, type: type, element: element, size: size) {
      describe("F", path, element, shape, size)
      answer.integer(UInt64(stored))
      return visitAttributes(of: dataset, path: path)
    }
    guard let memory = malloc(max(size, 1)) else {
      answer.refuse("there is no memory for the \(size) bytes of \(path)")
    }
    defer { free(memory) }
    // What the file has not stored is zero by definition, and the library may leave it as it was.
    if size < 1 << 16 { memset(memory, 0, size) }
    guard size == 0 || h5x_read(dataset, element.memoryType, memory) else {
      return answer.unreadable(path, "its data is damaged or lies beyond the end of the file")
    }
    describe("D", path, element, shape, size)
    answer.bytes(UnsafeRawBufferPointer(start: memory, count: size))
    visitAttributes(of: dataset, path: path)
  }

  private func describe(
    _ tag: Unicode.Scalar, _ path: String, _ element: Element, _ shape: Shape, _ size: Int
  ) {
    answer.tag(tag)
    answer.string(path)
    answer.string(element.name)
    answer.byte(UInt8(shape.dimensions.count))
    for dimension in shape.dimensions { answer.integer(UInt64(dimension)) }
    answer.integer(UInt64(size))
  }

  /// Where the bytes begin in the file, if they lie there in one piece and as they are wanted.
  ///
  /// This is how Keras stores its weights; the program copies them from there itself.
  private func storedBytes(
    of dataset: hid_t, type: hid_t, element: Element, size: Int
  ) -> Int? {
    let creation = H5Dget_create_plist(dataset)
    defer { H5Pclose(creation) }
    guard size > 0, H5Pget_layout(creation) == H5D_CONTIGUOUS, H5Tequal(type, element.memoryType) > 0,
      let offset = Int(exactly: H5Dget_offset(dataset)), offset <= fileSize, size <= fileSize - offset
    else { return nil }
    return offset
  }

  /// Why the bytes of a dataset cannot be had, if they cannot.
  private func storageReason(_ dataset: hid_t) -> String? {
    let creation = H5Dget_create_plist(dataset)
    guard creation >= 0 else { return "its storage is not described" }
    defer { H5Pclose(creation) }
    let layout = H5Pget_layout(creation)
    if layout == H5D_VIRTUAL { return "it is a virtual dataset, made of other files" }
    if layout != H5D_CHUNKED && layout != H5D_CONTIGUOUS && layout != H5D_COMPACT {
      return "its storage is of a kind that is not known"
    }
    if H5Pget_external_count(creation) != 0 { return "its data lies in another file (external storage)" }
    let count = H5Pget_nfilters(creation)
    guard count >= 0 else { return "its filters cannot be read" }
    for index in 0..<UInt32(count) {
      let filter = h5x_filter(creation, index)
      if let name = filterReason(filter) { return name }
    }
    return nil
  }

  private func filterReason(_ filter: Int32) -> String? {
    switch filter {
    case 1...3:  // deflate, shuffle, fletcher32
      return H5Zfilter_avail(filter) > 0
        ? nil : "it needs filter \(filter), which this libhdf5 was built without"
    case 4: return "it is compressed with szip"
    case 32000: return "it is compressed with lzf"
    case 32001: return "it is compressed with blosc"
    case 32004: return "it is compressed with lz4"
    case 32015: return "it is compressed with zstd"
    default: return "it needs HDF5 filter \(filter)"
    }
  }

  private mutating func visitAttributes(of object: hid_t, path: String) {
    var names = Names(limit: 10_000)
    let complete = withUnsafeMutablePointer(to: &names) { h5x_attributes(object, collect, $0) }
    if !complete || names.isFull { answer.unreadable(path, "its list of attributes is damaged or endless") }
    for name in names.found {
      let attribute = h5x_attribute(object, name.name)
      guard attribute >= 0 else { continue }
      visitAttribute(attribute, name: name.name, path: path)
      H5Aclose(attribute)
    }
  }

  private mutating func visitAttribute(_ attribute: hid_t, name: String, path: String) {
    let type = H5Aget_type(attribute)
    let space = H5Aget_space(attribute)
    guard type >= 0, space >= 0, let shape = Shape(space), let count = shape.bytes(each: 1) else { return }
    defer {
      H5Tclose(type)
      H5Sclose(space)
    }
    let kind = H5Tget_class(type)
    guard kind == H5T_STRING || kind == H5T_INTEGER || kind == H5T_FLOAT else { return }
    let isVariable = kind == H5T_STRING && H5Tis_variable_str(type) > 0
    let width = isVariable ? MemoryLayout<UnsafeMutablePointer<CChar>?>.size : max(H5Tget_size(type), 8)
    guard let size = shape.bytes(each: width), count <= 1 << 22 else {
      return answer.unreadable(path, "the shape \(shape.dimensions) of its attribute \(name) overflows")
    }
    spend(size, path)
    guard let memory = calloc(max(size, 1), 1) else {
      answer.refuse("there is no memory for the attribute \(name) of \(path)")
    }
    defer { free(memory) }
    let memoryType =
      kind == H5T_STRING ? type : kind == H5T_INTEGER ? h5x_integer(8, true) : h5x_float(8)
    guard count == 0 || H5Aread(attribute, memoryType, memory) >= 0 else {
      return answer.unreadable(path, "its attribute \(name) is damaged")
    }
    answer.tag("A")
    answer.string(name)
    answer.tag(kind == H5T_STRING ? "s" : kind == H5T_INTEGER ? "i" : "f")
    answer.byte(shape.isScalar ? 1 : 0)
    answer.integer(UInt32(count))
    if isVariable {
      // The library allocated the strings; they are left to the end of the process.
      let strings = memory.assumingMemoryBound(to: UnsafeMutablePointer<CChar>?.self)
      for index in 0..<count {
        let text = UnsafeRawBufferPointer(
          start: strings[index], count: strings[index].map { strlen($0) } ?? 0)
        spend(text.count, path)
        answer.integer(UInt32(truncatingIfNeeded: text.count))
        answer.bytes(text)
      }
    } else if kind == H5T_STRING {
      let each = H5Tget_size(type)
      for index in 0..<count {
        let text = UnsafeRawBufferPointer(start: memory + index * each, count: each)
        let padding: Set<UInt8> = H5Tget_strpad(type) == H5T_STR_SPACEPAD ? [0, 32] : [0]
        let length = (text.lastIndex { !padding.contains($0) } ?? -1) + 1
        answer.integer(UInt32(truncatingIfNeeded: length))
        answer.bytes(UnsafeRawBufferPointer(rebasing: text[..<length]))
      }
    } else {
      answer.bytes(UnsafeRawBufferPointer(start: memory, count: count * 8))
    }
  }

  private mutating func spend(_ size: Int, _ path: String) {
    let (sum, overflow) = bytes.addingReportingOverflow(size)
    guard !overflow, sum <= limits.bytes else {
      answer.refuse("it unpacks to more than \(limits.bytes >> 20) MB (at \(path))")
    }
    bytes = sum
  }

  private func tooMany() -> Never {
    answer.refuse("it has more than \(limits.objects) groups and datasets")
  }
}

/// The names that the library hands to a C callback.
struct Names {
  struct Name {
    let name: String
    let kind: Unicode.Scalar
  }

  let limit: Int
  var found: [Name] = []
  var isFull = false
}

private let collect: h5x_name = { context, name, kind in
  guard let names = context?.assumingMemoryBound(to: Names.self), let name else { return -1 }
  guard names.pointee.found.count < names.pointee.limit else {
    names.pointee.isFull = true
    return -1
  }
  names.pointee.found.append(
    Names.Name(name: String(cString: name), kind: Unicode.Scalar(UInt8(bitPattern: kind))))
  return 0
}
