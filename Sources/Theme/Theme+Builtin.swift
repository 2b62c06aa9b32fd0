extension Theme {
  /// The theme that needs no file, by the name of the file that holds the same.
  package static func builtin(named name: String) -> Theme? {
    builtins.first { $0.name == name }?.theme
  }

  package static let builtins: [(name: String, theme: Theme)] = [("dark", builtin), ("light", builtinLight)]

  /// The dark theme that the program starts with: `Themes/dark.yaml`, which a test holds equal to it.
  ///
  /// It stands here as well so that starting needs neither a file nor a YAML reader.
  package static let builtin = Theme(
    name: "lstmscope dark", author: "the authors of lstmscope",
    slots: [
      0x16181D, 0x23262E, 0x343945, 0x6B7280, 0x9AA3B2, 0xD3D7DE, 0xE6E9EE, 0xFFFFFF,
      0xF0717B, 0xF2A65A, 0xF5D76E, 0x7FCB8B, 0x63C5D6, 0x6CB2FF, 0xD29BF0, 0xB98A6A,
    ].map { Colour($0) },
    heat: Heat(negative: Colour(0x5AB4FF), zero: Colour(0x262931), positive: Colour(0xFF9D42)),
    gate: Gate(low: Colour(0x22272B), middle: Colour(0x2F7D6B), high: Colour(0x8FF0B0)))

  /// The light theme for when the terminal says that its background is light: `Themes/light.yaml`.
  package static let builtinLight = Theme(
    name: "lstmscope light", author: "the authors of lstmscope",
    slots: [
      0xFAFAF7, 0xECECE6, 0xD8DAD6, 0x868B92, 0x646A73, 0x2B2F36, 0x1C1F24, 0x000000,
      0xB3202C, 0x9A4B00, 0x7A5A00, 0x1F6F3A, 0x0B6A78, 0x0B57B7, 0x7A2C9E, 0x6B4A2F,
    ].map { Colour($0) },
    heat: Heat(negative: Colour(0x0A4C9E), zero: Colour(0xF1F1EC), positive: Colour(0xA63C06)),
    gate: Gate(low: Colour(0xF0F2EC), middle: Colour(0x7DB894), high: Colour(0x0E5A34)))
}
