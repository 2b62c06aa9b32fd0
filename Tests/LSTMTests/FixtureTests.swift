import Foundation
import TensorFiles
import Testing

@testable import LSTM

@Suite struct FixtureTests {
  /// What a call's equations have more than Keras'.
  private func additions(_ call: JSON, _ arrays: [String: Tensor], prefix: String) throws -> Additions {
    var additions = Additions.none
    additions.projection = arrays["\(prefix).projection"]?.floats
    additions.peephole = arrays["\(prefix).peephole_ifo"]?.floats
    additions.clip = call["clip"]?.number.map { Float($0) }
    additions.couplesGates = call["input_forget"]?.number ?? 0 != 0
    if call["state_activation"] != nil {
      additions.stateActivation = try activation(call, "state_activation", onnx: 2)
    }
    return additions
  }

  private func activation(_ call: JSON, _ key: String, onnx index: Int) throws -> Activation {
    if let names = call["activations"]?.list {
      return try #require(Activation.named(names[index].text?.lowercased(), kerasMajor: 2))
    }
    let kerasMajor = call["hard_sigmoid_def"]?.text?.hasPrefix("0.2") == true ? 2 : 3
    guard let name = call[key]?.text else { return index == 0 ? .sigmoid : .tanh }
    return try #require(Activation.named(name, kerasMajor: kerasMajor))
  }

  @Test("a layer gives what its own framework gave", arguments: try Fixture.all())
  func matches(fixture: Fixture) throws {
    let arrays = try fixture.expected()
    var worst: (difference: Float, name: String) = (0, "-")
    for call in fixture.calls {
      let prefix = try #require(call["prefix"]?.text)
      func array(_ name: String) throws -> Tensor {
        try #require(arrays["\(prefix).\(name)"], "\(prefix).\(name)")
      }
      let x = try array("x")
      let recurrentKernel = try array("recurrent_kernel")
      let parameters = Parameters(
        features: x.shape[2], units: recurrentKernel.shape[1] / 4, kernel: try array("kernel").floats,
        recurrentKernel: recurrentKernel.floats, bias: arrays["\(prefix).bias"]?.floats,
        activation: try activation(call, "activation", onnx: 1),
        recurrentActivation: try activation(call, "recurrent_activation", onnx: 0),
        goBackwards: call["go_backwards"]?.bool ?? false,
        zeroOutputForMask: call["zero_output_for_mask"]?.bool ?? false,
        additions: try additions(call, arrays, prefix: prefix))
      let input = LayerInput(
        batch: x.shape[0], timesteps: x.shape[1], features: x.shape[2], x: x.floats,
        mask: arrays["\(prefix).mask"]?.floats.map { $0 != 0 }, h0: arrays["\(prefix).h0"]?.floats,
        c0: arrays["\(prefix).c0"]?.floats)
      let trace = parameters.run(input)
      if let index = arrays["\(prefix).t_index"] {
        #expect(trace.timestepIndex == index.floats.map { Int($0) }, "\(prefix).t_index")
      }
      let ours: [(String, [Float])] = [
        ("z", trace.z), ("i", trace.i), ("f", trace.f), ("g", trace.g), ("o", trace.o), ("c", trace.c),
        ("h", trace.h), ("y", trace.y), ("h_final", trace.hFinal), ("c_final", trace.cFinal),
      ]
      for (name, values) in ours {
        let expected = try array(name).floats
        try #require(expected.count == values.count, "\(prefix).\(name)")
        for (value, wanted) in zip(values, expected) {
          let difference = abs(value - wanted)
          if !(difference <= worst.difference) { worst = (difference, "\(prefix).\(name)") }
          // The tolerance of case.json, absolute and relative alike.
          if !(difference <= fixture.tolerance * (1 + abs(wanted))) {
            Issue.record("\(prefix).\(name): \(value) where \(wanted) was recorded")
            return
          }
        }
      }
    }
    print("largest difference \(fixture.name): \(worst.difference) in \(worst.name)")
  }

  @Test("enough cases are compared")
  func roster() throws {
    #expect(try Fixture.all().count >= 40)
  }
}
