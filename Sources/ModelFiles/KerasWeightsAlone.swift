import Network
import TensorFiles

extension Dialect {
  /// Weights without an architecture: with one that is given beside it, or its LSTMs guessed.
  static let kerasWeights = Dialect(
    name: "Keras weights",
    claims: { contents in
      guard let file = contents.hdf5 else { return false }
      return file.strings("layer_names", of: "") != nil
        || file.nodes.contains {
          $0.path.hasPrefix("layers") || $0.path.hasPrefix("_layer_checkpoint_dependencies")
        } || !KerasPaths(file).groups.isEmpty
    },
    model: { (contents) throws(ModelFileError) in
      guard let file = contents.hdf5 else { throw contents.notRecognised }
      return try model(of: file, contents)
    }, takesConfig: true)

  /// Of weights that are read.
  static func model(of file: HDF5File, _ contents: FileContents) throws(ModelFileError) -> Model {
    let isLegacy = file.strings("layer_names", of: "") != nil
    let format = isLegacy ? "Keras weights (.h5 of save_weights)" : "Keras weights (.weights.h5)"
    let stored = file.string("keras_version", of: "")
    guard let config = contents.config else {
      return try guessed(file, isLegacy: isLegacy, format: format, version: stored)
    }
    let place = config.name
    let json = try Self.architecture(config)
    let architecture = try KerasArchitecture(json, place: place)
    let version = json["keras_version"]?.text ?? stored
    let major = KerasSemantics(
      version: stored ?? version, assumed: KerasModel.assumedMajor(of: architecture)
    ).major
    let weights =
      isLegacy
      ? KerasH5Weights(file: file, root: "", major: major).weights(of: architecture)
      : KerasPaths(file).weights(of: architecture)
    let model = KerasModel(
      architecture: architecture, weights: weights, damages: file.damages,
      format: "\(format), architecture from \(place)", version: version, place: place)
    do throws(ModelFileError) { return try model.model() } catch { throw .unfitConfig(place, error) }
  }

  /// The JSON of an architecture, or that of a whole `.keras` that somebody still has.
  private static func architecture(_ config: FileSource) throws(ModelFileError) -> JSON {
    guard config.bytes(at: 0, count: 2) == [0x50, 0x4b] else {
      return try parsedJSON(config.bytes(at: 0, count: min(config.size, 64 << 20)), place: config.name)
    }
    let zip: ZipArchive
    do { zip = try ZipArchive(config) } catch { throw .zip(error) }
    guard let entry = zip.entry(called: "config.json") else {
      throw .missingEntry("config.json", entries: zip.entries.map(\.name))
    }
    return try unpackedJSON(entry, of: zip)
  }

  private static func guessed(
    _ file: HDF5File, isLegacy: Bool, format: String, version: String?
  ) throws(ModelFileError) -> Model {
    let isKeras1 = file.nodes.contains { $0.path.hasSuffix("_U_i:0") }
    let semantics = KerasSemantics(version: version, assumed: isKeras1 ? 1 : isLegacy ? 2 : 3)
    let groups =
      isLegacy ? KerasH5Weights(file: file, root: "", major: semantics.major).groups : KerasPaths(file).groups
    let all = file.nodes.filter { $0.content != .group }.map {
      WeightArray(role: $0.path, path: $0.path, content: $0.content)
    }
    // Keras 2.3 made sigmoid the default.
    let isOld = semantics.isStandalone && semantics.minor < 3 || semantics.major < 2
    guard
      let guess = KerasGuess(
        groups, recurrentActivation: isOld ? "hard_sigmoid" : "sigmoid", all: all)
    else { throw .weightsWithoutLSTM(kind: format, arrays: all.map(\.path)) }
    return try KerasModel(
      architecture: guess.architecture, weights: guess.weights, damages: file.damages, format: format,
      version: version, assumed: semantics.major, place: format
    ).model()
  }
}

extension KerasPaths {
  /// What each folder of variables holds, in the order of its path, optimizers and metrics left out.
  var groups: [KerasGuess.Group] {
    var result: [KerasGuess.Group] = []
    var held: [WeightArray] = []
    for (index, array) in arrays.enumerated() {
      let folder = array.parts.dropLast()
      held.append(WeightArray(role: array.parts.last ?? "", path: array.path, content: array.content))
      if index + 1 < arrays.count, arrays[index + 1].parts.dropLast() == folder { continue }
      if folder.last == "vars" {
        result.append(group(Array(folder.dropLast()), held))
      }
      held = []
    }
    return result
  }

  private func group(_ folder: [String], _ arrays: [WeightArray]) -> KerasGuess.Group {
    let direction = folder.last { $0 == "forward_layer" || $0 == "backward_layer" }
    var owner = folder[...]
    if let index = folder.lastIndex(where: { $0 == "forward_layer" || $0 == "backward_layer" }) {
      owner = folder[..<index]
    } else if let index = folder.lastIndex(of: "cell") {
      owner = folder[..<index]
    }
    let name = names[owner.joined(separator: "/")] ?? owner.last ?? "lstm"
    return KerasGuess.Group(
      place: folder.joined(separator: "/"), name: name, direction: direction, arrays: arrays)
  }
}

extension KerasH5Weights {
  /// The arrays of each layer, apart where its list has them under different names.
  var groups: [KerasGuess.Group] {
    var ignored = KerasWeights()
    return layerNames.flatMap { layer -> [KerasGuess.Group] in
      var order: [String] = []
      var held: [String: [WeightArray]] = [:]
      let plain = KerasLayer(name: layer, className: "LSTM", config: .object([:]))
      for array in listed(layer, for: layer, &ignored) {
        let prefix = prefix(of: array.name)
        if held[prefix] == nil { order.append(prefix) }
        held[prefix, default: []].append(
          WeightArray(role: role(array.name, of: plain), path: array.path, content: array.content))
      }
      return order.map { prefix in
        let parts = prefix.split(separator: "/")
        let direction =
          parts.contains { $0.hasPrefix("forward_") }
          ? "forward_layer" : parts.contains { $0.hasPrefix("backward_") } ? "backward_layer" : nil
        return KerasGuess.Group(
          place: place(layer), name: layer, direction: direction, arrays: held[prefix] ?? [])
      }
    }
  }

  /// What the arrays of one LSTM have in common: everything before the last `/`, of Keras 1 before the gate.
  private func prefix(of name: String) -> String {
    guard let slash = name.lastIndex(of: "/") else {
      guard major < 2 else { return "" }
      let role = role(name, of: KerasLayer(name: "", className: "LSTM", config: .object([:])))
      let plain = name.split(separator: ":").first.map(String.init) ?? name
      return plain.hasSuffix(role) ? String(plain.dropLast(role.count)) : ""
    }
    let last = name[name.index(after: slash)...].split(separator: ":").first ?? ""
    // `kernel_1` belongs to the second of several cells.
    let number = last.split(separator: "_").last.flatMap { Int($0) }
    return name[..<slash] + (number.map { "#\($0)" } ?? "")
  }
}
