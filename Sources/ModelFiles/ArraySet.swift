import Network
import TensorFiles

/// The named arrays of a file that has no architecture, and which of them are LSTMs.
struct ArraySet {
  /// The file's kind, for messages: "an npz of arrays".
  let kind: String
  let tensors: [StoredTensor]
  /// Whether their order is the order in which somebody made them; of others names alone tell.
  let isOrdered: Bool

  /// What a layer of one module is made of, by direction.
  struct Found {
    let module: String
    /// Of a stack inside the module; nil where the module is one layer.
    let layer: Int?
    let isTorch: Bool
    /// One, or the forward and the backward one.
    var directions: [FoundLSTM]
  }

  /// - Returns: The layers in the order in which they are likely to run.
  func layers(mapping: [TensorMapping] = []) throws(ModelFileError) -> [Found] {
    if !mapping.isEmpty { return try mapped(mapping) }
    let named = self.named
    return named.isEmpty ? unnamed : named
  }

  // MARK: By name

  private var named: [Found] {
    var order: [ArrayName.Owner] = []
    var held: [ArrayName.Owner: [ArrayName.Role: StoredTensor]] = [:]
    for tensor in isOrdered ? tensors : tensors.sorted(by: { natural($0.name, $1.name) }) {
      guard let name = ArrayName(tensor.name) else { continue }
      if held[name.owner] == nil { order.append(name.owner) }
      held[name.owner, default: [:]][name.role] = held[name.owner]?[name.role] ?? tensor
    }
    var found: [Found] = []
    var places: [String: Int] = [:]
    for owner in order {
      guard let lstm = FoundLSTM(held[owner] ?? [:], isBackward: owner.isBackward) else { continue }
      let key = "\(owner.module)\u{0}\(owner.layer ?? -1)\u{0}\(owner.isTorch)"
      if let place = places[key], found[place].directions.count == 1,
        found[place].directions[0].isBackward != owner.isBackward
      {
        found[place].directions.insert(lstm, at: owner.isBackward ? 1 : 0)
        continue
      }
      if places[key] == nil { places[key] = found.count }
      found.append(
        Found(module: owner.module, layer: owner.layer, isTorch: owner.isTorch, directions: [lstm]))
    }
    return stacked(found)
  }

  /// The layers of a module in their order, where the module's first one stood.
  private func stacked(_ found: [Found]) -> [Found] {
    var modules: [String] = []
    for layer in found where !modules.contains(layer.module) { modules.append(layer.module) }
    return modules.flatMap { module in
      found.enumerated().filter { $0.element.module == module }.sorted {
        ($0.element.layer ?? 0, $0.offset) < ($1.element.layer ?? 0, $1.offset)
      }.map(\.element)
    }
  }

  // MARK: By shape

  /// `get_weights()`: kernel, recurrent kernel and, as a rule, bias, one after the other.
  private var unnamed: [Found] {
    guard isOrdered else { return [] }
    var found: [Found] = []
    var index = 0
    while index + 1 < tensors.count {
      let bias = index + 2 < tensors.count ? tensors[index + 2] : nil
      let pair = [ArrayName.Role.kernel: tensors[index], .recurrentKernel: tensors[index + 1]]
      guard let lstm = FoundLSTM(pair, isBackward: false), lstm.isKeras else {
        index += 1
        continue
      }
      let hasBias = bias.map { $0.shape == [4 * lstm.units] && $0.isFloat } ?? false
      let whole =
        hasBias ? FoundLSTM(pair.merging([.bias: tensors[index + 2]]) { $1 }, isBackward: false) : lstm
      index += hasBias ? 3 : 2
      if let whole {
        found.append(Found(module: "", layer: nil, isTorch: false, directions: [whole]))
      }
    }
    return found
  }

  // MARK: By what a person says

  private func mapped(_ mapping: [TensorMapping]) throws(ModelFileError) -> [Found] {
    var order: [String] = []
    var held: [String: [ArrayName.Role: StoredTensor]] = [:]
    for map in mapping {
      guard let tensor = tensors.first(where: { $0.name == map.tensor }) else {
        throw .noTensor(map.tensor, tensors: tensors.map(\.name))
      }
      if held[map.layer] == nil { order.append(map.layer) }
      held[map.layer, default: [:]][map.role] = tensor
    }
    var found: [Found] = []
    for layer in order {
      let arrays = held[layer] ?? [:]
      guard let lstm = FoundLSTM(arrays, isBackward: false) else {
        throw .badMapping(
          layer: layer,
          shapes: arrays.sorted { $0.key.rawValue < $1.key.rawValue }.map {
            "\($0.key.rawValue) \(describe($0.value.shape)) \($0.value.dtype)"
          })
      }
      found.append(Found(module: layer, layer: nil, isTorch: false, directions: [lstm]))
    }
    return found
  }
}

/// A person's word for what an array is: `kernel=enc.W`, or `decoder/kernel=dec.W` where there are several.
package struct TensorMapping: Sendable, Equatable {
  let layer: String
  let role: ArrayName.Role
  let tensor: String

  /// What can stand before the `=`.
  package static let roles = [
    "kernel", "recurrent_kernel", "bias", "recurrent_bias", "projection", "peephole",
  ]

  /// nil where it is not `ROLE=TENSOR` or `LAYER/ROLE=TENSOR`.
  package init?(parsing text: String) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, !parts[1].isEmpty else { return nil }
    let cut = parts[0].lastIndex(of: "/")
    let word = cut.map { String(parts[0][parts[0].index(after: $0)...]) } ?? parts[0]
    guard let role = ArrayName.Role(rawValue: word) ?? TensorMapping.torchRole(word) else { return nil }
    layer = cut.map { String(parts[0][..<$0]) } ?? "lstm"
    self.role = role
    tensor = parts[1]
  }

  private static func torchRole(_ word: String) -> ArrayName.Role? {
    ["weight_ih", "weight_hh", "weight_hr", "bias_ih", "bias_hh"].contains(word) ? ArrayName(word)?.role : nil
  }
}

/// Whether a name comes before another, numbers in them counted as numbers.
func natural(_ a: String, _ b: String) -> Bool {
  func keys(_ text: String) -> [(Int, Substring)] {
    var keys: [(Int, Substring)] = []
    var rest = text[...]
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      if let number = Int(digits) {
        keys.append((number, ""))
        rest = rest.dropFirst(digits.count)
      } else {
        // A number that no Int holds is text.
        let word = digits.isEmpty ? rest.prefix { !($0.isASCII && $0.isNumber) } : digits
        keys.append((-1, word))
        rest = rest.dropFirst(word.count)
      }
    }
    return keys
  }
  return keys(a).lexicographicallyPrecedes(keys(b)) { $0 < $1 }
}
