import Debugger
import LSTM
import ModelFiles
import Network
import TensorFiles

/// A model's weights, some of them put right, to be written to a file.
struct WeightsFile {
  /// An array by the layer that has it and its name there, such as `forward_layer/kernel`.
  private struct Entry {
    let layer: String
    let className: String
    let name: String
    /// Where it stands in the file that it comes from; nil where it comes from no HDF5.
    let path: String?
    let tensor: Tensor
    /// PyTorch's own arrays of the same, by the names that the file has for them; nil where it has none.
    var torch: [(name: String, tensor: Tensor)]?
  }

  private let model: Model
  private let entries: [Entry]
  /// What the file itself has, where it has Keras 3's tree.
  private let tree: HDF5File?

  /// What the LSTMs have beyond Keras' formula.
  private let additions: [Additions]

  private enum Form { case npz, safetensors, keras }

  /// - Parameters:
  ///   - source: The path of the model file.
  ///   - corrected: What stands in place of the file's.
  init(_ model: Model, _ graph: Graph, source: String, corrected: Corrected = Corrected()) throws {
    self.model = model
    let file = try Self.hdf5(source)
    tree = file.flatMap { $0["layers"] == nil ? nil : $0 }
    var entries: [Entry] = []
    for layer in model.layers {
      let keys = Self.keys(of: layer, in: graph)
      if keys.isEmpty {
        if let head = corrected.heads[layer.name] {
          entries += Self.entries(of: head, layer)
          continue
        }
        for array in layer.arrays {
          guard case .dataset(let tensor)? = file?[array.path]?.content else { continue }
          entries.append(
            Entry(
              layer: layer.name, className: layer.className, name: array.name, path: array.path,
              tensor: tensor))
        }
        continue
      }
      for (key, prefix, own) in keys {
        let parameters = corrected.layers[key] ?? own
        let names = parameters.additions.projection == nil ? nil : Self.torchNames(of: layer, key: key)
        let split = model.provenance.biases.first { $0.key == key && parameters.bias == own.bias }
        for (name, shape, values) in Self.arrays(of: parameters) {
          let full = prefix + name
          entries.append(
            Entry(
              layer: layer.name, className: layer.className, name: full,
              path: layer.arrays.first { $0.name == full }?.path,
              tensor: Tensor(shape: shape, floats: values),
              torch: names.map { Self.torch(name, shape, values, names: $0, split) }))
        }
      }
    }
    self.entries = entries
    additions = graph.nodes.flatMap { $0.operation.lstms.map(\.parameters.additions) }
  }

  private static func entries(of head: DenseWeights, _ layer: Layer) -> [Entry] {
    let arrays = [("kernel", [head.features, head.units], head.kernel)]
    return (arrays + (head.bias.map { [("bias", [head.units], $0)] } ?? [])).map { name, shape, values in
      // A TimeDistributed's are named by the layer inside.
      let own = layer.arrays.first { $0.name == name || $0.name.hasSuffix("/\(name)") }
      return Entry(
        layer: layer.name, className: layer.className, name: own?.name ?? name, path: own?.path,
        tensor: Tensor(shape: shape, floats: values))
    }
  }

  private static func arrays(of layer: Parameters) -> [(String, [Int], [Float])] {
    [
      ("kernel", [layer.features, 4 * layer.units], layer.kernel),
      ("recurrent_kernel", [layer.outputs, 4 * layer.units], layer.recurrentKernel),
    ] + (layer.bias.map { [("bias", [4 * layer.units], $0)] } ?? [])
      + (layer.additions.projection.map { [("projection", [layer.units, layer.outputs], $0)] } ?? [])
      + (layer.additions.peephole.map { [("peephole", [3, layer.units], $0)] } ?? [])
  }

  /// The names that PyTorch's arrays of a direction have in the file, by what they are; nil where there are none.
  private static func torchNames(of layer: Layer, key: String) -> [String: String]? {
    let direction = key.hasSuffix("/backward") ? "backward/" : key.hasSuffix("/forward") ? "forward/" : ""
    let own = layer.arrays.filter {
      $0.name.hasPrefix(direction + "weight_") || $0.name.hasPrefix(direction + "bias_")
    }
    guard !own.isEmpty else { return nil }
    return Dictionary(own.map { (String($0.name.dropFirst(direction.count)), $0.path) }) { first, _ in first }
  }

  /// An array in Keras' layout as PyTorch's: a matrix transposed, a bias in its two halves.
  private static func torch(
    _ name: String, _ shape: [Int], _ values: [Float], names: [String: String], _ split: SplitBias?
  ) -> [(name: String, tensor: Tensor)] {
    let parts: [(String, Tensor)]
    if name == "bias" {
      // Of a sum that was put right, the first has it all.
      let zeros = [Float](repeating: 0, count: values.count)
      parts = [
        ("bias_ih", Tensor(shape: shape, floats: split?.input ?? values)),
        ("bias_hh", Tensor(shape: shape, floats: split?.recurrent ?? zeros)),
      ]
    } else {
      let role = ["kernel": "weight_ih", "recurrent_kernel": "weight_hh", "projection": "weight_hr"][name]
      let turned = (0..<shape[1]).flatMap { column in
        (0..<shape[0]).map { values[$0 * shape[1] + column] }
      }
      parts = [(role ?? name, Tensor(shape: shape.reversed(), floats: turned))]
    }
    return parts.compactMap { role, tensor in names[role].map { ($0, tensor) } }
  }

  /// The LSTMs of a layer's first call, and what stands before the names of their arrays.
  private static func keys(of layer: Layer, in graph: Graph) -> [(String, String, Parameters)] {
    guard let node = graph.nodes.firstIndex(where: { $0.layer == layer.name }) else { return [] }
    let lstms = graph.nodes[node].operation.lstms
    return zip(graph.keys[node], lstms).map { key, lstm in
      let prefix =
        lstm.direction.map { "\($0.rawValue)_layer/" } ?? lstm.cell.map { "cells/\($0)/" }
        ?? (layer.className == "RNN" ? "cell/" : "")
      return (key, prefix, lstm.parameters)
    }
  }

  /// What of the model file is HDF5: all of it, or the weights in a `.keras`.
  private static func hdf5(_ path: String) throws -> HDF5File? {
    let opened = try OpenFile(path)
    var source = try opened.source()
    do {
      if source.bytes(at: 0, count: 2) == [0x50, 0x4b] {
        let archive = try ZipArchive(source)
        guard let entry = archive.entry(called: "model.weights.h5") else { return nil }
        source = FileSource(name: entry.name, bytes: try archive.read(entry))
      }
      guard HDF5Superblock.offset(in: source) != nil else { return nil }
      return try HDF5File.read(source, helper: Resources.hdf5Helper)
    } catch let error as HDF5Error {
      throw Failure(.badData, "\(path): \(error.message)")
    } catch let error as ZipError {
      throw Failure(.badData, "\(path): \(error.message)")
    }
  }

  /// Every array, to be compared with those of another model.
  var tensors: [WeightTensor] {
    entries.map {
      WeightTensor(
        layer: $0.layer, name: $0.name,
        numbers: Numbers(shape: $0.tensor.shape, values: $0.tensor.floats))
    }
  }

  // MARK: Writing

  private static func form(of path: String) -> Form? {
    if path.hasSuffix(".weights.h5") { return .keras }
    if path.hasSuffix(".npz") { return .npz }
    return path.hasSuffix(".safetensors") ? .safetensors : nil
  }

  /// - Throws: `Failure` 64 where the name tells no form.
  static func checkName(_ path: String) throws {
    guard form(of: path) != nil else {
      throw Failure(.usage, "--fix \(path): the name must end in .npz, .safetensors or .weights.h5")
    }
  }

  func write(to path: String) throws {
    try checkAdditions(path)
    let bytes: [UInt8]
    switch Self.form(of: path) {
    case .npz:
      guard let made = Npz.bytes(of: named.map { Npz.Member(name: $0.0, tensor: $0.1) }) else {
        throw Failure(.writingFailed, "there is not enough memory")
      }
      bytes = made
    case .safetensors: bytes = safetensors
    case .keras: bytes = try keras(path)
    case nil: return try Self.checkName(path)
    }
    try Files.write(bytes, to: path, overwrite: true)
  }

  /// - Throws: `Failure` where the file would be another model: what is no array, no set of arrays holds.
  private func checkAdditions(_ path: String) throws {
    guard
      additions.allSatisfy({ $0.clip == nil && !$0.couplesGates && $0.stateActivation == nil })
    else {
      throw Failure(
        .badData,
        "\(path): not written: a clip, coupled gates and an activation of c alone are no arrays, and a file of "
          + "arrays would lose them")
    }
    guard Self.form(of: path) == .keras, additions.contains(where: { $0 != .none }) else { return }
    throw Failure(
      .badData,
      "\(path): not written: a projection or peepholes have no place in Keras' layout; give a name that ends in "
        + ".npz or .safetensors")
  }

  /// `lstm/kernel`; of a model of one LSTM and nothing else `kernel` alone. What PyTorch named has PyTorch's names.
  private var named: [(String, Tensor)] {
    if entries.contains(where: { $0.torch != nil }) {
      return entries.flatMap { $0.torch ?? [("\($0.layer)/\($0.name)", $0.tensor)] }
    }
    let isOne = Set(entries.map(\.layer)).count == 1 && !entries.contains { $0.name.contains("/") }
    return entries.map { (isOne ? $0.name : "\($0.layer)/\($0.name)", $0.tensor) }
  }

  /// - Source: safetensors, its format: a header's length in 8 bytes, the header in JSON, the arrays.
  private var safetensors: [UInt8] {
    var fields: [(String, String)] = []
    var data: [UInt8] = []
    for (name, tensor) in named {
      let values = Tensor(shape: tensor.shape, floats: tensor.floats).bytes
      fields.append(
        (
          name,
          JSONText.object([
            ("dtype", "\"F32\""), ("shape", JSONText.list(tensor.shape.map(String.init))),
            ("data_offsets", "[\(data.count), \(data.count + values.count)]"),
          ])
        ))
      data += values
    }
    var header = Array(JSONText.object(fields).utf8)
    while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
    let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
    return length + header + data
  }

  // MARK: Keras

  private func keras(_ path: String) throws -> [UInt8] {
    if tree != nil, let entry = entries.first(where: { $0.path == nil }) {
      throw Failure(
        .badData,
        "\(path): not written: the model has no \(entry.name) in \(entry.layer), so that Keras would not load it; "
          + "make the layer with use_bias=True, or write .npz")
    }
    let items = tree.map(corrected) ?? built
    do {
      return try HDF5Writer.bytes(of: items, helper: Resources.hdf5Helper)
    } catch {
      throw Failure(.writingFailed, "\(path): \(error.message)")
    }
  }

  /// The file's own tree with the arrays put right in their places.
  private func corrected(_ file: HDF5File) -> [HDF5Writer.Item] {
    let changed = Dictionary(entries.compactMap { entry in entry.path.map { ($0, entry.tensor) } }) { $1 }
    var items: [HDF5Writer.Item] = []
    for node in file.nodes where !node.path.isEmpty {
      switch node.content {
      case .group: items.append(.group(node.path))
      case .dataset(let tensor): items.append(.dataset(node.path, changed[node.path] ?? tensor))
      case .unreadable: continue
      }
      for (name, attribute) in node.attributes.sorted(by: { $0.key < $1.key }) {
        if attribute.isScalar, let value = attribute.strings?.first {
          items.append(.text(path: node.path, name: name, value: value))
        }
      }
    }
    return items
  }

  /// The tree that Keras 3 would write: a folder for each layer by its class, with a counter.
  private var built: [HDF5Writer.Item] {
    var items: [HDF5Writer.Item] = []
    var counters: [String: Int] = [:]
    for layer in model.layers where layer.className != "InputLayer" {
      let base = snakeCase(layer.className)
      let count = counters[base, default: 0]
      counters[base] = count + 1
      let folder = "layers/\(base)\(count == 0 ? "" : "_\(count)")"
      let own = entries.filter { $0.layer == layer.name }
      items.append(.group("\(folder)/vars"))
      var next: [String: Int] = [:]
      for entry in own {
        let parts = entry.name.split(separator: "/").dropLast().map(String.init)
        let isCell = ["LSTM", "CuDNNLSTM", "Bidirectional"].contains(layer.className)
        let place = ([folder] + parts + (isCell ? ["cell"] : []) + ["vars"]).joined(separator: "/")
        items.append(.dataset("\(place)/\(next[place, default: 0])", entry.tensor))
        next[place, default: 0] += 1
      }
    }
    return items
  }
}
