import Yams

extension Theme {
  /// Reads a base16 scheme in either published form.
  ///
  /// The newer form has `name`, `author` and a `palette` of base00 to base0F; the older has `scheme`, `author` and
  /// the colours at the top. `#` before the digits is optional. Three more keys are lstmscope's own and optional:
  /// `heat` with `negative`, `zero`, `positive`, `gate` with `low`, `middle`, `high`, and `inherits` with the name of
  /// another theme.
  ///
  /// What the text does not say is that other theme's. Where it names none, colours are those of the built-in theme of
  /// the same variant, and the ramps are made of the theme's own colours.
  ///
  /// - Parameters:
  ///   - name: What messages call the theme, and its name if the text gives none.
  ///   - source: The text of another theme by its name; nil where there is none.
  /// - Source: tinted-theming, `builder.md` 0.11.2 and `styling.md` 0.4.2.
  package static func parse(
    _ text: String, name: String, source: (String) -> String? = { _ in nil }
  ) throws(ThemeError) -> Theme {
    try parse(text, name: name, source: source, heirs: [])
  }

  /// - Parameter heirs: The themes that this one is to complete, the one asked for first.
  private static func parse(
    _ text: String, name: String, source: (String) -> String?, heirs: [String]
  ) throws(ThemeError) -> Theme {
    let file = try ThemeFile(text, name: name)
    try file.checkKeys()
    let parent = try parent(of: file, source: source, heirs: heirs + [name])
    let base = if let parent { parent } else { try file.builtin() }
    var slots: [Colour] = []
    for slot in Slot.allCases { slots.append(try file.slot("\(slot)") ?? base[slot]) }
    var heat = parent?.heat ?? Heat(slots: slots)
    try file.override(
      "heat", ["negative": \Heat.negative, "zero": \.zero, "positive": \.positive], in: &heat)
    var gate = parent?.gate ?? Gate(slots: slots)
    try file.override("gate", ["low": \Gate.low, "middle": \.middle, "high": \.high], in: &gate)
    return Theme(
      name: file.top.text("name") ?? file.top.text("scheme") ?? name,
      author: file.top.text("author") ?? parent?.author ?? "", slots: slots, heat: heat, gate: gate)
  }

  /// The theme that a file names as the one it goes on from.
  private static func parent(
    of file: ThemeFile, source: (String) -> String?, heirs: [String]
  ) throws(ThemeError) -> Theme? {
    guard let name = file.top.text("inherits") else { return nil }
    guard !heirs.contains(name) else { throw .inheritsItself(theme: file.name, through: heirs + [name]) }
    if let theme = builtin(named: name) { return theme }
    guard let text = source(name) else { throw .noParent(theme: file.name, parent: name) }
    return try parse(text, name: name, source: source, heirs: heirs)
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

  /// nil where the file does not say.
  func slot(_ key: String) throws(ThemeError) -> Colour? {
    guard let node = palette[key] ?? palette[key.lowercased()] else { return nil }
    return try colour(node, key: key)
  }

  /// Refuses a text that is no theme, and a colour whose name is misspelt: it would be inherited without a word.
  func checkKeys() throws(ThemeError) {
    let slots = Theme.Slot.allCases.map { "\($0)" }
    let named = palette.compactMap { $0.key.scalar?.string }.filter { $0.hasPrefix("base") }
    // base10 to base17 are those of a base24 scheme, which has the sixteen and eight more.
    let known = Set(slots + slots.map { $0.lowercased() } + (0..<8).map { "base1\($0)" })
    if let key = named.first(where: { !known.contains($0) }) {
      throw .unknownKey(theme: name, key: key, known: ["base00 to base0F"])
    }
    if named.isEmpty, !["heat", "gate", "inherits"].contains(where: { top[$0] != nil }) {
      throw .saysNothing(theme: name)
    }
  }

  /// The built-in theme of the variant that the file says it is, or that its background and text make it.
  func builtin() throws(ThemeError) -> Theme {
    switch top.text("variant").flatMap(Theme.Variant.init) {
    case .light?: return .builtinLight
    case .dark?: return .builtin
    case nil:
      let background = try slot("base00") ?? Theme.builtin.background
      return background.isLight ? .builtinLight : .builtin
    }
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
