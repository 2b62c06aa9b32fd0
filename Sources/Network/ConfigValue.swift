/// A value of a layer's configuration, as the file has it once it is parsed.
package enum ConfigValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case text(String)
  case list([ConfigValue])
  case object([String: ConfigValue])
}

extension ConfigValue {
  package var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  package var number: Double? {
    if case .number(let value) = self { value } else { nil }
  }

  /// nil where it is no whole number, or one that no `Int` holds.
  package var integer: Int? { number.flatMap { Int(exactly: $0) } }

  package var text: String? {
    if case .text(let value) = self { value } else { nil }
  }

  /// Keras writes some tuples as objects of the class `__tuple__`.
  package var list: [ConfigValue]? {
    switch self {
    case .list(let values): values
    case .object(let object) where object["class_name"] == .text("__tuple__"): self["config"]?["value"]?.list
    case .null, .bool, .number, .text, .object: nil
    }
  }

  package subscript(key: String) -> ConfigValue? {
    if case .object(let values) = self { values[key] } else { nil }
  }

  /// As it would stand in Python, for messages.
  package var spelled: String {
    switch self {
    case .null: "None"
    case .bool(let value): value ? "True" : "False"
    case .number(let value): Int(exactly: value).map(String.init) ?? "\(value)"
    case .text(let value): "'\(value)'"
    case .list(let values): "[" + values.map(\.spelled).joined(separator: ", ") + "]"
    case .object(let values): values["class_name"]?.text ?? "an object"
    }
  }
}
