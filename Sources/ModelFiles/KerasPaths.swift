import TensorFiles

/// Where `model.weights.h5` keeps the arrays of each layer.
///
/// The path of a layer is `layers/` and its class in snake case, with a counter per class in the order of the
/// configuration; the layer's own name is no part of it. Nested models have a `layers` of their own.
///
/// - Source: Keras 3, `keras.src.saving.saving_lib`, `_save_container_state`.
struct KerasPaths {
  typealias Found = (parts: [String], path: String, content: HDF5File.Content)

  private static let roots = ["layers", "_layer_checkpoint_dependencies"]

  /// `layers`, or what Keras 2.12 and 2.13 called it.
  private let root: String
  /// Every array, in the order of its path.
  private(set) var arrays: [Found] = []
  /// For each folder, what is right in it and has arrays somewhere below.
  private var folders: [String: Set<String>] = [:]
  /// A layer's real name, which Keras writes from 3.6 on, by its folder.
  private(set) var names: [String: String] = [:]

  init(_ file: HDF5File) {
    let nodes = file.nodes.map { (parts: KerasPaths.parts($0.path), node: $0) }
    let first = nodes.compactMap(\.parts.first).first { KerasPaths.roots.contains($0) }
    root = first ?? "layers"
    for (parts, node) in nodes {
      if node.content == .group {
        if parts.last == "vars", let name = node.attributes["name"]?.strings?.first {
          names[parts.dropLast().joined(separator: "/")] = name
        }
        continue
      }
      // What Keras keeps of its metrics is no weight; real paths are a dozen parts long.
      guard parts.count >= 2, parts.count <= 100, parts.first != "metrics",
        !parts.contains("seed_generator")
      else { continue }
      arrays.append((parts, node.path, node.content))
      for depth in 1..<parts.count {
        folders[parts[..<depth].joined(separator: "/"), default: []].insert(parts[depth])
      }
    }
    arrays.sort { KerasPaths.precedes($0.parts, $1.parts) }
  }

  /// Keras on Windows wrote whole paths with backslashes as one name.
  private static func parts(_ path: String) -> [String] {
    path.split { $0 == "/" || $0 == "\\" }.map(String.init)
  }

  /// Gives every layer its arrays.
  func weights(of architecture: KerasArchitecture) -> KerasWeights {
    var weights = KerasWeights()
    var claims = Claims()
    weights.layers = layers(of: architecture, in: root, &claims, &weights)
    weights.leftOver = arrays.filter { !claims.paths.contains($0.path) }.map {
      WeightArray(role: $0.path, path: $0.path, content: $0.content)
    }
    return weights
  }

  /// Which arrays have been given to a layer, and what shared layers have.
  private struct Claims {
    var paths: Set<String> = []
    /// By class and name, for a layer that stands in two models and is stored once.
    var shared: [String: KerasWeights.LayerWeights] = [:]
  }

  private func layers(
    of architecture: KerasArchitecture, in folder: String, _ claims: inout Claims,
    _ weights: inout KerasWeights
  ) -> [KerasWeights.LayerWeights] {
    let groups = countedGroups(architecture, in: folder)
    return zip(architecture.layers, groups).map { layer, counted in
      guard let counted else { return KerasWeights.LayerWeights(place: folder) }
      let found = group(for: layer, counted: counted, in: architecture, folder: folder, &weights)
      return contents(of: layer, in: "\(folder)/\(found)", &claims, &weights)
    }
  }

  // MARK: What a layer's folder holds

  private func contents(
    of layer: KerasLayer, in folder: String, _ claims: inout Claims, _ weights: inout KerasWeights
  ) -> KerasWeights.LayerWeights {
    var result = KerasWeights.LayerWeights(place: folder)
    if let model = layer.model {
      let inner =
        KerasPaths.roots.first { folders["\(folder)/\($0)"] != nil } ?? root
      result.children = layers(of: model, in: "\(folder)/\(inner)", &claims, &weights)
    } else {
      for (child, place) in zip(layer.wrapped, KerasPaths.folders(of: layer)) {
        result.children.append(contents(of: child, in: "\(folder)/\(place)", &claims, &weights))
      }
    }
    result.arrays = own(of: layer, in: folder, &claims)
    let key = "\(layer.className) \(layer.name)"
    if result.isEmpty, let shared = claims.shared[key] { return shared }
    if !result.isEmpty { claims.shared[key] = result }
    return result
  }

  /// Where a layer keeps the ones that it wraps.
  private static func folders(of layer: KerasLayer) -> [String] {
    switch layer.className {
    case "Bidirectional": return ["forward_layer", "backward_layer"]
    case "RNN" where layer.isStacked:
      var counters: [String: Int] = [:]
      return layer.wrapped.map { cell in
        let base = snakeCase(cell.className)
        let count = counters[base, default: 0]
        counters[base] = count + 1
        return "cell/cells/" + (count == 0 ? base : "\(base)_\(count)")
      }
    case "RNN": return ["cell"]
    default: return ["layer"]
    }
  }

  /// The arrays below a folder that nothing inside the layer has claimed.
  private func own(of layer: KerasLayer, in folder: String, _ claims: inout Claims) -> [WeightArray] {
    let depth = folder.split(separator: "/").count
    let prefix = folder.split(separator: "/").map(String.init)
    let found = below(prefix).filter { !claims.paths.contains($0.path) }
    // The number of arrays beside each, by which a missing bias or scale is noticed.
    let counts = Dictionary(grouping: found) { $0.parts.dropLast() }.mapValues(\.count)
    return found.map { array in
      claims.paths.insert(array.path)
      let role = KerasPaths.role(
        Array(array.parts[depth...]), of: layer, count: counts[array.parts.dropLast()] ?? 0)
      return WeightArray(role: role, path: array.path, content: array.content)
    }
  }

  /// The arrays are sorted, so that those of a folder stand together.
  private func below(_ prefix: [String]) -> ArraySlice<Found> {
    var low = 0
    var high = arrays.count
    while low < high {
      let middle = (low + high) / 2
      if KerasPaths.precedes(arrays[middle].parts, prefix) { low = middle + 1 } else { high = middle }
    }
    var end = low
    while end < arrays.count, arrays[end].parts.starts(with: prefix) { end += 1 }
    return arrays[low..<end]
  }

  /// `["cell", "vars", "0"]` of an LSTM and `["vars", "0"]` of its cell are the kernel.
  private static func role(_ parts: [String], of layer: KerasLayer, count: Int) -> String {
    let isOwn =
      parts.count == 2 && parts[0] == "vars"
      || parts.count == 3 && parts[0] == "cell" && parts[1] == "vars"
    guard isOwn, let index = Int(parts[parts.count - 1]), index >= 0,
      let names = roles(of: layer.className, count: count, config: layer.config), index < names.count
    else { return parts.joined(separator: "/") }
    return names[index]
  }

  // MARK: Which folder a layer has

  /// The group that the counters give each layer; nil for what has none.
  ///
  /// Keras 2.12 and 2.13 visit a layer with weights twice, so that it advances its counter by 2.
  private func countedGroups(_ architecture: KerasArchitecture, in folder: String) -> [String?] {
    var counters: [String: Int] = [:]
    let isTwice = folder.hasSuffix(KerasPaths.roots[1])
    return architecture.layers.map { layer in
      guard !layer.isOperation, !(architecture.isSequential && layer.isInput) else { return nil }
      let base = snakeCase(layer.className)
      let count = counters[base, default: 0]
      let name = count == 0 ? base : "\(base)_\(count)"
      counters[base] = count + (isTwice && hasArrays("\(folder)/\(name)") ? 2 : 1)
      return name
    }
  }

  private func hasArrays(_ folder: String) -> Bool { folders[folder] != nil }

  /// The counted group, unless the file's own names say otherwise or it is not there.
  private func group(
    for layer: KerasLayer, counted: String, in architecture: KerasArchitecture, folder: String,
    _ weights: inout KerasWeights
  ) -> String {
    let base = snakeCase(layer.className)
    let bears = names["\(folder)/\(counted)"]
    if hasArrays("\(folder)/\(counted)"), bears == nil || bears == layer.name { return counted }
    let groups = (folders[folder] ?? []).compactMap { name in
      KerasPaths.suffix(of: name, base: base).map { (suffix: $0, name: name) }
    }.sorted { $0.suffix < $1.suffix }
    let named = groups.filter { names["\(folder)/\($0.name)"] == layer.name }
    if named.count == 1, let found = named.first?.name {
      weights.guesses.append(
        "layer \(layer.name): its weights are taken from \(folder)/\(found), which bears its name, and not from"
          + " \(folder)/\(counted), where counting the layers puts them")
      return found
    }
    if hasArrays("\(folder)/\(counted)") {
      if let bears {
        weights.warnings.append(
          "layer \(layer.name): its weights at \(folder)/\(counted) bear the name of another layer, \(bears)")
      }
      return counted
    }
    let siblings = architecture.layers.filter { !$0.isOperation && snakeCase($0.className) == base }
    guard groups.count == siblings.count,
      let position = siblings.firstIndex(where: { $0.name == layer.name })
    else { return counted }
    let found = groups[position].name
    weights.guesses.append(
      "layer \(layer.name): \(folder)/\(counted) is not in the file; its weights are taken from \(folder)/\(found), by order"
    )
    return found
  }

  /// 0 for `lstm`, 2 for `lstm_2` where the base is `lstm`; nil for what is no such name.
  private static func suffix(of name: String, base: String) -> Int? {
    if name == base { return 0 }
    guard name.hasPrefix(base + "_") else { return nil }
    return Int(name.dropFirst(base.count + 1))
  }

  /// Part by part, numbers by value: `vars/2` before `vars/10`, `lstm_2` before `lstm_10`.
  private static func precedes(_ a: [String], _ b: [String]) -> Bool {
    for (x, y) in zip(a, b) where x != y {
      let (first, second) = (numbered(x), numbered(y))
      if first.base != second.base { return first.base < second.base }
      return first.number != second.number ? first.number < second.number : x < y
    }
    return a.count < b.count
  }

  /// `lstm_10` is number 10 of `lstm`, `lstm` number 0, `10` number 10 of nothing.
  private static func numbered(_ part: String) -> (base: Substring, number: Int) {
    let digits = part.reversed().prefix { $0.isASCII && $0.isNumber }.count
    guard digits > 0, let number = Int(part.suffix(digits)) else { return (part[...], 0) }
    let base = part.dropLast(digits)
    guard base.hasSuffix("_") else { return base.isEmpty ? (base, number) : (part[...], 0) }
    return (base.dropLast(), number)
  }
}
