import Foundation
import Testing

@testable import LSTM

/// What a number is made of, put together again.
@Suite("Explanations") struct ExplanationTests {
  /// Layers of every kind, each with a seed of its own.
  static let layers: [(Parameters, LayerInput)] = [
    (.random(units: 5), .random(batch: 2, timesteps: 6)),
    (.random(features: 40, units: 33, bias: false), .random(timesteps: 5, features: 40, units: 33)),
    (
      .random(units: 4, goBackwards: true, zeroOutputForMask: true),
      .random(batch: 2, timesteps: 5, mask: [true, false, true, true, false, false, false, true, true, true])
    ),
    (
      .random(units: 6, activation: .softsign, recurrentActivation: .softmax),
      .random(batch: 2, timesteps: 4, units: 6, mask: [true, true, false, true, false, true, true, true])
    ),
    (.random(units: 7, activation: .relu, recurrentActivation: .hardSigmoid), .random(timesteps: 8)),
    (.random(units: 3, activation: .gelu, recurrentActivation: .sparsemax), .random(timesteps: 3)),
    // From here on with what other frameworks add.
    (
      .random(units: 5, additions: .random(units: 5, outputs: 2)),
      .random(batch: 2, timesteps: 6, units: 5, outputs: 2)
    ),
    (.random(units: 4, additions: .random(units: 4, peephole: true)), .random(timesteps: 6, units: 4)),
    (.random(units: 4, additions: .random(units: 4, clip: 0.5)), .random(timesteps: 6, units: 4)),
    (.random(units: 4, additions: .random(units: 4, couplesGates: true)), .random(timesteps: 6, units: 4)),
    (
      .random(
        units: 4, bias: false, goBackwards: true,
        additions: .random(
          units: 4, outputs: 4, peephole: true, clip: 0.5, couplesGates: true, stateActivation: .softsign)),
      .random(
        batch: 2, timesteps: 5, units: 4,
        mask: [true, false, true, true, false, false, false, true, true, true])
    ),
    (
      .random(
        units: 6, activation: .softsign, recurrentActivation: .softmax,
        additions: .random(units: 6, outputs: 3, clip: 0.5, stateActivation: .softmax)),
      .random(timesteps: 4, units: 6, outputs: 3)
    ),
  ]

  static let quantities = Quantity.allCases

  /// Every number of the run once, or where there are many, every `stride`th.
  static func places(_ trace: Trace, stride: Int) -> [LayerPlace] {
    var places: [LayerPlace] = []
    for quantity in quantities {
      for step in 0..<trace.timesteps {
        for sample in 0..<trace.batch {
          places += (0..<trace.width(of: quantity)).map {
            .quantity(quantity, unit: $0, step: step, sample: sample)
          }
        }
      }
    }
    for step in 0..<trace.timesteps {
      for sample in 0..<trace.batch {
        places += (0..<trace.units).map { .unprojected(unit: $0, step: step, sample: sample) }
      }
    }
    return places.enumerated().filter { $0.offset % stride == 0 }.map(\.element)
  }

  @Test(
    "Every number of every kind of layer is its operands put together, bit for bit", arguments: layers.indices
  )
  func sums(index: Int) {
    let (parameters, input) = Self.layers[index]
    let trace = parameters.run(input)
    var seen: Set<String> = []
    for place in Self.places(trace, stride: trace.units > 10 ? 7 : 1) {
      let number = trace.explanation(of: place, parameters)
      #expect(number.value.bitPattern == trace.value(at: place, parameters).bitPattern)
      for operand in number.operands {
        #expect(operand.value.bitPattern == trace.value(at: operand.place, parameters).bitPattern)
      }
      switch number.origin {
      case .sum(let sum) where sum.terms.contains { $0.factors.count > 2 },
        .activated(_, let sum?) where sum.terms.contains { $0.factors.count > 2 }:
        // The carry that a mask threw away is nowhere: its two terms are rounded in another order.
        #expect(number.isThrownAway && abs(sum.value(.asRun) - sum.total.value) < 1e-6, "\(place)")
      case .sum(let sum):
        #expect(sum.value(.asRun).bitPattern == number.value.bitPattern, "\(place)")
        #expect(sum.total.value.bitPattern == number.value.bitPattern)
        seen.insert("sum")
      case .activated(let application, let sum):
        let sum = sum.map { $0 }
        #expect(sum?.value(.asRun).bitPattern == application.argument.value.bitPattern, "\(place)")
        let again = application.activation(application.row)[application.index]
        #expect(again.bitPattern == number.value.bitPattern, "\(place)")
        seen.insert("activated")
      case .gated(let gate, let application):
        #expect((gate.value * application.value).bitPattern == number.value.bitPattern, "\(place)")
        let again = application.activation(application.row)[application.index]
        #expect(again.bitPattern == application.value.bitPattern, "\(place)")
        seen.insert("gated")
      case .same(let source, _):
        #expect(source.value.bitPattern == number.value.bitPattern, "\(place)")
        seen.insert("same")
      case .given(let given):
        if given == .zeroForMask { #expect(number.value == 0) }
        seen.insert("given")
      case .product, .looked, .parts, .stopped: Issue.record("\(place) is nothing of a layer")
      }
    }
    #expect(seen == ["sum", "activated", "gated", "same", "given"])
  }

  @Test("What a clip cut off is told, with what it was before, and where it did nothing it is not")
  func clipped() {
    let (parameters, input) = Self.layers[8]
    let trace = parameters.run(input)
    var (cut, left) = (0, 0)
    for step in 0..<trace.timesteps {
      for column in 0..<4 * trace.units {
        let number = trace.explanation(of: .quantity(.z, unit: column, step: step, sample: 0), parameters)
        guard case .sum(let sum) = number.origin else { return #expect(Bool(false)) }
        var before = trace.zWithoutBias(column: column, step: step, sample: 0)
        before += parameters.bias?[column] ?? 0
        guard abs(before) > 0.5 else {
          #expect(sum.uncut == nil && number.value == before)
          left += 1
          continue
        }
        #expect(sum.uncut?.total.value == before && abs(number.value) == 0.5)
        #expect(sum.uncut?.value(.asRun) == before && sum.uncut?.limit == nil)
        for order in SummationOrder.allCases { #expect(abs(sum.value(order)) <= 0.5) }
        #expect(abs(sum.exact) <= 0.5 && abs(sum.uncut?.exact ?? 0) > 0.4999)
        cut += 1
      }
    }
    #expect(cut > 10 && left > 10)
  }

  @Test("A peephole is the last term of its part of z: of i and f with the carry before, of o with the new")
  func peepholes() {
    let (parameters, input) = Self.layers[7]
    let trace = parameters.run(input)
    for (part, quantity, carry) in [(0, Quantity.z0, Quantity.cPrevious), (1, .z1, .cPrevious), (3, .z3, .c)]
    {
      let number = trace.explanation(of: .quantity(quantity, unit: 2, step: 4, sample: 0), parameters)
      guard case .sum(let sum) = number.origin, let last = sum.terms.last else { return #expect(Bool(false)) }
      #expect(
        last.factors.map(\.place) == [
          .quantity(carry, unit: 2, step: 4, sample: 0), .peephole(gate: min(part, 2), unit: 2),
        ])
      #expect(last.factors[1].value == parameters.additions.peephole?[min(part, 2) * 4 + 2])
    }
    let candidate = trace.explanation(of: .quantity(.z2, unit: 2, step: 4, sample: 0), parameters)
    #expect(!candidate.operands.contains { if case .peephole = $0.place { true } else { false } })
  }

  @Test("A masked timestep holds c and h, and its gates are thrown away")
  func masked() {
    let (parameters, input) = Self.layers[3]
    let trace = parameters.run(input)
    let c = trace.explanation(of: .quantity(.c, unit: 2, step: 2, sample: 0), parameters)
    let before = LayerPlace.quantity(.cPrevious, unit: 2, step: 2, sample: 0)
    #expect(c.origin == .same(.init(before, trace.value(at: before, parameters)), .held))
    #expect(!c.isThrownAway)
    #expect(trace.explanation(of: .quantity(.f, unit: 2, step: 2, sample: 0), parameters).isThrownAway)
    // Nothing came before the first timestep, so that a masked one puts out zero.
    let y = trace.explanation(of: .quantity(.y, unit: 0, step: 0, sample: 1), parameters)
    #expect(y.origin == .given(.zeroForMask))
  }

  @Test("Before the first timestep there is the initial state")
  func initialStates() {
    let (parameters, input) = Self.layers[1]
    let trace = parameters.run(input)
    let before = trace.explanation(of: .quantity(.hPrevious, unit: 3, step: 0, sample: 0), parameters)
    let h0 = LayerPlace.h0(unit: 3, sample: 0)
    #expect(before.origin == .same(.init(h0, trace.h0[3]), .before))
    #expect(trace.explanation(of: h0, parameters).origin == .given(.initialState))
    let plain = Self.layers[0]
    let without = plain.0.run(plain.1)
    #expect(without.explanation(of: .c0(unit: 1, sample: 1), plain.0).origin == .given(.zeroState))
  }

  @Test("Terms are sorted by size, with NaN before all")
  func sorted() {
    func operand(_ value: Float) -> Explanation<Int>.Operand { .init(0, value) }
    let values: [Float] = [0.5, -2, .nan, 1, -1]
    let sum = Sum(operand(0), [.init(values.map { Term(operand($0)) }, .plain)])
    let sorted = sum.bySize.map(\.value)
    #expect(sorted[0].isNaN)
    #expect(Array(sorted.dropFirst()) == [-2, 1, -1, 0.5])
  }

  @Test("Other orders of summation differ by rounding alone, and one of them in the bits")
  func orders() {
    let (parameters, input) = Self.layers[1]
    let trace = parameters.run(input)
    var differing: Set<SummationOrder> = []
    for column in 0..<4 * trace.units {
      let number = trace.explanation(of: .quantity(.z, unit: column, step: 4, sample: 0), parameters)
      guard case .sum(let sum) = number.origin else {
        Issue.record("z is no sum")
        return
      }
      let size = sum.terms.reduce(0.0) { $0 + abs($1.exact) }
      for order in SummationOrder.allCases {
        #expect(abs(Double(sum.value(order)) - sum.exact) <= size * 1e-5)
        if sum.value(order).bitPattern != number.value.bitPattern { differing.insert(order) }
      }
    }
    #expect(differing.isSuperset(of: [.inOrder, .reversed, .pairwise]))
    #expect(!differing.contains(.asRun))
  }

  @Test("PyTorch's order adds the bias to x·kernel first")
  func pytorchOrder() {
    func term(_ value: Float) -> Term<Int> { Term(.init(0, value)) }
    let groups: [Sum<Int>.Group] = [
      .init([term(1)], .inOrder), .init([term(0x1p-24)], .inOrder), .init([term(-1)], .plain),
    ]
    let sum = Sum(.init(0, 0), groups)
    #expect(sum.value(.keras) == 0)
    #expect(sum.value(.pytorch) == 0x1p-24)
    #expect(sum.exact == 0x1p-24)
  }

  @Test(
    "A whole run in float64 is what the book's equations give", arguments: [0, 1, 4, 6, 7, 8, 9, 11])
  func exactRun(index: Int) {
    let (parameters, input) = Self.layers[index]
    let trace = parameters.run(input)
    for sample in 0..<trace.batch {
      for step in 0..<trace.timesteps {
        let exact = ExactStep(trace, parameters, step: step, sample: sample)
        for quantity in Self.quantities where quantity != .y {
          for unit in 0..<trace.width(of: quantity) {
            let found = exact.value(quantity, unit: unit) ?? .nan
            let shown = Double(trace.value(quantity, unit: unit, step: step, sample: sample))
            #expect(abs(found - shown) <= 2e-5 * (1 + abs(shown)), "\(quantity) \(unit) \(step)")
          }
        }
        for unit in 0..<trace.units {
          let shown = trace.value(at: .unprojected(unit: unit, step: step, sample: sample), parameters)
          #expect(abs((exact.unprojected(unit: unit) ?? .nan) - Double(shown)) <= 2e-5)
        }
      }
    }
    guard parameters.activation == .tanh, parameters.recurrentActivation == .sigmoid else { return }
    let last = ExactStep(trace, parameters, step: trace.timesteps - 1, sample: 0)
    let (h, c) = inDouble(parameters, input)
    for unit in 0..<trace.outputs { #expect(abs((last.value(.h, unit: unit) ?? .nan) - h[unit]) < 1e-12) }
    for unit in 0..<trace.units {
      #expect(abs((last.value(.c, unit: unit) ?? .nan) - c[unit]) < 1e-12)
    }
  }

  /// The states after the last timestep of the first sample, all in float64.
  private func inDouble(_ parameters: Parameters, _ input: LayerInput) -> (h: [Double], c: [Double]) {
    let (units, outputs) = (parameters.units, parameters.outputs)
    let additions = parameters.additions
    let limit = additions.clip.map(Double.init) ?? .infinity
    var h = (input.h0 ?? Array(repeating: 0, count: outputs)).prefix(outputs).map(Double.init)
    var c = (input.c0 ?? Array(repeating: 0, count: units)).prefix(units).map(Double.init)
    for step in 0..<input.timesteps {
      let z = (0..<4 * units).map { column in
        let zx = (0..<input.features).reduce(0.0) {
          $0 + Double(input.x[step * input.features + $1])
            * Double(parameters.kernel[$1 * 4 * units + column])
        }
        let zh = (0..<outputs).reduce(0.0) {
          $0 + h[$1] * Double(parameters.recurrentKernel[$1 * 4 * units + column])
        }
        return zx + zh + Double(parameters.bias?[column] ?? 0)
      }
      func part(_ part: Int, _ unit: Int, seeing carry: Double, by gate: Int) -> Double {
        let peephole = additions.peephole.map { Double($0[gate * units + unit]) } ?? 0
        return max(-limit, min(limit, z[part * units + unit] + peephole * carry))
      }
      func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
      let raw = (0..<units).map { unit in
        let i = sigmoid(part(0, unit, seeing: c[unit], by: 0))
        let f = additions.couplesGates ? 1 - i : sigmoid(part(1, unit, seeing: c[unit], by: 1))
        c[unit] = f * c[unit] + i * tanh(max(-limit, min(limit, z[2 * units + unit])))
        return sigmoid(part(3, unit, seeing: c[unit], by: 2)) * tanh(c[unit])
      }
      h =
        additions.projection.map { projection in
          (0..<outputs).map { column in
            (0..<units).reduce(0.0) { $0 + raw[$1] * Double(projection[$1 * outputs + column]) }
          }
        } ?? raw
    }
    return (h, c)
  }

  @Test("A masked timestep is held in float64 too")
  func exactMasked() {
    let (parameters, input) = Self.layers[2]
    let trace = parameters.run(input)
    for step in 0..<trace.timesteps {
      for sample in 0..<trace.batch {
        let exact = ExactStep(trace, parameters, step: step, sample: sample)
        for unit in 0..<trace.units {
          let h = Double(trace.value(.h, unit: unit, step: step, sample: sample))
          #expect(abs((exact.value(.h, unit: unit) ?? .nan) - h) < 1e-5)
        }
      }
    }
  }

  @Test("The curve is the function with the rest of the row as it is", arguments: Activation.all)
  func curves(activation: Activation) {
    let row: [Float] = [0.3, -1.2, 2.1, 0.7, -0.4]
    let application = Application(
      activation, Explanation<Int>.Operand(0, row[2]), value: activation(row)[2], row: row, index: 2)
    let arguments = [-3.0, -0.7, 0.2, 1.4, Double(row[2])]
    for (argument, value) in zip(arguments, application.curve(arguments)) {
      var row = row.map(Double.init)
      row[2] = argument
      #expect(abs(value - activation.exact(row)[2]) < 1e-12 * (1 + abs(value)), "\(activation.name)")
    }
    #expect(abs(application.curve(arguments)[4] - Double(application.value)) < 1e-6)
  }

  @Test("The slope of every activation is that of differences", arguments: Activation.all)
  func slopes(activation: Activation) {
    // None of them is at a corner of any function.
    let points = [-7.3, -2.7, -1.9, -0.73, -0.21, 0.19, 0.44, 0.87, 1.7, 2.9, 5.1, 8.2]
    let rows =
      activation.readsWholeRow
      ? [points.map { $0 / 3 }, [0.3, -0.1, 0.25], [2, 0.1, -1]] : [points]
    let step = 1e-6
    for row in rows {
      for index in row.indices {
        func moved(_ by: Double) -> Double {
          var row = row
          row[index] += by
          return activation.exact(row)[index]
        }
        let difference = (moved(step) - moved(-step)) / (2 * step)
        let slope = activation.slope(row, at: index)
        #expect(abs(slope - difference) <= 1e-6 * (1 + abs(slope)), "\(activation.name) at \(row[index])")
      }
    }
    #expect(activation.slope([.nan], at: 0).isNaN || activation.readsWholeRow)
  }

  @Test("In float64 an activation is what it is in float32, to its rounding", arguments: Activation.all)
  func exactActivation(activation: Activation) {
    let row: [Float] = [-9, -3, -1, -0.4, 0, 0.3, 0.6, 1, 2.5, 7]
    for (exact, rounded) in zip(activation.exact(row.map(Double.init)), activation(row)) {
      #expect(abs(exact - Double(rounded)) <= 3e-7 * max(1, abs(exact)), "\(activation.name)")
    }
  }
}

extension Explanation {
  /// All that it is made of.
  fileprivate var operands: [Operand] {
    switch origin {
    case .given, .stopped: []
    case .same(let source, _): [source]
    case .sum(let sum): sum.terms.flatMap(\.factors)
    case .activated(let application, let sum):
      sum.map { $0.terms.flatMap(\.factors) } ?? [application.argument]
    case .gated(let gate, let application): [gate, application.argument]
    case .product(let operands), .parts(let operands): operands
    case .looked(let row, let id): [row, id]
    }
  }
}
