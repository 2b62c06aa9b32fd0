/// What an array is to an LSTM, as its name tells.
///
/// - Source: PyTorch, `nn.LSTM` and `nn.LSTMCell`, "Variables"; Keras 2 and 3, the names of `LSTMCell`'s weights.
struct ArrayName: Hashable {
  enum Role: String, CaseIterable {
    case kernel
    case recurrentKernel = "recurrent_kernel"
    case bias
    /// PyTorch's second bias.
    case recurrentBias = "recurrent_bias"
    /// h = (o ⊙ tanh(c)) · projection.
    case projection
    case peephole
  }

  /// What the arrays of one direction of one layer have in common.
  struct Owner: Hashable {
    /// What stands before the array's own name.
    let prefix: String
    /// Of a stack inside one module; nil where the name has none.
    let layer: Int?
    let isBackward: Bool
    /// Whether PyTorch's names are used, whose matrices are the other way round.
    let isTorch: Bool
  }

  let owner: Owner
  let role: Role

  /// nil where the name is none that an LSTM's arrays have.
  init?(_ name: String) {
    let plain = name.split(separator: ":").first.map(String.init) ?? name
    let cut = plain.lastIndex { $0 == "." || $0 == "/" }
    let prefix = cut.map { String(plain[..<$0]) } ?? ""
    let last = cut.map { String(plain[plain.index(after: $0)...]) } ?? plain
    if let torch = ArrayName.torch(last) {
      owner = Owner(prefix: prefix, layer: torch.layer, isBackward: torch.isBackward, isTorch: true)
      role = torch.role
      return
    }
    guard let keras = ArrayName.keras(last, isNumbered: prefix.hasSuffix("vars")) else { return nil }
    let whole = keras.rest.isEmpty ? prefix : prefix.isEmpty ? keras.rest : "\(prefix)/\(keras.rest)"
    owner = Owner(
      prefix: whole, layer: nil,
      isBackward: ArrayName.parts(of: whole).contains { $0.hasPrefix("backward_") }, isTorch: false)
    role = keras.role
  }

  private static let torchRoles: [(text: String, role: Role)] = [
    ("weight_ih", .kernel), ("weight_hh", .recurrentKernel), ("weight_hr", .projection), ("bias_ih", .bias),
    ("bias_hh", .recurrentBias),
  ]

  /// `weight_ih_l0_reverse`: the role, then the layer and the direction, which an LSTMCell has none of.
  private static func torch(_ name: String) -> (role: Role, layer: Int?, isBackward: Bool)? {
    guard let found = torchRoles.first(where: { name.hasPrefix($0.text) }) else { return nil }
    var rest = name.dropFirst(found.text.count)
    if rest.isEmpty { return (found.role, nil, false) }
    let isBackward = rest.hasSuffix("_reverse")
    if isBackward { rest = rest.dropLast("_reverse".count) }
    guard rest.hasPrefix("_l"), let layer = Int(rest.dropFirst(2)), (0..<1 << 16).contains(layer) else {
      return nil
    }
    return (found.role, layer, isBackward)
  }

  private static let kerasRoles: [(text: String, role: Role)] = [
    ("recurrent_kernel", .recurrentKernel), ("kernel", .kernel), ("bias", .bias), ("projection", .projection),
    ("peephole", .peephole), ("W", .kernel), ("U", .recurrentKernel), ("b", .bias),
  ]

  /// `kernel`, `W`, `lstm_recurrent_kernel`; `0` under `vars`. `rest` is what of the name is not the role.
  private static func keras(_ name: String, isNumbered: Bool) -> (role: Role, rest: String)? {
    if isNumbered, let place = Int(name), (0...2).contains(place) {
      return ([.kernel, .recurrentKernel, .bias][place], "")
    }
    for (text, role) in kerasRoles {
      if name == text { return (role, "") }
      if name.hasSuffix("_" + text) { return (role, String(name.dropLast(text.count + 1))) }
    }
    return nil
  }

  static func parts(of path: String) -> [Substring] { path.split { $0 == "." || $0 == "/" } }
}

extension ArrayName.Owner {
  /// Folders in which frameworks keep the arrays of a layer that is called something else.
  private static let cells: Set<Substring> = ["vars", "cell", "forward_layer", "backward_layer", "layers"]

  /// The module or layer that it belongs to.
  var module: String {
    if isTorch { return prefix }
    var kept = ArrayName.parts(of: prefix).filter { part in
      !Self.cells.contains(part) && !part.hasPrefix("lstm_cell") && !part.hasPrefix("backward_")
        && !part.hasPrefix("forward_")
    }
    // `lstm/lstm` of a weight's full name.
    if kept.count > 1, kept[kept.count - 1] == kept[kept.count - 2] { kept.removeLast() }
    return kept.joined(separator: "/")
  }
}
