import Yams

extension Session {
  /// Reads a session.
  ///
  /// - Throws: A `SessionError` that tells the line.
  package init(parsing text: String) throws(SessionError) {
    // Before anything is composed: a few lines of them stand for more nodes than there is memory.
    if let name = Self.alias(in: text) { throw .alias(name) }
    let node: Node?
    do {
      node = try Yams.compose(yaml: text)
    } catch {
      // The error quotes its line, however long that is.
      let detail = "\(error)".split(separator: "\n").joined(separator: " ")
      throw .notYAML(detail.count > 200 ? "\(detail.prefix(200))…" : detail)
    }
    guard let top = node?.mapping else { throw .notKeys }
    self.init()
    for (key, value) in top {
      let name = key.scalar?.string ?? ""
      guard let field = Field.all.first(where: { $0.name == name }) else {
        throw .unknownKey(name, line: key.line, known: Field.all.map(\.name))
      }
      try field.read(&self, value)
    }
    guard model.isEmpty == (demo != nil) else { throw model.isEmpty ? .noModel : .twoModels }
  }

  /// A name behind both `&` and `*`, wherever they stand: without one there is no alias that leads somewhere.
  ///
  /// - Source: YAML 1.2, 6.9.2; libyaml, `yaml_parser_scan_anchor`, for the characters of a name.
  private static func alias(in text: String) -> String? {
    func names(behind sign: UInt8) -> Set<String> {
      var names: Set<String> = []
      let bytes = Array(text.utf8)
      for (place, byte) in bytes.enumerated() where byte == sign {
        let name = bytes[(place + 1)...].prefix { byte in
          (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
        if !name.isEmpty { names.insert(String(decoding: name, as: UTF8.self)) }
      }
      return names
    }
    return names(behind: UInt8(ascii: "&")).intersection(names(behind: UInt8(ascii: "*"))).min()
  }

  /// The session as a text that `init(parsing:)` reads back.
  package var yaml: String {
    let pairs = Field.all.compactMap { field in field.write(self).map { (Node(field.name), $0) } }
    // Of plain scalars, lists and maps nothing fails to be written.
    return (try? Yams.serialize(node: Node.mapping(Node.Mapping(pairs)), allowUnicode: true)) ?? ""
  }
}

/// Every batch is a run.
private let mostBatches = 1000

/// A key of the text: how it is read, and written where the session has something to write.
private struct Field: Sendable {
  let name: String
  let read: @Sendable (inout Session, Node) throws(SessionError) -> Void
  let write: @Sendable (Session) -> Node?

  static let all: [Field] = [
    Field("model") { session, node throws(SessionError) in
      session.model = try node.text("model")
    } write: {
      $0.model.isEmpty ? nil : Node($0.model)
    },
    text("demo", \.demo), text("decoder", \.decoder), text("config", \.config), texts("map", \.map),
    Field("input") { session, node throws(SessionError) in
      session.inputs = try node.texts("input")
    } write: {
      $0.inputs.isEmpty ? nil : $0.inputs.count == 1 ? Node($0.inputs[0]) : Node($0.inputs.map { Node($0) })
    },
    text("tokens", \.tokens),
    Field("seed") { session, node throws(SessionError) in
      session.seed = try node.seed()
    } write: {
      $0.seed.map { Node("\($0)", Tag(.int)) }
    },
    number("timesteps", \.timesteps),
    text("h0", \.h0), text("c0", \.c0), flag("layer-input", \.isLayerInput),
    text("mask", \.mask), text("layout", \.layout, of: ["time-major", "batch-major"]),
    Field("batch") { session, node throws(SessionError) in
      let batch = try node.number("batch")
      guard (1...mostBatches).contains(batch) else {
        throw .wrong("batch", line: node.line, wanted: "a number from 1 to \(mostBatches)")
      }
      session.batch = batch
    } write: {
      $0.batch.map { Node("\($0)", Tag(.int)) }
    },
    text("text", \.text), text("teacher", \.teacher), flag("free-running", \.isFreeRunning),
    text("bridge", \.bridge), number("beams", \.beams), number("beam", \.beam),
    text("vocabulary", \.vocabulary),
    side("source", \.source), side("target", \.target),
    text("expect", \.expect), text("quantity", \.quantity),
    text("layer", \.layer), text("at", \.at), text("view", \.view), text("theme", \.theme),
    text("names", \.names), text("decimals", \.decimals),
    texts("flags", \.flags), texts("labels", \.labels),
    Field("units") { session, node throws(SessionError) in
      session.units = try node.units()
    } write: { session in
      session.units.isEmpty
        ? nil
        : Node(
          session.units.sorted { $0.key < $1.key }.map { layer, units in
            (
              Node(layer),
              Node(units.sorted { $0.key < $1.key }.map { (Node("\($0)", Tag(.int)), Node($1)) })
            )
          })
    },
    text("sentences", \.sentences),
  ]

  private init(
    _ name: String, read: @escaping @Sendable (inout Session, Node) throws(SessionError) -> Void,
    write: @escaping @Sendable (Session) -> Node?
  ) {
    self.name = name
    self.read = read
    self.write = write
  }

  /// - Parameter choices: The texts that it may have; nil where it may have any.
  private static func text(
    _ name: String, _ path: any (WritableKeyPath<Session, String?> & Sendable), of choices: [String]? = nil
  ) -> Field {
    Field(name) { session, node throws(SessionError) in
      let text = try node.text(name)
      if let choices, !choices.contains(text) {
        throw .wrong(name, line: node.line, wanted: choices.joined(separator: " or "))
      }
      session[keyPath: path] = text
    } write: {
      $0[keyPath: path].map { Node($0) }
    }
  }

  private static func texts(_ name: String, _ path: any (WritableKeyPath<Session, [String]> & Sendable))
    -> Field
  {
    Field(name) { session, node throws(SessionError) in
      session[keyPath: path] = try node.texts(name)
    } write: {
      $0[keyPath: path].isEmpty ? nil : Node($0[keyPath: path].map { Node($0) })
    }
  }

  private static func number(_ name: String, _ path: any (WritableKeyPath<Session, Int?> & Sendable)) -> Field
  {
    Field(name) { session, node throws(SessionError) in
      session[keyPath: path] = try node.number(name)
    } write: {
      $0[keyPath: path].map { Node("\($0)", Tag(.int)) }
    }
  }

  private static func flag(_ name: String, _ path: any (WritableKeyPath<Session, Bool> & Sendable)) -> Field {
    Field(name) { session, node throws(SessionError) in
      session[keyPath: path] = try node.flag(name)
    } write: {
      $0[keyPath: path] ? Node("true", Tag(.bool)) : nil
    }
  }

  private static func side(_ name: String, _ path: any (WritableKeyPath<Session, Session.Side> & Sendable))
    -> Field
  {
    Field(name) { session, node throws(SessionError) in
      session[keyPath: path] = try Session.Side(node, name)
    } write: {
      $0[keyPath: path].node
    }
  }
}

extension Session.Side {
  fileprivate init(_ node: Node, _ name: String) throws(SessionError) {
    self.init()
    guard let keys = node.mapping else { throw .wrong(name, line: node.line, wanted: "keys with values") }
    for (key, value) in keys {
      switch key.scalar?.string ?? "" {
      case "input": input = try value.text("input")
      case "vocabulary": vocabulary = try value.text("vocabulary")
      case "reversed": isReversed = try value.flag("reversed")
      case "start": start = try value.text("start")
      case "end": end = try value.text("end")
      case "max-steps":
        let steps = try value.number("max-steps")
        guard steps > 0 else { throw .wrong("max-steps", line: value.line, wanted: "1 or more") }
        maxSteps = steps
      case let other:
        throw .unknownKey(
          other, line: key.line, known: ["input", "vocabulary", "reversed", "start", "end", "max-steps"])
      }
    }
  }

  fileprivate var node: Node? {
    var pairs: [(Node, Node)] = []
    func add(_ name: String, _ value: String?) {
      if let value { pairs.append((Node(name), Node(value))) }
    }
    add("input", input)
    add("vocabulary", vocabulary)
    if isReversed { pairs.append((Node("reversed"), Node("true", Tag(.bool)))) }
    add("start", start)
    add("end", end)
    if let maxSteps { pairs.append((Node("max-steps"), Node("\(maxSteps)", Tag(.int)))) }
    return pairs.isEmpty ? nil : Node(pairs)
  }
}

extension Node {
  fileprivate var line: Int { mark?.line ?? 0 }

  fileprivate func text(_ key: String) throws(SessionError) -> String {
    guard let text = scalar?.string else { throw .wrong(key, line: line, wanted: "one text") }
    return text
  }

  fileprivate func texts(_ key: String) throws(SessionError) -> [String] {
    guard let list = sequence else { return [try text(key)] }
    var texts: [String] = []
    for node in list { texts.append(try node.text(key)) }
    return texts
  }

  fileprivate func number(_ key: String) throws(SessionError) -> Int {
    guard let number = int, number >= 0 else {
      throw .wrong(key, line: line, wanted: "a whole number, 0 or more")
    }
    return number
  }

  fileprivate func seed() throws(SessionError) -> UInt64 {
    guard let text = scalar?.string, let seed = UInt64(text) else {
      throw .wrong("seed", line: line, wanted: "a whole number, 0 or more")
    }
    return seed
  }

  fileprivate func flag(_ key: String) throws(SessionError) -> Bool {
    guard let flag = bool else { throw .wrong(key, line: line, wanted: "true or false") }
    return flag
  }

  /// `decoder: {43: question}`.
  fileprivate func units() throws(SessionError) -> [String: [Int: String]] {
    guard let layers = mapping else { throw .wrong("units", line: line, wanted: "layers with their units") }
    var all: [String: [Int: String]] = [:]
    for (layer, units) in layers {
      guard let units = units.mapping else {
        throw .wrong("units", line: layer.line, wanted: "numbers of units with their names")
      }
      for (unit, name) in units {
        guard let index = unit.int, index >= 0 else {
          throw .wrong("units", line: unit.line, wanted: "numbers of units with their names")
        }
        all[try layer.text("units"), default: [:]][index] = try name.text("units")
      }
    }
    return all
  }
}

/// Why a text is no session.
package enum SessionError: Error, Equatable {
  case notYAML(String)
  case notKeys
  case noModel
  case twoModels
  /// A name that is both an anchor and an alias.
  case alias(String)
  case unknownKey(String, line: Int, known: [String])
  case wrong(String, line: Int, wanted: String)

  package var message: String {
    switch self {
    case .notYAML(let detail): "it is not YAML: \(detail)"
    case .notKeys: "it has no keys; a session begins with model: FILE"
    case .noModel: "it names no model; a session has model: FILE, or demo: NAME"
    case .twoModels: "it has model: and demo:, which exclude each other"
    case .alias(let name):
      "&\(name) and *\(name) are an anchor and an alias, which a session has none of; write the value out"
    case .unknownKey(let key, let line, let known):
      "line \(line): '\(key)' is no key of a session; the keys are \(known.joined(separator: ", "))"
    case .wrong(let key, let line, let wanted): "line \(line): \(key) takes \(wanted)"
    }
  }
}
