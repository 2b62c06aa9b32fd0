import LSTM
import Network

extension FindingKind {
  /// The first NaN, or infinity where there is no NaN, with the term that made it and since when that grew.
  static let nonFinite = FindingKind("NonFinite") { examination in
    // What a layer makes of another's NaN is that one's finding.
    examination.patients.lazy.compactMap { NonFinite($0)?.finding }.prefix(1).map { $0 }
  }
}

private struct NonFinite {
  private let patient: Examination.Patient
  private let place: Spot
  private let isNaN: Bool
  private var trace: Trace { patient.trace }

  init?(_ patient: Examination.Patient) {
    guard let first = patient.trace.firstNonFinite() else { return nil }
    self.patient = patient
    let nan = Self.firstNaN(patient.trace, from: first.step)
    isNaN = nan != nil
    place =
      nan ?? Spot(quantity: first.quantity, unit: first.unit, step: first.step, sample: first.sample)
  }

  private struct Spot {
    let quantity: Quantity
    let unit: Int
    let step: Int
    let sample: Int
  }

  /// The first NaN by step, sample and the order of the equations.
  private static func firstNaN(_ trace: Trace, from first: Int) -> Spot? {
    for step in first..<trace.timesteps {
      for sample in 0..<trace.batch where !trace.isMasked(step: step, sample: sample) {
        for quantity in [Quantity.x, .zx, .zh, .z, .i, .f, .g, .o, .c, .h] {
          for unit in 0..<trace.width(of: quantity)
          where trace.value(quantity, unit: unit, step: step, sample: sample).isNaN {
            return Spot(quantity: quantity, unit: unit, step: step, sample: sample)
          }
        }
      }
    }
    return nil
  }

  var finding: Finding {
    let what = isNaN ? "NaN" : "infinity"
    let timestep = trace.timestepIndex[place.step]
    let clean = (0..<trace.batch).filter { !isSpoiled($0) }.count
    let others =
      trace.batch == 1
      ? ""
      : clean == 0 ? "; every other sample has some too" : "; \(clean) of \(trace.batch) samples have none"
    let (name, unit) = named
    var evidence = [("first", "\(name)[\(unit)]@\(timestep)#\(place.sample) = \(operation)")]
    evidence += products.map { ("", $0) }
    if let growth { evidence.append(("before it", growth)) }
    let (because, advice) = cause
    if let because { evidence.append(("because", because)) }
    return Finding(
      "non-finite", .error,
      "\(patient.prefix)\(what) from timestep \(timestep) of sample \(place.sample)\(others)",
      evidence: evidence,
      meaning: "everything that is computed from it is \(what == "NaN" ? "NaN" : "infinite or NaN") too",
      advice: advice,
      address: patient.address(name, unit: unit, step: place.step, sample: place.sample))
  }

  private func isSpoiled(_ sample: Int) -> Bool {
    func range(_ width: Int) -> Range<Int> {
      sample * trace.timesteps * width..<(sample + 1) * trace.timesteps * width
    }
    return trace.h[range(trace.outputs)].contains { !$0.isFinite }
      || trace.c[range(trace.units)].contains { !$0.isFinite }
  }

  /// A column of z by its gate: `z2[17]`.
  private var named: (name: String, unit: Int) {
    switch place.quantity {
    case .zx, .zh, .z: ("z\(place.unit / trace.units)", place.unit % trace.units)
    case .x, .z0, .z1, .z2, .z3, .i, .f, .g, .o, .c, .h, .y, .hPrevious, .cPrevious:
      (place.quantity.rawValue, place.unit)
    }
  }

  private func value(_ quantity: Quantity, unit: Int? = nil) -> Float {
    trace.value(quantity, unit: unit ?? place.unit, step: place.step, sample: place.sample)
  }

  /// What it was computed from, with numbers.
  private var operation: String {
    switch place.quantity {
    case .x: "\(written(value(.x))), as it came in"
    case .zx: Self.terms("the products of x and kernel", value(.zx), infinite(of: .inputs))
    case .zh: Self.terms("the products of h_tm1 and recurrent_kernel", value(.zh), infinite(of: .states))
    case .z: "\(written(value(.zx))) + \(written(value(.zh))) + bias"
    case .i: "\(patient.parameters.recurrentActivation.name)(\(written(value(.z0))))"
    case .f: "\(patient.parameters.recurrentActivation.name)(\(written(value(.z1))))"
    case .g: "\(patient.parameters.activation.name)(\(written(value(.z2))))"
    case .o: "\(patient.parameters.recurrentActivation.name)(\(written(value(.z3))))"
    case .c:
      "\(written(value(.f))) * \(written(value(.cPrevious))) + \(written(value(.i))) * \(written(value(.g)))"
    case .h: "\(written(value(.o))) * \(patient.parameters.activation.name)(\(written(value(.c))))"
    case .z0, .z1, .z2, .z3, .y, .hPrevious, .cPrevious: written(value(place.quantity))
    }
  }

  private static func terms(_ words: String, _ sum: Float, _ products: [Product]) -> String {
    let isMixed =
      products.contains { $0.product == .infinity } && products.contains { $0.product == -.infinity }
    return isMixed ? "inf - inf" : "\(written(sum)), the sum of \(words)"
  }

  private struct Product {
    let text: String
    let product: Float
  }

  private enum Operands { case inputs, states }

  /// The products inside one column of z that are not finite.
  private func infinite(of operands: Operands) -> [Product] {
    let columns = 4 * trace.units
    let (count, weights, name, matrix) =
      switch operands {
      case .inputs: (trace.features, patient.parameters.kernel, Quantity.x, "kernel")
      case .states: (trace.outputs, patient.parameters.recurrentKernel, .hPrevious, "recurrent_kernel")
      }
    return (0..<count).compactMap { row in
      let operand = value(name, unit: row)
      let weight = weights[row * columns + place.unit]
      guard !(operand * weight).isFinite else { return nil }
      return Product(
        text:
          "\(name.rawValue)[\(row)] * \(matrix)[\(row),\(place.unit)] = \(written(operand)) * \(written(weight)) = "
          + written(operand * weight), product: operand * weight)
    }
  }

  /// One of each kind.
  private var products: [String] {
    let all: [Product] =
      switch place.quantity {
      case .zx: infinite(of: .inputs)
      case .zh: infinite(of: .states)
      case .x, .z, .z0, .z1, .z2, .z3, .i, .f, .g, .o, .c, .h, .y, .hPrevious, .cPrevious: []
      }
    let kinds = [
      all.first { $0.product == .infinity }, all.first { $0.product == -.infinity },
      all.first { $0.product.isNaN },
    ]
    return kinds.compactMap { $0?.text }
  }

  /// The unit of h that is largest before it, since when it is infinite and since when it was large.
  private var growth: String? {
    guard place.step > 0 else { return nil }
    func size(_ unit: Int, _ step: Int) -> Float {
      let value = abs(trace.value(.h, unit: unit, step: step, sample: place.sample))
      return value.isNaN ? .infinity : value
    }
    let last = place.step - 1
    guard let unit = (0..<trace.outputs).max(by: { size($0, last) < size($1, last) }), size(unit, last) > 1e3
    else { return nil }
    func since(_ limit: Float) -> Int? {
      var step = last
      guard size(unit, step) >= limit else { return nil }
      while step > 0, size(unit, step - 1) >= limit { step -= 1 }
      return trace.timestepIndex[step]
    }
    var parts: [String] = []
    if let infinite = since(.infinity) { parts.append("infinite from t \(infinite)") }
    for limit in [Float(1e6), 1e3] {
      if let large = since(limit) {
        parts.append("over \(written(limit)) from t \(large)")
        break
      }
    }
    return parts.isEmpty ? nil : "h[\(unit)] is \(parts.joined(separator: ", "))"
  }

  private var cause: (because: String?, advice: String) {
    let layer = patient.parameters
    if place.quantity == .x {
      return (
        "x has it already", "look for it in the data: numpy.isfinite(x).all(); a missing value is often NaN"
      )
    }
    for (name, values) in [
      ("kernel", layer.kernel), ("recurrent_kernel", layer.recurrentKernel), ("bias", layer.bias ?? []),
    ] {
      let count = values.lazy.filter { !$0.isFinite }.count
      if count > 0 {
        return (
          "\(name) has \(count == 1 ? "a weight that is" : "\(count) weights that are") NaN or infinite",
          "an earlier checkpoint; training diverged: a lower learning rate, clipnorm=1"
        )
      }
    }
    if !layer.activation.isBounded {
      let finite =
        place.step > 0 ? ", as it is, it is finite up to timestep \(trace.timestepIndex[place.step - 1])" : ""
      return (
        "activation is \(layer.activation.name): i * \(layer.activation.name)(z2) has no bound, and h feeds it",
        "activation=\"tanh\"\(finite)"
      )
    }
    return (nil, "look at its operands: the first of them that is large is where it began")
  }
}

extension Activation {
  /// Whether what it gives stays in a fixed range.
  var isBounded: Bool {
    [
      "tanh", "sigmoid", "hard_sigmoid", "softsign", "relu6", "hard_tanh", "softmax", "sparsemax",
      "sparse_sigmoid",
    ].contains(name)
  }
}
