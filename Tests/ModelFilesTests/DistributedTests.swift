import LSTM
import ModelFiles
import Network
import TensorFiles
import Testing

/// LSTMs inside a TimeDistributed: each timestep of the outer sequence is a sample of their traces.
@Suite("TimeDistributed LSTMs") struct DistributedTests {
  /// Keras' numbers of both versions, and the model of `graph_distributed` run on its input.
  private static func run(_ folder: String) throws -> (graph: Graph, inputs: [Value?], run: NetworkRun) {
    let graph = try #require(try Fixtures.open("\(folder)/model.keras").graph)
    let x = try Npy.tensor(from: try Fixtures.bytes("\(folder)/input_0.npy"))
    let inputs: [Value?] = [Value(shape: x.shape, x.floats)]
    return (graph, inputs, try #require(try graph.run(inputs)))
  }

  @Test("They are traced over the inner sequence", arguments: ["graph_distributed", "graph_distributed_tfk"])
  func traced(folder: String) throws {
    let (_, inputs, run) = try Self.run(folder)
    #expect(run.calls.map(\.key) == ["each", "back", "both/forward", "both/backward", "over"])
    let each = run.calls[0].trace
    #expect(each.batch == 6 && each.timesteps == 5 && each.features == 4)
    #expect(each.input.x == inputs[0]?.numbers)
    #expect(run.outputs[0]?.shape == [2, 3, 5, 3] && run.outputs[0]?.numbers == each.y)
    // Backwards, the last step reads the first of the inner timesteps.
    let back = run.calls[1].trace
    #expect(back.timestepIndex == [4, 3, 2, 1, 0])
    let last = (0..<6).flatMap { sample in
      (0..<2).map { back.value(.h, unit: $0, step: 4, sample: sample) }
    }
    #expect(run.outputs[1]?.numbers == last)
    #expect(run.calls[4].trace.batch == 2 && run.calls[4].trace.timesteps == 3)
  }

  @Test("A mask of the inner sequence holds h and c there", arguments: ["", "_tfk"])
  func masked(suffix: String) throws {
    let (_, _, run) = try Self.run("graph_distributed_mask\(suffix)")
    let trace = run.calls[0].trace
    #expect(trace.input.mask?.filter { !$0 }.count == 2 + 4 + 1)
    #expect(trace.isMasked(step: 3, sample: 1) && !trace.isMasked(step: 1, sample: 1))
    #expect(trace.value(.h, unit: 0, step: 3, sample: 1) == trace.value(.h, unit: 0, step: 1, sample: 1))
    #expect((0..<4).allSatisfy { trace.value(.c, unit: 1, step: $0, sample: 5) == 0 })
  }

  @Test("An edit of one timestep's sequence reaches that timestep of what comes behind, and no other sample")
  func fed() throws {
    let (graph, inputs, run) = try Self.run("graph_distributed")
    var input = run.calls[0].trace.input
    // Outer timestep 1 of sample 0.
    input.x[(1 * 5 + 2) * 4] += 1
    let edited = try #require(try graph.run(inputs, feeding: ["each": input]))
    let (before, after) = (try #require(run.outputs[0]).numbers, try #require(edited.outputs[0]).numbers)
    let changed = before.indices.filter { before[$0] != after[$0] }.map { $0 / 3 }
    #expect(Set(changed) == [1 * 5 + 2, 1 * 5 + 3, 1 * 5 + 4])
    #expect(edited.outputs[0]?.shape == [2, 3, 5, 3])
    let halves = edited.calls[2].trace
    #expect(
      halves.value(.h, unit: 0, step: 4, sample: 0)
        == run.calls[2].trace.value(.h, unit: 0, step: 4, sample: 0))
    #expect(
      halves.value(.h, unit: 0, step: 4, sample: 1)
        != run.calls[2].trace.value(.h, unit: 0, step: 4, sample: 1))
    // Fed by itself, without what comes before it, its samples stand one after the other.
    let alone = try #require(try graph.run([nil], feeding: ["each": input]))
    #expect(alone.outputs[0]?.shape == [1, 6, 5, 3] && alone.outputs[0]?.numbers == after)
    #expect(alone.outputs[1] == nil)
  }

  @Test("Where its numbers come from and go to is told across it")
  func explained() throws {
    let (graph, inputs, run) = try Self.run("graph_distributed")
    var explainer = Explainer(graph: graph, run: run, inputs: inputs, feeding: [:])
    // y of back at outer timestep 2 of sample 1 is h of the last step of its sample 5.
    let back = try #require(graph.nodes.firstIndex { $0.layer == "back" })
    let place = NumberPlace.element(.node(back, output: 0), 5 * 2 + 1)
    let number = explainer.explanation(of: place)
    guard case .same(let operand, _)? = number?.origin else { return #expect(Bool(false), "\(place)") }
    #expect(operand.place == .layer(call: 1, .quantity(.y, unit: 1, step: 4, sample: 5)))
    // x of the forward half of both is each's h of the same sample and timestep.
    let x = explainer.explanation(of: .layer(call: 2, .quantity(.x, unit: 2, step: 3, sample: 4)))
    guard case .same(let source, _)? = x?.origin else { return #expect(Bool(false), "x") }
    #expect(source.place == .layer(call: 0, .quantity(.y, unit: 2, step: 3, sample: 4)))
    // What layers inside the same TimeDistributed made is not taken apart.
    let (inner, ids, sentences) = try Self.run("graph_hierarchical")
    var other = Explainer(graph: inner, run: sentences, inputs: ids, feeding: [:])
    let word = other.explanation(of: .layer(call: 0, .quantity(.x, unit: 1, step: 0, sample: 2)))
    guard case .stopped(let layer, _)? = word?.origin else { return #expect(Bool(false), "word") }
    #expect(layer == "sentences")
  }
}
