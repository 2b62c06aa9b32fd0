import Yams

extension Theme {
  /// Reads a base16 scheme in either published form.
  ///
  /// The newer form has `name`, `author` and a `palette` of base00 to base0F; the older has `scheme`, `author` and
  /// the colours at the top. `#` before the digits is optional. Two more keys are lstmscope's own and optional:
  /// `heat` with `negative`, `zero`, `positive`, and `gate` with `low`, `middle`, `high`.
  ///
  /// - Parameter name: What messages call the theme, and its name if the text gives none.
  /// - Source: tinted-theming, `builder.md` 0.11.2 and `styling.md` 0.4.2.
  package static func parse(_ text: String, name: String) throws(ThemeError) -> Theme {
    let file = try ThemeFile(text, name: name)
    var slots: [Colour] = []
    for slot in Slot.allCases {
      slots.append(try file.slot("\(slot)"))
    }
    var heat = Heat(slots: slots)
    try file.override(
      "heat", ["negative": \Heat.negative, "zero": \.zero, "positive": \.positive], in: &heat)
    var gate = Gate(slots: slots)
    try file.override("gate", ["low": \Gate.low, "middle": \.middle, "high": \.high], in: &gate)
    return Theme(
      name: file.top.text("name") ?? file.top.text("scheme") ?? name, author: file.top.text("author") ?? "",
      slots: slots, heat: heat, gate: gate)
  }
}

/// The keys of a theme file before they are colours.
private struct ThemeFile {
  let name: String
  let top: Node.Mapping
  let palette: Node.Mapping

  init(_ text: String, name: String) throws(ThemeError) {
    let node: Node?
    do {
      node = try Yams.compose(yaml: text)
    } catch {
      let detail = "\(error)".split(separator: "\n").map(String.init).joined(separator: " ")
      throw .notYAML(theme: name, detail: detail)
    }
    guard let top = node?.mapping else { throw .notKeys(theme: name) }
    self.name = name
    self.top = top
    palette = top["palette"]?.mapping ?? top
  }

  func slot(_ key: String) throws(ThemeError) -> Colour {
    guard let node = palette[key] ?? palette[key.lowercased()] else { throw .missing(theme: name, key: key) }
    return try colour(node, key: key)
  }

  /// Sets those colours of a ramp that the file names.
  func override<Ramp>(
    _ section: String, _ paths: [String: WritableKeyPath<Ramp, Colour>], in ramp: inout Ramp
  ) throws(ThemeError) {
    guard let node = top[section] else { return }
    guard let mapping = node.mapping else {
      throw .notColour(theme: name, key: section, found: node.scalar?.string ?? "a list")
    }
    for (key, value) in mapping {
      let word = key.scalar?.string ?? "?"
      guard let path = paths[word] else {
        throw .unknownKey(theme: name, key: "\(section).\(word)", known: paths.keys.sorted())
      }
      ramp[keyPath: path] = try colour(value, key: "\(section).\(word)")
    }
  }

  /// Takes the digits as they are written: as a YAML number, 000010 would be eight.
  private func colour(_ node: Node, key: String) throws(ThemeError) -> Colour {
    let text = node.scalar?.string
    guard let text, let colour = Colour(hex: text) else {
      throw .notColour(theme: name, key: key, found: text ?? "something with parts")
    }
    return colour
  }
}

extension Node.Mapping {
  fileprivate func text(_ key: String) -> String? { self[Node(key)]?.scalar?.string }
}
