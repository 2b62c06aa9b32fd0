import LSTM
import ModelFiles
import Network
import TensorFiles
import Testing

@Suite("Recorded models")
struct RecordedTests {
  @Test(
    "give the weights that their own framework recorded, to the bit",
    arguments: Recorded.all.filter { !$0.plainCalls.isEmpty })
  func weights(_ recorded: Recorded) throws {
    let model = try Fixtures.open(recorded.path)
    let expected = try Npz.members(of: try Fixtures.source("\(recorded.folder)/expected.npz"))
    func array(_ name: String) -> [Float]? { expected.first { $0.name == name }?.tensor.floats }
    for call in recorded.plainCalls {
      let name = try #require(call["layer"]?.text)
      let prefix = try #require(call["prefix"]?.text)
      let lstm = try #require(
        model.layers.first { $0.name == name }?.lstm, "\(name) is no LSTM in \(recorded.path)")
      #expect(lstm.parameters.kernel == array("\(prefix).kernel"))
      #expect(lstm.parameters.recurrentKernel == array("\(prefix).recurrent_kernel"))
      #expect(lstm.parameters.bias == array("\(prefix).bias"))
    }
  }

  @Test("give the options that were recorded", arguments: Recorded.all.filter { !$0.plainCalls.isEmpty })
  func options(_ recorded: Recorded) throws {
    let model = try Fixtures.open(recorded.path)
    for call in recorded.plainCalls {
      let layer = try #require(model.layers.first { $0.name == call["layer"]?.text })
      let lstm = try #require(layer.lstm)
      #expect(Double(lstm.parameters.units) == call["units"]?.number)
      #expect(Double(lstm.parameters.features) == call["input_dim"]?.number)
      #expect(lstm.returnSequences == call["return_sequences"]?.bool)
      #expect(lstm.returnState == call["return_state"]?.bool)
      #expect(lstm.isStateful == call["stateful"]?.bool)
      #expect(lstm.parameters.goBackwards == call["go_backwards"]?.bool)
      #expect(lstm.parameters.zeroOutputForMask == call["zero_output_for_mask"]?.bool)
      #expect((lstm.parameters.bias != nil) == call["use_bias"]?.bool)
      #expect(lstm.parameters.activation.name == call["activation"]?.text)
      #expect(lstm.parameters.recurrentActivation.name == call["recurrent_activation"]?.text)
      if let timesteps = lstm.timesteps { #expect(Double(timesteps) == call["timesteps"]?.number) }
    }
  }

  @Test("leave no array unclaimed", arguments: Recorded.all.filter { !$0.plainCalls.isEmpty })
  func leftOver(_ recorded: Recorded) throws {
    #expect(try Fixtures.open(recorded.path).provenance.leftOver == [])
  }
}
