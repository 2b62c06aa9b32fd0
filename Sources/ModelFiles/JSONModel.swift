import Network
import TensorFiles

extension Dialect {
  /// Weights that somebody wrote, or let a program write, as nested lists.
  static let json = Dialect(
    name: "JSON",
    claims: { contents in
      let first = contents.head.first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
      return contents.isPlain && (first == UInt8(ascii: "{") || first == UInt8(ascii: "["))
    },
    model: { (contents) throws(ModelFileError) in
      guard contents.source.size <= JSONArrays.longest else {
        throw .badConfig(
          place: "the JSON", needed: "at most \(JSONArrays.longest) bytes",
          found: "\(contents.source.size); save it as npz or safetensors")
      }
      let json = try parsedJSON(
        contents.source.bytes(at: 0, count: contents.source.size), place: contents.source.name)
      var arrays = try JSONArrays(json)
      let set = ArraySet(kind: "JSON", tensors: arrays.tensors, isOrdered: arrays.isList)
      let found = set.paired(try set.layers(mapping: contents.mapping))
      let isTorch = found.contains(where: \.isTorch)
      let settings = try arrays.settings(of: found)
      return try ArrayModel(
        format: arrays.isRTNeural ? "JSON of RTNeural" : "JSON of arrays", writer: nil, set: set,
        found: found,
        returnsState: isTorch, settings: settings,
        guesses: set.guesses(isTorch: isTorch, isMapped: !contents.mapping.isEmpty) + arrays.guesses,
        warnings: arrays.warnings
      ).model()
    })
}

/// The arrays of a JSON text, and the options that stand beside them.
///
/// - Source: The README, "Weights as JSON"; RTNeural, `model_loader.h`.
private struct JSONArrays {
  private(set) var tensors: [StoredTensor] = []
  /// Whether it is a list of arrays, as `get_weights()` gives.
  private(set) var isList = false
  private(set) var isRTNeural = false
  private(set) var warnings: [String] = []
  private(set) var guesses: [String] = []
  /// By the folder that they stand in.
  private var options: [String: [String: ConfigValue]] = [:]

  static let longest = 1 << 28

  init(_ json: JSON) throws(ModelFileError) {
    if json["class_name"] != nil || json["layers"] == nil && json["config"] != nil {
      throw .badConfig(
        place: "the JSON", needed: "arrays",
        found: "an architecture, which has no weights; give the file of weights, and this one as --config")
    }
    if let layers = json["layers"]?.list, layers.contains(where: { $0["type"] != nil }) {
      isRTNeural = true
      try addRTNeural(layers)
    } else if let list = json.list {
      isList = true
      for (index, item) in list.enumerated() { try add(item, name: "arr_\(index)") }
    } else {
      try addMembers(of: json, folder: "", depth: 0)
    }
  }

  private mutating func addMembers(of json: JSON, folder: String, depth: Int) throws(ModelFileError) {
    guard depth < 32 else { return }
    for (key, value) in (json.object ?? [:]).sorted(by: { natural($0.key, $1.key) }) {
      let name = folder.isEmpty ? key : "\(folder)/\(key)"
      switch value {
      case .object: try addMembers(of: value, folder: name, depth: depth + 1)
      case .list(let items) where items.contains { $0.list != nil || $0.number != nil }:
        try add(value, name: name)
      case .list, .null, .bool, .number, .text: options[folder, default: [:]][key] = configValue(value)
      }
    }
  }

  private mutating func add(_ json: JSON, name: String) throws(ModelFileError) {
    do throws(JSONError) {
      tensors.append(StoredTensor(name: name, try json.tensor()))
    } catch {
      throw .notJSON(place: "the array \(name)", reason: error.message)
    }
  }

  /// Layers in order, each with its weights in Keras' layout.
  private mutating func addRTNeural(_ layers: [JSON]) throws(ModelFileError) {
    for (index, layer) in layers.enumerated() {
      let type = layer["type"]?.text ?? "layer"
      let name = layer["name"]?.text.map { $0.isEmpty ? type : $0 } ?? "\(type)_\(index)"
      let roles =
        type == "lstm" ? ["kernel", "recurrent_kernel", "bias"] : ["weights_0", "weights_1", "weights_2"]
      for (place, array) in (layer["weights"]?.list ?? []).enumerated() {
        try add(array, name: "\(name)/\(place < roles.count ? roles[place] : "weights_\(place)")")
      }
      guard type == "lstm" else { continue }
      options[name] = layer["activation"]?.text.map { ["activation": .text($0)] } ?? [:]
      let stated = layer["shape"]?.list?.last?.number
      let units = tensors.first { $0.name == "\(name)/recurrent_kernel" }?.shape.first
      if let stated, let units, stated != Double(units) {
        warnings.append(
          "\(name): its shape says \(Int(exactly: stated).map(String.init) ?? "\(stated)") units and its arrays have \(units); the arrays are gone by"
        )
      }
    }
  }

  // MARK: Options

  private static let known: Set<String> = [
    "activation", "recurrent_activation", "go_backwards", "clip", "input_forget", "time_major",
  ]

  /// What stands beside an LSTM's arrays, and at the top for all of them.
  mutating func settings(
    of found: [ArraySet.Found]
  ) throws(ModelFileError) -> [String: ArrayModel.LayerSettings] {
    var settings: [String: ArrayModel.LayerSettings] = [:]
    for layer in found {
      let array = layer.directions[0].arrays[.recurrentKernel]?.name ?? ""
      let cut = array.lastIndex(of: "/")
      var own = options[""] ?? [:]
      own.merge(options[cut.map { String(array[..<$0]) } ?? ""] ?? [:]) { $1 }
      for name in own.keys.sorted() where !JSONArrays.known.contains(name) {
        warnings.append("\(name) beside the arrays of the JSON is not an option that is known")
      }
      for name in ["activation", "recurrent_activation"] where own[name] == .text("hard_sigmoid") {
        guesses.append("\(name) hard_sigmoid is Keras 3's, x / 6 + 0.5; Keras 1 and 2 have 0.2 * x + 0.5")
      }
      let isTimeMajor = own["time_major"]?.bool ?? false
      settings[layer.module] = ArrayModel.LayerSettings(
        options: own.filter { JSONArrays.known.contains($0.key) && $0.key != "time_major" },
        isTimeMajor: isTimeMajor)
    }
    return settings
  }
}
