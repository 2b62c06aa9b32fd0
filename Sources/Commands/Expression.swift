/// Arithmetic over numbers of a model: `f[1]@3 * c_tm1[1]@3 + i[1]@3 * g[1]@3`, `ln 0.5 / ln f[1]@0`.
///
/// Operators stand between blanks, because `/`, `-` and `@` are parts of addresses.
package indirect enum Expression: Equatable, Sendable {
  case number(Double)
  case address(Address)
  /// A number that is no element of a trace.
  case fact(Fact)
  case apply(Function, Expression)
  case combine(Operator, Expression, Expression)

  /// A number that belongs to the layer or to the model, and not to a timestep of it.
  package enum Fact: Equatable, Sendable {
    case batch, timesteps, features, units, parameters, samples
    /// An element of the model's first output, of the sample and the timestep looked at.
    case output(Int, timestep: Int?)
    /// The probability of the word that a decoder says at a timestep.
    case sure(timestep: Int?)
  }

  package enum Function: String, CaseIterable, Sendable {
    case sigmoid, tanh, exp, ln, sqrt, abs, round
  }

  package enum Operator: String, CaseIterable, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case power = "^"

    fileprivate var precedence: Int {
      switch self {
      case .add, .subtract: 1
      case .multiply, .divide: 2
      case .power: 3
      }
    }
  }

  /// - Throws: `CommandError.notAnExpression` with what is wrong about it.
  package init(parsing text: String) throws(CommandError) {
    var reader = Reader(text)
    self = try reader.expression(above: 0)
    guard let rest = reader.next else { return }
    throw .notAnExpression(text, reason: "'\(rest)' stands where an operator or the end should be")
  }

  /// Reads words from left to right.
  private struct Reader {
    let text: String
    private var words: ArraySlice<String>

    init(_ text: String) {
      self.text = text
      var words: [String] = []
      var word = ""
      func end() {
        if !word.isEmpty { words.append(word) }
        word = ""
      }
      for character in text {
        switch character {
        case "(", ")":
          end()
          words.append(String(character))
        case " ": end()
        case "−": word.append("-")
        case "×", "·": word.append("*")
        default: word.append(character)
        }
      }
      end()
      self.words = words[...]
    }

    var next: String? { words.first }

    /// Operators that bind more strongly than `precedence`, with what stands on their sides.
    mutating func expression(above precedence: Int, depth: Int = 0) throws(CommandError) -> Expression {
      // A line from a file must not exhaust the stack.
      guard depth < 50 else { throw .notAnExpression(text, reason: "it is nested too deeply") }
      var left = try operand(depth: depth)
      while let word = words.first, let infix = Operator(rawValue: word), infix.precedence > precedence {
        words.removeFirst()
        let right = try expression(
          above: infix == .power ? infix.precedence - 1 : infix.precedence, depth: depth + 1)
        left = .combine(infix, left, right)
      }
      return left
    }

    private mutating func operand(depth: Int) throws(CommandError) -> Expression {
      guard let word = words.popFirst() else {
        throw .notAnExpression(text, reason: "a number or an address is missing at its end")
      }
      if word == "(" {
        let inner = try expression(above: 0, depth: depth + 1)
        guard words.popFirst() == ")" else { throw .notAnExpression(text, reason: "a ) is missing") }
        return inner
      }
      if let function = Function(rawValue: word) {
        guard depth < 50 else { throw .notAnExpression(text, reason: "it is nested too deeply") }
        return .apply(function, try operand(depth: depth + 1))
      }
      if let number = Double(word) { return .number(number) }
      if let fact = try Fact(parsing: word) { return .fact(fact) }
      do {
        return .address(try Address(parsing: word))
      } catch {
        let isGlued = word.contains { "+*/^".contains($0) }
        throw .notAnExpression(
          text,
          reason: isGlued
            ? "'\(word)': operators stand between blanks"
            : "'\(word)' is no number, no address such as c[3]@5, and none of \(Fact.names.joined(separator: " "))"
        )
      }
    }
  }
}

extension Expression.Fact {
  package static let names = [
    "batch", "timesteps", "features", "units", "parameters", "samples", "output[N]@T", "sure@T",
  ]

  /// - Returns: nil where the word is the name of something else.
  init?(parsing word: String) throws(CommandError) {
    switch word {
    case "batch": self = .batch
    case "timesteps": self = .timesteps
    case "features": self = .features
    case "units": self = .units
    case "parameters": self = .parameters
    case "samples": self = .samples
    default:
      let head = word.prefix { $0 != "[" && $0 != "@" }
      guard head == "output" || head == "sure" else { return nil }
      // The brackets and marks are those of an address.
      let address = try Address(parsing: "y" + word.dropFirst(head.count))
      self =
        head == "output"
        ? .output(address.indices.first ?? 0, timestep: address.timestep) : .sure(timestep: address.timestep)
    }
  }
}
