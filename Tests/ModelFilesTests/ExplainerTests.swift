import Foundation
import LSTM
import ModelFiles
import TensorFiles
import Testing

@testable import Network

/// The way back from any number of a recorded model, through its layers, to what went in.
@Suite("The way back") struct ExplainerTests {
  /// A model of the fixtures, run on the input that its framework was given.
  static func explainer(_ folder: String, _ file: String = "model.keras") throws -> Explainer {
    let graph = try #require(try Fixtures.open("\(folder)/\(file)").graph)
    let description = try Fixtures.json("\(folder)/case.json")
    let files = (description["inputs"]?.list ?? []).compactMap { $0["file"]?.text }
    let inputs = try files.prefix(graph.inputs.count).map { name -> Value? in
      let tensor = try Npy.tensor(from: try Fixtures.bytes("\(folder)/\(name)"))
      return Value(shape: tensor.shape, tensor.floats)
    }
    let run = try #require(try graph.run(inputs))
    return Explainer(graph: graph, run: run, inputs: inputs, feeding: [:])
  }

  /// A seeded source of whole numbers.
  struct Random {
    var state: UInt64
    mutating func below(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % max(1, count)
    }
  }

  static let folders = [
    "activations", "autoencoder", "basic", "bidir_masked", "bidir_merges", "dropout_ignored",
    "embedding_softmax", "explicit_states", "go_backwards", "graph_arithmetic",
    "graph_bidirectional_states", "graph_cells", "graph_frozen", "graph_many", "graph_shared",
    "masking_variants",
    "nested_model", "no_bias", "rnn_lstmcell", "rnn_stacked_cells", "seq2seq",
    "seq_timedistributed",
    "stack3", "stateful", "unroll", "units128_T60",
  ]

  /// Cases of frameworks that add to the formula.
  static let additions = [
    ("torch_projection", "state_dict.pt"), ("torch_projection", "state_dict_legacy.pth"),
    ("onnx_peephole_clip", "model.onnx"), ("onnx_coupled", "model.onnx"),
  ]

  @Test("So are those of layers with more lines than Keras'", arguments: additions)
  func extended(folder: String, file: String) throws {
    var explainer = try Self.explainer(folder, file)
    #expect(!explainer.run.calls.isEmpty)
    for (call, layer) in explainer.run.calls.enumerated() {
      let trace = layer.trace
      for sample in 0..<trace.batch {
        for step in 0..<trace.timesteps {
          for quantity in Quantity.allCases {
            for unit in 0..<trace.width(of: quantity) {
              try check(
                .layer(call: call, .quantity(quantity, unit: unit, step: step, sample: sample)), &explainer)
            }
          }
          for unit in 0..<trace.units {
            try check(.layer(call: call, .unprojected(unit: unit, step: step, sample: sample)), &explainer)
          }
        }
      }
    }
  }

  @Test("In float64 from the first timestep they are what their framework recorded", arguments: additions)
  func recorded(folder: String, file: String) throws {
    var explainer = try Self.explainer(folder, file)
    let members = try Npz.members(of: try Fixtures.source("\(folder)/expected.npz"))
    let arrays = Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.tensor) })
    let listed = try Fixtures.json("\(folder)/case.json")["lstm_calls"]?.list ?? []
    var compared = 0
    for description in listed {
      let (key, prefix) = (description["key"]?.text, try #require(description["prefix"]?.text))
      let call = try #require(explainer.run.calls.firstIndex { $0.key == key })
      let trace = explainer.run.calls[call].trace
      for quantity in [Quantity.z, .i, .f, .g, .o, .c, .h] {
        let tensor = try #require(arrays["\(prefix).\(quantity.rawValue)"])
        let width = trace.width(of: quantity)
        try #require(tensor.shape == [trace.batch, trace.timesteps, width])
        for (place, value) in tensor.floats.enumerated() {
          let (row, unit) = (place / width, place % width)
          let number = NumberPlace.layer(
            call: call,
            .quantity(
              quantity, unit: unit, step: row % trace.timesteps, sample: row / trace.timesteps))
          let found = explainer.explanation(of: number, withExactRun: true)
          let exact = try #require(found?.exactRun)
          #expect(abs(exact - Double(value)) < 2e-6, "\(key ?? "") \(number)")
          compared += 1
        }
      }
    }
    #expect(compared >= 400)
  }

  @Test("What a unit gives to h through a projection is what PyTorch's o, c and weight_hr make it")
  func projected() throws {
    var explainer = try Self.explainer("torch_projection", "state_dict.pt")
    let members = try Npz.members(of: try Fixtures.source("torch_projection/expected.npz"))
    let arrays = Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.tensor.floats) })
    for (prefix, key) in [("lstm0", "lstm_l0/forward"), ("lstm3", "lstm_l1/backward")] {
      let call = try #require(explainer.run.calls.firstIndex { $0.key == key })
      let (o, c) = (try #require(arrays["\(prefix).o"]), try #require(arrays["\(prefix).c"]))
      let weights = try #require(arrays["\(prefix).projection"])
      for column in 0..<2 {
        for row in 0..<8 {
          let place = LayerPlace.quantity(.h, unit: column, step: row % 4, sample: row / 4)
          let number = try explain(.layer(call: call, place), &explainer)
          guard case .sum(let sum) = number.origin else { return #expect(Bool(false), "\(number.origin)") }
          try #require(sum.terms.count == 5)
          for (unit, term) in sum.terms.enumerated() {
            let wanted = o[row * 5 + unit] * tanh(c[row * 5 + unit]) * weights[unit * 2 + column]
            #expect(abs(term.value - wanted) < 1e-6)
            // And it can be gone into.
            let inside = try explain(term.factors[0].place, &explainer)
            guard case .gated(let gate, _) = inside.origin else { return #expect(Bool(false)) }
            #expect(abs(gate.value - o[row * 5 + unit]) < 1e-6)
          }
        }
      }
    }
  }

  @Test("From h behind a projection and two directions one walks to the input")
  func walkProjected() throws {
    var explainer = try Self.explainer("torch_projection", "state_dict.pt")
    let way = try walk(from: try output(&explainer, place: 0), &explainer, prefers: Self.down)
    #expect(way.last?.origin == .given(.input))
    #expect(
      way.filter { if case .layer(_, .unprojected) = $0.place { true } else { false } }.count == 2,
      "once in each layer")
  }

  @Test("onnxruntime's z beyond the clip is told as cut off, and no other")
  func clippedByOnnx() throws {
    var explainer = try Self.explainer("onnx_peephole_clip", "model.onnx")
    let members = try Npz.members(of: try Fixtures.source("onnx_peephole_clip/expected.npz"))
    for (prefix, key) in [("lstm0", "rnn/forward"), ("lstm1", "rnn/backward")] {
      let call = try #require(explainer.run.calls.firstIndex { $0.key == key })
      let z = try #require(members.first { $0.name == "\(prefix).z" }).tensor.floats
      var cut = 0
      for (place, value) in z.enumerated() {
        let (row, column) = (place / 16, place % 16)
        let number = try explain(
          .layer(call: call, .quantity(.z, unit: column, step: row % 5, sample: row / 5)), &explainer)
        guard case .sum(let sum) = number.origin else { return #expect(Bool(false)) }
        #expect((sum.uncut != nil) == (abs(value) == 0.75), "\(place): \(value)")
        if sum.uncut != nil { cut += 1 }
        #expect(
          sum.terms.contains { $0.factors.count == 2 && $0.factors[1].place.isPeephole } == (column / 4 != 2))
      }
      #expect(cut > 20 && cut < z.count)
    }
  }

  @Test("Numbers at random addresses are their operands put together, bit for bit", arguments: folders)
  func random(folder: String) throws {
    var explainer = try Self.explainer(folder)
    var random = Random(state: 1)
    #expect(!explainer.run.calls.isEmpty)
    for call in explainer.run.calls.indices {
      let trace = explainer.run.calls[call].trace
      for quantity in Quantity.allCases {
        for _ in 0..<6 {
          let place = NumberPlace.layer(
            call: call,
            .quantity(
              quantity, unit: random.below(trace.width(of: quantity)), step: random.below(trace.timesteps),
              sample: random.below(trace.batch)))
          try check(place, &explainer)
        }
      }
    }
    for output in explainer.graph.outputs {
      let count = try flowing(output.reference, &explainer).numbers.count
      for _ in 0..<8 { try check(.element(output.reference, random.below(count)), &explainer) }
    }
  }

  private func explain(_ place: NumberPlace, _ explainer: inout Explainer) throws -> Explainer.Number {
    let number = explainer.explanation(of: place)
    return try #require(number, "\(place)")
  }

  private func flowing(_ reference: Reference, _ explainer: inout Explainer) throws -> Value {
    let value = explainer.value(of: reference)
    return try #require(value)
  }

  private func check(_ place: NumberPlace, _ explainer: inout Explainer) throws {
    let number = try explain(place, &explainer)
    let itself = explainer.value(at: place)
    #expect(number.value.bitPattern == itself?.bitPattern)
    for operand in number.operands {
      let value = explainer.value(at: operand.place)
      #expect(operand.value.bitPattern == value?.bitPattern, "\(operand.place)")
    }
    switch number.origin {
    case .sum(let sum): #expect(sum.value(.asRun).bitPattern == number.value.bitPattern, "\(place)")
    case .activated(let application, let sum):
      if let sum {
        #expect(sum.value(.asRun).bitPattern == application.argument.value.bitPattern, "\(place)")
      }
      let again = application.activation(application.row)[application.index]
      #expect(again.bitPattern == number.value.bitPattern, "\(place)")
    case .gated(let gate, let application):
      #expect((gate.value * application.value).bitPattern == number.value.bitPattern, "\(place)")
    case .same(let source, _): #expect(source.value.bitPattern == number.value.bitPattern, "\(place)")
    case .looked(let row, _): #expect(row.value.bitPattern == number.value.bitPattern, "\(place)")
    case .product(let operands): #expect(operands.reduce(1) { $0 * $1.value } == number.value, "\(place)")
    case .given, .stopped: break
    case .parts: Issue.record("\(place)")
    }
  }

  /// Goes from a number to one of its operands, again and again.
  ///
  /// - Parameter prefers: Which operand to go into: the one with the least number.
  private func walk(
    from place: NumberPlace, _ explainer: inout Explainer, prefers: (NumberPlace) -> Int
  ) throws -> [Explanation<NumberPlace>] {
    var way: [Explanation<NumberPlace>] = []
    var next: NumberPlace? = place
    while let place = next {
      let number = try explain(place, &explainer)
      way.append(number)
      try #require(way.count < 500, "it goes round in a circle")
      next = number.operands.filter { !$0.place.isWeight }.map(\.place).min { prefers($0) < prefers($1) }
    }
    return way
  }

  /// Down the layers: x before the step before.
  private static func down(_ place: NumberPlace) -> Int {
    switch place {
    case .layer(_, .quantity(let quantity, _, _, _)):
      switch quantity {
      case .x: 0
      case .h, .y: 1
      case .g, .z2: 2
      case .c: 3
      case .i, .f, .o, .z0, .z1, .z3, .z, .zx, .zh: 4
      case .hPrevious, .cPrevious: 5
      }
    case .element, .preactivation: 1
    case .layer(_, .unprojected): 2
    case .layer, .weight: 6
    }
  }

  /// Back in time: the step before, before x.
  private static func back(_ place: NumberPlace) -> Int {
    if case .layer(_, .quantity(.x, _, _, _)) = place { return 9 }
    if case .layer(_, .quantity(let quantity, _, _, _)) = place, quantity == .cPrevious { return 0 }
    if case .layer(_, .quantity(let quantity, _, _, _)) = place, quantity == .hPrevious { return 1 }
    return 4
  }

  private func output(_ explainer: inout Explainer, place: Int) throws -> NumberPlace {
    let reference = try #require(explainer.graph.outputs.first).reference
    let count = try flowing(reference, &explainer).numbers.count
    return .element(reference, place < 0 ? count + place : place)
  }

  @Test("From a word's probability across the bridge to the source")
  func translator() throws {
    var explainer = try Self.explainer("seq2seq")
    let start = try output(&explainer, place: -3)
    let way = try walk(from: start, &explainer, prefers: Self.back)
    let calls = way.compactMap { number in
      if case .layer(let call, _) = number.place { explainer.run.calls[call].key } else { nil }
    }
    #expect(calls.first == "decoder_lstm" && calls.last == "encoder_lstm")
    #expect(
      way.contains { if case .same(_, .handedOver) = $0.origin { true } else { false } },
      "the state was handed over")
    // The first is the softmax, the last the beginning of the encoder.
    #expect(way.first.map { if case .activated = $0.origin { true } else { false } } ?? false)
    #expect(way.last?.origin == .given(.zeroState))
    let straight = try walk(from: start, &explainer, prefers: Self.down)
    #expect(straight.last?.origin == .given(.input))
    #expect(straight.count < 12)
  }

  @Test("From a probability to the id that was read")
  func embedding() throws {
    var explainer = try Self.explainer("embedding_softmax")
    let way = try walk(from: try output(&explainer, place: 1), &explainer, prefers: Self.down)
    #expect(way.contains { if case .looked = $0.origin { true } else { false } })
    guard case .element(.input, _)? = way.last?.place else {
      Issue.record("it ends at \(way.last?.place as Any)")
      return
    }
    #expect(way.last?.value.rounded() == way.last?.value, "an id")
  }

  @Test("Through three layers one below the other")
  func stack() throws {
    var explainer = try Self.explainer("stack3")
    let way = try walk(from: try output(&explainer, place: 0), &explainer, prefers: Self.down)
    let calls = way.compactMap { number in
      if case .layer(let call, _) = number.place { call } else { nil }
    }
    #expect(Set(calls) == [0, 1, 2])
    #expect(calls == calls.sorted(by: >), "never up again")
    #expect(way.last?.origin == .given(.input))
  }

  @Test("Into both halves of a Bidirectional, each in its own order of time")
  func bidirectional() throws {
    var explainer = try Self.explainer("bidir_masked")
    let calls = explainer.run.calls
    let bidirectional = try #require(calls.first { $0.lstm.direction != nil })
    let halves = calls.indices.filter { calls[$0].node == bidirectional.node }
    let shape = try #require(bidirectional.outputs.first).shape
    try #require(shape.count == 3)
    let (timesteps, width) = (shape[1], shape[2])
    let forward = calls[halves[0]].trace.units
    var found: Set<Int> = []
    for timestep in 0..<timesteps {
      for unit in [0, forward - 1, forward, width - 1] {
        let place = NumberPlace.element(.node(bidirectional.node, output: 0), timestep * width + unit)
        let number = try explain(place, &explainer)
        guard case .same(let source, _) = number.origin,
          case .layer(let call, .quantity(.y, let own, let step, 0)) = source.place
        else {
          Issue.record("\(place) is \(number.origin)")
          continue
        }
        found.insert(call)
        #expect(call == (unit < forward ? halves[0] : halves[1]))
        #expect(own == (unit < forward ? unit : unit - forward))
        #expect(calls[call].trace.timestepIndex[step] == timestep)
      }
    }
    #expect(found == Set(halves))
    let way = try walk(from: try output(&explainer, place: 0), &explainer, prefers: Self.down)
    #expect(way.count > 2)
    let end = try #require(way.last)
    let isEnd =
      switch end.origin {
      case .given: true
      case .same, .sum, .activated, .gated, .product, .looked, .parts, .stopped: false
      }
    #expect(isEnd, "\(end.origin)")
  }

  @Test("Halves that are added, multiplied or averaged are their two terms")
  func merges() throws {
    var explainer = try Self.explainer("bidir_merges")
    var merged = 0
    for (node, layer) in explainer.graph.nodes.enumerated() {
      guard case .bidirectional(let merge?)? = layer.operation.making, merge != "concat" else { continue }
      let number = try explain(.element(.node(node, output: 0), 1), &explainer)
      #expect(number.operands.count == 2, "\(layer.layer)")
      merged += 1
    }
    #expect(merged == 3)
  }

  @Test("A layer that is not taken apart is named, and the way ends there")
  func stopped() throws {
    var explainer = try Self.explainer("graph_arithmetic")
    var named = 0
    for (node, layer) in explainer.graph.nodes.enumerated() where layer.operation.making == nil {
      guard let number = explainer.explanation(of: .element(.node(node, output: 0), 0)),
        case .stopped(let name, let reason) = number.origin
      else { continue }
      #expect(name == layer.layer && reason.contains(layer.className))
      #expect(number.operands.isEmpty)
      named += 1
    }
    #expect(named > 0)
  }
}

extension NumberPlace {
  fileprivate var isPeephole: Bool { if case .layer(_, .peephole) = self { true } else { false } }

  fileprivate var isWeight: Bool {
    switch self {
    case .weight, .layer(_, .kernel), .layer(_, .recurrentKernel), .layer(_, .bias),
      .layer(_, .projection), .layer(_, .peephole):
      true
    case .layer, .element, .preactivation: false
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
