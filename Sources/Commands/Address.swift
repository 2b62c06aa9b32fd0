/// The name of a number: `c[3]@5` is unit 3 of c at timestep 5, `decoder/z1[7]@2#1` names layer and sample.
///
/// Indices count from 0.
package struct Address: Equatable, Sendable {
  /// The quantities that an address can name, in the order of the equations.
  package static let quantities = [
    "x", "h_tm1", "c_tm1", "zx", "zh", "z", "z0", "z1", "z2", "z3", "i", "f", "g", "o", "c", "h_raw", "h",
    "y",
    "h0", "c0", "kernel", "recurrent_kernel", "bias", "peephole", "projection", "embeddings",
  ]

  /// Those of them that are learnt, the same at every timestep.
  package static let weights = [
    "kernel", "recurrent_kernel", "bias", "peephole", "projection", "embeddings",
  ]

  package var layer: String?
  package var quantity: String
  /// One index for a vector, two for a matrix, none for all of it.
  package var indices: [Int]
  package var timestep: Int?
  package var sample: Int?

  package init(
    layer: String? = nil, quantity: String, indices: [Int] = [], timestep: Int? = nil, sample: Int? = nil
  ) {
    self.layer = layer
    self.quantity = quantity
    self.indices = indices
    self.timestep = timestep
    self.sample = sample
  }

  /// - Throws: `CommandError.notAnAddress` with what is wrong about it.
  package init(parsing text: String) throws(CommandError) {
    var rest = Substring(text)
    sample = try Self.number(after: "#", of: &rest, in: text)
    timestep = try Self.number(after: "@", of: &rest, in: text)
    indices = []
    if rest.hasSuffix("]") {
      guard let open = rest.lastIndex(of: "[") else {
        throw .notAnAddress(text, reason: "there is a ] without a [")
      }
      for part in rest[rest.index(after: open)...].dropLast().split(
        separator: ",", omittingEmptySubsequences: false)
      {
        indices.append(try Self.index(part, in: text))
      }
      rest = rest[..<open]
    }
    if let slash = rest.lastIndex(of: "/") {
      layer = String(rest[..<slash])
      rest = rest[rest.index(after: slash)...]
    }
    quantity = String(rest)
    guard Self.quantities.contains(quantity) else {
      throw .notAnAddress(
        text, reason: "'\(quantity)' is none of \(Self.quantities.joined(separator: " "))")
    }
  }

  package var text: String {
    var text = layer.map { $0 + "/" } ?? ""
    text += quantity
    if !indices.isEmpty { text += "[" + indices.map(String.init).joined(separator: ",") + "]" }
    if let timestep { text += "@\(timestep)" }
    if let sample { text += "#\(sample)" }
    return text
  }

  /// Takes the number behind the last `mark` off the end of `rest`.
  private static func number(
    after mark: Character, of rest: inout Substring, in text: String
  ) throws(CommandError) -> Int? {
    guard let place = rest.lastIndex(of: mark) else { return nil }
    let digits = rest[rest.index(after: place)...]
    // A mark inside a layer's name stands before the last slash and is not ours.
    guard !digits.contains("/") else { return nil }
    let number = try index(digits, in: text)
    rest = rest[..<place]
    return number
  }

  private static func index(_ digits: Substring, in text: String) throws(CommandError) -> Int {
    let trimmed = digits.filter { $0 != " " }
    guard let number = Int(trimmed), number >= 0 else {
      throw .notAnAddress(text, reason: "'\(digits)' is not an index; they count from 0")
    }
    return number
  }
}
