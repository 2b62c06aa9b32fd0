import TensorFiles

/// Where `model.weights.h5` keeps the arrays of each layer.
///
/// The path of a layer is `layers/` and its class in snake case, with a counter per class in the order of the
/// configuration; the layer's own name is no part of it.
///
/// - Source: Keras 3, `keras.src.saving.saving_lib`, `_save_container_state`.
struct KerasPaths {
  /// A file's arrays below one group of the root.
  private struct Group {
    var arrays: [(parts: [String], path: String, content: HDF5File.Content)] = []
    /// The layer's real name, which Keras writes from 3.6 on.
    var name: String?
  }

  private static let roots = ["layers", "_layer_checkpoint_dependencies"]

  private let root: String
  private var groups: [String: Group] = [:]
  private var elsewhere: [WeightArray] = []

  init(_ file: HDF5File) {
    let nodes = file.nodes.map { (parts: KerasPaths.parts($0.path), node: $0) }
    let first = nodes.compactMap(\.parts.first).first { KerasPaths.roots.contains($0) }
    root = first ?? "layers"
    for (parts, node) in nodes {
      guard parts.first == root, parts.count >= 2 else {
        // What Keras 2 keeps of its metrics is no weight.
        if node.content != .group && parts.count >= 2 && parts.first != "metrics" {
          elsewhere.append(WeightArray(role: node.path, path: node.path, content: node.content))
        }
        continue
      }
      let rest = Array(parts.dropFirst(2))
      var group = groups[parts[1]] ?? Group()
      if rest == ["vars"], case .group = node.content { group.name = node.attributes["name"]?.strings?.first }
      if node.content != .group, !rest.contains("seed_generator") {
        group.arrays.append((rest, node.path, node.content))
      }
      groups[parts[1]] = group
    }
  }

  /// Keras on Windows wrote whole paths with backslashes as one name.
  private static func parts(_ path: String) -> [String] {
    path.split { $0 == "/" || $0 == "\\" }.map(String.init)
  }

  /// Gives every layer its arrays.
  func weights(of architecture: KerasArchitecture) -> KerasWeights {
    var weights = KerasWeights()
    var claimed: Set<String> = []
    for (layer, counted) in zip(architecture.layers, countedGroups(architecture)) {
      guard let counted else {
        weights.layers.append(KerasWeights.LayerWeights(place: root))
        continue
      }
      let found = group(for: layer, counted: counted, in: architecture, &weights)
      claimed.insert(found)
      weights.layers.append(
        KerasWeights.LayerWeights(place: "\(root)/\(found)", arrays: arrays(of: layer, group: found)))
    }
    let unclaimed = groups.keys.filter { !claimed.contains($0) }.sorted()
    weights.leftOver =
      elsewhere
      + unclaimed.flatMap { name in
        (groups[name]?.arrays ?? []).map {
          WeightArray(role: $0.parts.joined(separator: "/"), path: $0.path, content: $0.content)
        }
      }
    return weights
  }

  /// The group that the counters give each layer; nil for what has none.
  ///
  /// Keras 2.12 and 2.13 visit a layer with weights twice, so that it advances its counter by 2.
  private func countedGroups(_ architecture: KerasArchitecture) -> [String?] {
    var counters: [String: Int] = [:]
    return architecture.layers.map { layer in
      guard !layer.isOperation, !(architecture.isSequential && layer.isInput) else { return nil }
      let base = snakeCase(layer.className)
      let count = counters[base, default: 0]
      let name = count == 0 ? base : "\(base)_\(count)"
      let hasWeights = !(groups[name]?.arrays.isEmpty ?? true)
      counters[base] = count + (root != "layers" && hasWeights ? 2 : 1)
      return name
    }
  }

  /// The counted group, unless the file's own names say otherwise or it is not there.
  private func group(
    for layer: KerasLayer, counted: String, in architecture: KerasArchitecture, _ weights: inout KerasWeights
  ) -> String {
    let base = snakeCase(layer.className)
    let named = groups.filter {
      $0.value.name == layer.name && KerasPaths.suffix(of: $0.key, base: base) != nil
    }
    if let group = groups[counted], group.name == nil || group.name == layer.name { return counted }
    if named.count == 1, let found = named.first?.key {
      weights.guesses.append(
        "layer \(layer.name): its weights are taken from \(root)/\(found), which bears its name, and not from"
          + " \(root)/\(counted), where counting the layers puts them")
      return found
    }
    if let group = groups[counted] {
      if let name = group.name {
        weights.warnings.append(
          "layer \(layer.name): its weights at \(root)/\(counted) bear the name of another layer, \(name)")
      }
      return counted
    }
    let siblings = architecture.layers.filter { !$0.isOperation && snakeCase($0.className) == base }
    let candidates = groups.keys.compactMap { key in KerasPaths.suffix(of: key, base: base).map { ($0, key) }
    }
    .filter { !(groups[$0.1]?.arrays.isEmpty ?? true) }.sorted { $0.0 < $1.0 }
    guard candidates.count == siblings.count,
      let position = siblings.firstIndex(where: { $0.name == layer.name })
    else { return counted }
    let found = candidates[position].1
    weights.guesses.append(
      "layer \(layer.name): \(root)/\(counted) is not in the file; its weights are taken from \(root)/\(found), by order"
    )
    return found
  }

  /// 0 for `lstm`, 2 for `lstm_2` where the base is `lstm`; nil for what is no such name.
  private static func suffix(of name: String, base: String) -> Int? {
    if name == base { return 0 }
    guard name.hasPrefix(base + "_") else { return nil }
    return Int(name.dropFirst(base.count + 1))
  }

  private func arrays(of layer: KerasLayer, group: String) -> [WeightArray] {
    let found = (groups[group]?.arrays ?? []).sorted { KerasPaths.precedes($0.parts, $1.parts) }
    // The number of arrays beside each, by which a missing bias or scale is noticed.
    let counts = Dictionary(grouping: found) { $0.parts.dropLast() }.mapValues(\.count)
    return found.map { array in
      let role = KerasPaths.role(array.parts, of: layer, count: counts[array.parts.dropLast()] ?? 0)
      return WeightArray(role: role, path: array.path, content: array.content)
    }
  }

  /// `["cell", "vars", "0"]` of an LSTM is its kernel, `["forward_layer", "cell", "vars", "0"]` the kernel of one direction.
  private static func role(_ parts: [String], of layer: KerasLayer, count: Int) -> String {
    guard parts.count >= 2, parts[parts.count - 2] == "vars", let index = Int(parts[parts.count - 1]) else {
      return parts.joined(separator: "/")
    }
    let before = parts.dropLast(2)
    let isCell = before.last.map { $0 == "cell" || $0.hasPrefix("lstm_cell") } ?? false
    let owner = isCell ? "LSTM" : before.isEmpty ? layer.className : ""
    guard let names = roles(of: owner, count: count, config: layer.config), index < names.count, index >= 0
    else {
      return parts.joined(separator: "/")
    }
    let prefix = before.last == "cell" ? before.dropLast() : before
    return (prefix + [names[index]]).joined(separator: "/")
  }

  /// Part by part, numbers by value: `vars/2` before `vars/10`.
  private static func precedes(_ a: [String], _ b: [String]) -> Bool {
    for (x, y) in zip(a, b) where x != y {
      if let m = Int(x), let n = Int(y) { return m < n }
      return x < y
    }
    return a.count < b.count
  }
}
