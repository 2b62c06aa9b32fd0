import TensorFiles

/// Where a whole-model `.h5` keeps the arrays of each layer: under the layer's name, listed by `weight_names`.
///
/// The list counts, not the alphabetical order in which HDF5 keeps the datasets. Of a nested model it has all
/// trainable variables first, then all others, depth first in the order of the configuration.
///
/// - Source: Keras 3, `keras.src.legacy.saving.legacy_h5_format`, `save_weights_to_hdf5_group`.
struct KerasH5Weights {
  let file: HDF5File
  /// `model_weights`; empty for a file of weights alone.
  let root: String
  /// Of Keras, as the file tells it.
  let major: Int

  /// One array of the list.
  struct Listed {
    /// `lstm/lstm_cell_2/kernel:0`
    let name: String
    let path: String
    let content: HDF5File.Content
  }

  /// Gives every layer its arrays.
  func weights(of architecture: KerasArchitecture) -> KerasWeights {
    var weights = KerasWeights()
    let groups = self.groups(of: architecture, &weights)
    for (layer, group) in zip(architecture.layers, groups) {
      let place = self.place(group)
      let listed = self.listed(group, for: layer.name, &weights)
      var found = divided(listed, among: layer, at: place)
      if found == nil {
        if !listed.isEmpty {
          weights.warnings.append(
            "layer \(layer.name): its \(listed.count) arrays are not the ones that its configuration calls for;"
              + " they are told apart by their names")
        }
        found = dividedByName(listed, among: layer, at: place)
      }
      weights.layers.append(found ?? KerasWeights.LayerWeights(place: place))
    }
    let claimed = Set(weights.layers.flatMap(\.paths))
    for node in file.nodes where node.content != .group && !claimed.contains(node.path) {
      weights.leftOver.append(WeightArray(role: node.path, path: node.path, content: node.content))
    }
    return weights
  }

  /// The layers that the file lists, in its order.
  var layerNames: [String] { file.strings("layer_names", of: root) ?? [] }

  func place(_ group: String) -> String { root.isEmpty ? group : "\(root)/\(group)" }

  /// A layer's arrays in the order of its list.
  func listed(_ group: String, for layer: String, _ weights: inout KerasWeights) -> [Listed] {
    let place = self.place(group)
    var listed: [Listed] = []
    for name in file.strings("weight_names", of: place) ?? [] {
      let path = "\(place)/\(name)"
      guard let node = file[path], node.content != .group else {
        weights.warnings.append("layer \(layer): weight_names lists \(name), which is not in the file")
        continue
      }
      listed.append(Listed(name: name, path: path, content: node.content))
    }
    return listed
  }

  /// The group of each layer: the one of its name, or by order where an architecture has other names than the file.
  private func groups(of architecture: KerasArchitecture, _ weights: inout KerasWeights) -> [String] {
    let names = architecture.layers.map(\.name)
    let stored = layerNames.filter { !(file.strings("weight_names", of: place($0)) ?? []).isEmpty }
    let weighted = architecture.layers.indices.filter { architecture.layers[$0].hasWeights }
    let missing = weighted.filter { !stored.contains(names[$0]) }
    guard !missing.isEmpty, stored.count == weighted.count else { return names }
    var groups = names
    for (index, group) in zip(weighted, stored) { groups[index] = group }
    weights.guesses.append(
      "the file's layers have other names than the architecture's; they are matched by order: "
        + zip(weighted, stored).prefix(6).map { "\(names[$0]) is \($1)" }.joined(separator: ", "))
    return groups
  }

  // MARK: Nested layers

  /// A layer that has arrays of its own, where it stands in another.
  private struct Leaf {
    let layer: KerasLayer
    /// Positions of children, from the outside in.
    let path: [Int]
    let roles: [String]
    let isFrozen: Bool
  }

  /// By the order that Keras keeps; nil where numbers, names or roles do not fit it.
  private func divided(_ listed: [Listed], among layer: KerasLayer, at place: String) -> KerasWeights
    .LayerWeights?
  {
    guard layer.model != nil || !layer.wrapped.isEmpty else {
      var result = KerasWeights.LayerWeights(place: place)
      result.arrays = listed.map { array in
        WeightArray(role: role(array.name, of: layer), path: array.path, content: array.content)
      }
      return result
    }
    var leaves: [Leaf] = []
    guard collect(layer, [], isFrozen: false, &leaves) else { return nil }
    var slots: [(leaf: Int, role: String)] = []
    for wantsFrozen in [false, true] {
      for (index, leaf) in leaves.enumerated() {
        slots += leaf.roles.filter { (leaf.isFrozen || $0.hasPrefix("moving_")) == wantsFrozen }.map {
          (index, $0)
        }
      }
    }
    guard slots.count == listed.count else { return nil }
    var result = KerasWeights.LayerWeights(empty: layer, place: place)
    for (slot, array) in zip(slots, listed) {
      let leaf = leaves[slot.leaf]
      guard role(array.name, of: leaf.layer) == slot.role else { return nil }
      result.append(
        WeightArray(role: slot.role, path: array.path, content: array.content), at: leaf.path[...])
    }
    return result
  }

  /// - Returns: Whether every layer's arrays are known.
  private func collect(_ layer: KerasLayer, _ path: [Int], isFrozen: Bool, _ leaves: inout [Leaf]) -> Bool {
    let isFrozen = isFrozen || layer.config["trainable"]?.bool == false
    let children = layer.children
    guard children.isEmpty else {
      return children.enumerated().allSatisfy {
        collect($0.element.layer, path + [$0.offset], isFrozen: isFrozen, &leaves)
      }
    }
    guard let roles = listedRoles(of: layer) else { return false }
    leaves.append(Leaf(layer: layer, path: path, roles: roles, isFrozen: isFrozen))
    return true
  }

  /// What a layer of a nested model has in the list; nil where its class is not known.
  private func listedRoles(of layer: KerasLayer) -> [String]? {
    guard layer.hasWeights else { return [] }
    guard major < 2 else { return roles(of: layer.className, count: 0, config: layer.config, isWhole: true) }
    switch layer.className {
    case "LSTM": return ["i", "c", "f", "o"].flatMap { ["W_\($0)", "U_\($0)", "b_\($0)"] }
    case "GRU": return ["z", "r", "h"].flatMap { ["W_\($0)", "U_\($0)", "b_\($0)"] }
    default: return roles(of: layer.className, count: 0, config: layer.config, isWhole: true)
    }
  }

  /// By the names of layers in the arrays' own names, which some versions leave out.
  private func dividedByName(
    _ listed: [Listed], among layer: KerasLayer, at place: String
  ) -> KerasWeights.LayerWeights {
    var result = KerasWeights.LayerWeights(empty: layer, place: place)
    for array in listed {
      var path: [Int] = []
      var inner = layer
      let parts = array.name.split(separator: "/").map(String.init)
      while let next = inner.children.firstIndex(where: { child in
        parts.contains { $0 == child.layer.name || KerasH5Weights.isDirection($0, child.key) }
      }) {
        path.append(next)
        inner = inner.children[next].layer
      }
      result.append(
        WeightArray(role: role(array.name, of: inner), path: array.path, content: array.content),
        at: path[...])
    }
    return result
  }

  private static func isDirection(_ part: String, _ key: String) -> Bool {
    key == "forward_layer" && part.hasPrefix("forward_")
      || key == "backward_layer" && part.hasPrefix("backward_")
  }

  // MARK: What an array is

  /// `lstm/lstm_cell_2/kernel:0` is the `kernel` of an LSTM, `lstm_1_W_i:0` of Keras 1 its `W_i`.
  func role(_ name: String, of layer: KerasLayer) -> String {
    let plain = name.split(separator: ":").first.map(String.init) ?? name
    let last = plain.split(separator: "/").last.map(String.init) ?? plain
    if layer.model != nil { return plain }
    if major < 2 { return keras1Role(last, of: layer) }
    // `kernel_1` is the second kernel of a group.
    if let underscore = last.lastIndex(of: "_"), Int(last[last.index(after: underscore)...]) != nil {
      return String(last[..<underscore])
    }
    return last
  }

  /// - Source: Keras 1.2.2, `add_weight` in each layer's `build`.
  private func keras1Role(_ name: String, of layer: KerasLayer) -> String {
    for gate in ["W_i", "U_i", "b_i", "W_f", "U_f", "b_f", "W_c", "U_c", "b_c", "W_o", "U_o", "b_o"]
    where name.hasSuffix("_" + gate) {
      return gate
    }
    for gate in ["W_z", "U_z", "b_z", "W_r", "U_r", "b_r", "W_h", "U_h", "b_h"]
    where name.hasSuffix("_" + gate) {
      return gate
    }
    let known = [
      ("_running_mean", "moving_mean"), ("_running_std", "moving_variance"), ("_gamma", "gamma"),
      ("_beta", "beta"),
      ("_U", "recurrent_kernel"), ("_b", "bias"), ("_alphas", "alpha"),
    ]
    for (suffix, role) in known where name.hasSuffix(suffix) { return role }
    if name.hasSuffix("_W") { return layer.className == "Embedding" ? "embeddings" : "kernel" }
    return name
  }
}
