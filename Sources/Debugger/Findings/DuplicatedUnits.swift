import LSTM

extension FindingKind {
  /// Units with the same weights as another, which compute the same.
  static let duplicatedUnits = FindingKind(
    "DuplicatedUnits",
    ofEach: { patient in
      guard patient.isFirstCall else { return nil }
      let layer = patient.parameters
      let units = layer.units
      var first: [[UInt32]: Int] = [:]
      var pairs: [(Int, Int)] = []
      for unit in 0..<units {
        // What comes in decides; rounded to sixteen bits of mantissa, as after a conversion.
        let columns = (0..<4).map { $0 * units + unit }
        let incoming = (0..<layer.features).flatMap { row in
          columns.map { layer.kernel[row * 4 * units + $0] }
        }
        let bias = columns.map { layer.bias?[$0] ?? 0 }
        guard !incoming.isZero else { continue }
        let key = (incoming + bias).map { ($0 == 0 ? 0 : $0.bitPattern) >> 7 }
        if let other = first[key], layer.hasSameStates(other, unit) {
          pairs.append((other, unit))
        } else if first[key] == nil {
          first[key] = unit
        }
      }
      guard let (one, other) = pairs.first else { return nil }
      return Finding(
        "duplicated-units", pairs.count * 10 >= units ? .warning : .note,
        "\(patient.prefix)\(pairs.count) of \(units) units are copies of others",
        evidence: [
          (
            "units",
            pairs.prefix(6).map { "\($0.1) of \($0.0)" }.joined(separator: ", ")
              + (pairs.count > 6 ? " and \(pairs.count - 6) more" : "")
          ),
          ("weights", "the columns \(one) and \(other) of every gate of kernel and bias are the same"),
        ],
        meaning:
          "the layer is as good as one with fewer units; as a rule weights were tiled or copied by mistake",
        advice:
          "look at how the arrays were put together: np.tile, np.repeat, a slice that was written twice",
        address: nil, isOfRun: false)
    })
}

extension Parameters {
  /// Whether two units read all other units' h alike.
  fileprivate func hasSameStates(_ one: Int, _ other: Int) -> Bool {
    for row in 0..<outputs where row != one && row != other {
      for gate in 0..<4 {
        let start = row * 4 * units + gate * units
        let (a, b) = (recurrentKernel[start + one], recurrentKernel[start + other])
        if abs(a - b) > 1e-5 * max(abs(a), abs(b), 1e-3) { return false }
      }
    }
    return true
  }
}
