import LSTM

/// A seeded source of numbers in -1…1.
struct Numbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func row(_ count: Int, scale: Float = 1) -> [Float] {
    (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (Float(state >> 40) / Float(1 << 23) - 1) * scale
    }
  }
}

extension Parameters {
  static func random(
    features: Int = 3, units: Int, bias: Bool = true, activation: Activation = .tanh,
    recurrentActivation: Activation = .sigmoid, goBackwards: Bool = false, zeroOutputForMask: Bool = false,
    additions: Additions = .none, seed: UInt64 = 7
  ) -> Parameters {
    var numbers = Numbers(seed: seed)
    return Parameters(
      features: features, units: units, kernel: numbers.row(features * 4 * units),
      recurrentKernel: numbers.row(
        (additions.projection?.count ?? units * units) * 4, scale: 1 / Float(units).squareRoot()),
      bias: bias ? numbers.row(4 * units) : nil, activation: activation,
      recurrentActivation: recurrentActivation, goBackwards: goBackwards,
      zeroOutputForMask: zeroOutputForMask, additions: additions)
  }
}

extension Additions {
  /// Weights of a seed, a clip that acts on some numbers and on others not.
  static func random(
    units: Int, outputs: Int? = nil, peephole: Bool = false, clip: Float? = nil, couplesGates: Bool = false,
    stateActivation: Activation? = nil
  ) -> Additions {
    var numbers = Numbers(seed: 23)
    return Additions(
      projection: outputs.map { numbers.row(units * $0) }, peephole: peephole ? numbers.row(3 * units) : nil,
      clip: clip, couplesGates: couplesGates, stateActivation: stateActivation)
  }
}

extension LayerInput {
  static func random(
    batch: Int = 1, timesteps: Int, features: Int = 3, units: Int? = nil, outputs: Int? = nil,
    mask: [Bool]? = nil,
    seed: UInt64 = 11
  ) -> LayerInput {
    var numbers = Numbers(seed: seed)
    return LayerInput(
      batch: batch, timesteps: timesteps, features: features, x: numbers.row(batch * timesteps * features),
      mask: mask, h0: (outputs ?? units).map { numbers.row(batch * $0) },
      c0: units.map { numbers.row(batch * $0) })
  }
}

/// The equations as they stand in a book, sums in float64, one sample after another.
struct Reference {
  var z: [Double] = []
  var c: [Double] = []
  var h: [Double] = []
  var y: [Double] = []

  init(_ parameters: Parameters, _ input: LayerInput) {
    for sample in 0..<input.batch { run(parameters, input, sample: sample) }
  }

  private mutating func run(_ parameters: Parameters, _ input: LayerInput, sample: Int) {
    let units = parameters.units
    let states = sample * units..<(sample + 1) * units
    var h = input.h0.map { $0[states].map { Double($0) } } ?? [Double](repeating: 0, count: units)
    var c = input.c0.map { $0[states].map { Double($0) } } ?? [Double](repeating: 0, count: units)
    var y = [Double](repeating: 0, count: units)
    for step in 0..<input.timesteps {
      let row = sample * input.timesteps + (parameters.goBackwards ? input.timesteps - 1 - step : step)
      let x = input.x[row * input.features..<(row + 1) * input.features].map { Double($0) }
      let z = (0..<4 * units).map { column in
        var sum = Double(parameters.bias?[column] ?? 0)
        for (k, value) in x.enumerated() { sum += value * Double(parameters.kernel[k * 4 * units + column]) }
        for (k, value) in h.enumerated() {
          sum += value * Double(parameters.recurrentKernel[k * 4 * units + column])
        }
        return sum
      }
      func apply(_ function: Activation, _ values: ArraySlice<Double>) -> [Double] {
        function(values.map { Float($0) }).map { Double($0) }
      }
      let i = apply(parameters.recurrentActivation, z[..<units])
      let f = apply(parameters.recurrentActivation, z[units..<2 * units])
      let g = apply(parameters.activation, z[(2 * units)..<(3 * units)])
      let o = apply(parameters.recurrentActivation, z[(3 * units)...])
      if input.mask?[row] ?? true {
        c = (0..<units).map { f[$0] * c[$0] + i[$0] * g[$0] }
        let squashed = apply(parameters.activation, c[...])
        h = (0..<units).map { o[$0] * squashed[$0] }
        y = h
      } else if parameters.zeroOutputForMask {
        y = y.map { _ in 0 }
      }
      self.z += z
      self.c += c
      self.h += h
      self.y += y
    }
  }

  /// The largest distance of a trace's z, c, h and y from this, relative where numbers are above 1.
  func distance(from trace: Trace) -> Double {
    let pairs = [(z, trace.z), (c, trace.c), (h, trace.h), (y, trace.y)]
    return pairs.map { wanted, values in
      precondition(wanted.count == values.count, "the trace has another shape")
      return zip(wanted, values).map { abs($0 - Double($1)) / max(1, abs($0)) }.max() ?? 0
    }.max() ?? 0
  }
}

extension Trace {
  /// The bits of everything computed, so that NaN can be compared too.
  var bits: [UInt32] { [zx, zh, z, i, f, g, o, c, h, y].flatMap { $0.map(\.bitPattern) } }
}
