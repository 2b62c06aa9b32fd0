#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A JSON value.
///
/// NaN and the infinities, which JSON has no numbers for, are written as `"NaN"`, `"Infinity"` and
/// `"-Infinity"`. Reading also takes them bare, as Python's `json.dump` writes them.
package enum JSON: Sendable, Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case text(String)
  case list([JSON])
  case object([String: JSON])

  /// - Throws: `JSONError.notJSON` with what was found where.
  package init(parsing bytes: [UInt8]) throws(JSONError) { self = try JSONReader.value(of: bytes) }

  /// The text, keys in alphabetical order so that equal values give equal text.
  ///
  /// - Throws: `JSONError.notJSON` where the value is nested too deeply for the writer.
  package func bytes(pretty: Bool = false) throws(JSONError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
    do {
      return Array(try encoder.encode(self))
    } catch {
      throw .notJSON(reason: Self.reason(error))
    }
  }

  /// The number, also where it had to be written as text; nil for anything else.
  package var number: Double? {
    switch self {
    case .number(let number): number
    case .text("NaN"): .nan
    case .text("Infinity"): .infinity
    case .text("-Infinity"): -.infinity
    case .null, .bool, .text, .list, .object: nil
    }
  }

  package var text: String? {
    if case .text(let text) = self { text } else { nil }
  }

  package var bool: Bool? {
    if case .bool(let flag) = self { flag } else { nil }
  }

  package var list: [JSON]? {
    if case .list(let values) = self { values } else { nil }
  }

  package var object: [String: JSON]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// The member of an object; nil where there is none or this is no object.
  package subscript(key: String) -> JSON? { object?[key] }

  /// What it is, for messages: "a list of 3".
  package var summary: String {
    switch self {
    case .null: "null"
    case .bool(let flag): "\(flag)"
    case .number(let number): "the number \(number)"
    case .text(let text): "the text \(text.prefix(40).debugDescription)"
    case .list(let values): "a list of \(values.count)"
    case .object(let members): "an object with \(members.count) keys"
    }
  }

  private static func reason(_ error: any Error) -> String {
    guard case EncodingError.invalidValue(_, let context) = error else { return "\(error)" }
    return context.debugDescription
  }
}

extension JSON: Encodable {
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let flag): try container.encode(flag)
    case .number(let number) where number.isFinite: try container.encode(number)
    case .number(let number):
      try container.encode(number.isNaN ? "NaN" : number > 0 ? "Infinity" : "-Infinity")
    case .text(let text): try container.encode(text)
    case .list(let values): try container.encode(values)
    case .object(let members): try container.encode(members)
    }
  }
}
