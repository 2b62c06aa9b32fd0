import LSTM
import ModelFiles
import Network
import TensorFiles
import Testing

/// Configurations that no Keras wrote: what they say of their graph is not to be trusted.
@Suite("Hostile graphs")
struct HostileGraphTests {
  /// A file of weights with an architecture beside it.
  private static func open(_ config: String) throws(ModelFileError) -> Model {
    let source = (try? Fixtures.source("basic/model.weights.h5")) ?? FileSource(name: "", bytes: [])
    return try ModelFile.open(
      source, config: FileSource(name: "config.json", bytes: Array(config.utf8)), helper: Fixtures.helper)
  }

  private static func tensor(_ layer: String, _ node: Int = 0, _ tensor: Int = 0) -> String {
    "{\"class_name\": \"__keras_tensor__\", \"config\": {\"keras_history\": [\"\(layer)\", \(node), \(tensor)]}}"
  }

  private static func layer(
    _ name: String, _ className: String, from inputs: [String], config: String = "", keywords: String = ""
  ) -> String {
    let extra = config.isEmpty ? "" : ", \(config)"
    return "{\"class_name\": \"\(className)\", \"name\": \"\(name)\", \"module\": \"keras.layers\","
      + "\"config\": {\"name\": \"\(name)\", \"dtype\": \"float32\"\(extra)},"
      + "\"inbound_nodes\": [{\"args\": [\(inputs.joined(separator: ", "))], \"kwargs\": {\(keywords)}}]}"
  }

  private static let input =
    "{\"class_name\": \"InputLayer\", \"name\": \"x\", \"config\": {\"name\": \"x\", \"batch_shape\": [null, 7, 3]},"
    + "\"inbound_nodes\": []}"

  private static let options =
    "\"units\": 4, \"activation\": \"tanh\", \"recurrent_activation\": \"sigmoid\", \"return_sequences\": true"

  private static func lstm(from input: String) -> String {
    layer("lstm", "LSTM", from: [input], config: options)
  }

  private static func model(
    _ layers: [String], inputs: String = "[\"x\", 0, 0]", outputs: String = "[[\"lstm\", 0, 0]]"
  ) -> String {
    "{\"class_name\": \"Functional\", \"config\": {\"name\": \"m\", \"layers\": [\(layers.joined(separator: ", "))],"
      + "\"input_layers\": \(inputs), \"output_layers\": \(outputs)}}"
  }

  @Test("the plain one opens, so that the others are refused for what is wrong with them")
  func plain() throws {
    let model = try Self.open(Self.model([Self.input, Self.lstm(from: Self.tensor("x"))]))
    #expect(model.graph?.nodes.count == 1)
    let value = Value(shape: [1, 7, 3], [Float](repeating: 0.5, count: 21))
    #expect(try model.graph?.run([value])?.calls.count == 1)
  }

  @Test(
    "each is refused with its own sentence",
    arguments: [
      ("unknown layer", model([input, lstm(from: tensor("nobody"))]), "no layer is called so"),
      ("itself", model([input, lstm(from: tensor("lstm"))]), "needs its own output"),
      (
        "circle",
        model([input, lstm(from: tensor("a")), layer("a", "Activation", from: [tensor("lstm")])]),
        "needs its own output"
      ),
      ("call", model([input, lstm(from: tensor("x", 5))]), "which is called 1 times"),
      ("negative call", model([input, lstm(from: tensor("x", -1))]), "which is called 1 times"),
      ("tensor", model([input, lstm(from: tensor("x", 0, 3))]), "output 3 of x, which has 1"),
      ("no output", model([input, lstm(from: tensor("x"))], outputs: "[]"), "the model has no output"),
      (
        "output of nothing", model([input, lstm(from: tensor("x"))], outputs: "[[\"y\", 0, 0]]"),
        "no layer is called so"
      ),
      (
        "huge units",
        model([
          input, layer("lstm", "LSTM", from: [tensor("x")], config: "\"units\": 16777216"),
        ]), "4·units"
      ),
      (
        "infinite units",
        model([input, layer("lstm", "LSTM", from: [tensor("x")], config: "\"units\": 1e400")]), ""
      ),
      (
        "no cell", model([input, layer("r", "RNN", from: [tensor("x")], config: "\"cell\": 3")]), "class_name"
      ),
    ])
  func refused(name: String, config: String, says: String) throws {
    let error = try #require(throws: ModelFileError.self) { try Self.open(config) }
    #expect(error.message.contains(says), "\(error.message)")
    #expect(error.exitStatus == 65)
  }

  @Test("an output that a layer does not have stops the run with a sentence")
  func missingTensor() throws {
    let model = try Self.open(
      Self.model([Self.input, Self.lstm(from: Self.tensor("x"))], outputs: "[[\"lstm\", 0, 7]]"))
    let value = Value(shape: [1, 7, 3], [Float](repeating: 0.5, count: 21))
    let run = try model.graph?.run([value])
    #expect(run?.outputs == [nil])
  }

  @Test("models deep inside each other are refused, and do not end the program")
  func deep() throws {
    for depth in [40, 150] {
      var config = Self.model([Self.input, Self.lstm(from: Self.tensor("x"))])
      for _ in 0..<depth {
        let inner = config.dropLast()
        config = Self.model(
          [
            Self.input,
            "\(inner), \"name\": \"m\", \"inbound_nodes\": [{\"args\": [\(Self.tensor("x"))], \"kwargs\": {}}]}",
          ], outputs: "[[\"m\", 0, 0]]")
      }
      let error = try #require(throws: ModelFileError.self) { try Self.open(config) }
      #expect(!error.message.isEmpty)
    }
  }

  @Test("wrappers deep inside each other are refused, and do not end the program")
  func deepWrappers() throws {
    var inner = "{\"class_name\": \"LSTM\", \"config\": {\"name\": \"l\", \(Self.options)}}"
    for _ in 0..<120 {
      inner = "{\"class_name\": \"TimeDistributed\", \"config\": {\"name\": \"t\", \"layer\": \(inner)}}"
    }
    let config = Self.model(
      [
        Self.input,
        Self.layer("t", "TimeDistributed", from: [Self.tensor("x")], config: "\"layer\": \(inner)"),
      ],
      outputs: "[[\"t\", 0, 0]]")
    #expect(throws: ModelFileError.self) { try Self.open(config) }
  }

  @Test("models that multiply each other are refused before they fill the memory", .timeLimit(.minutes(1)))
  func multiplied() throws {
    // Each level calls the one below ten times: 10⁹ calls in all.
    var config = Self.model(
      [Self.input, Self.layer("a", "Activation", from: [Self.tensor("x")])], outputs: "[[\"a\", 0, 0]]")
    for level in 0..<9 {
      var calls = ["{\"args\": [\(Self.tensor("x"))], \"kwargs\": {}}"]
      for call in 0..<9 { calls.append("{\"args\": [\(Self.tensor("m", call))], \"kwargs\": {}}") }
      var layers = [
        Self.input,
        "\(config.dropLast()), \"name\": \"m\", \"inbound_nodes\": [\(calls.joined(separator: ", "))]}",
      ]
      if level == 8 { layers.append(Self.lstm(from: Self.tensor("m", 9))) }
      config = Self.model(layers, outputs: level == 8 ? "[[\"lstm\", 0, 0]]" : "[[\"m\", 10, 0]]")
    }
    let error = try #require(throws: ModelFileError.self) { try Self.open(config) }
    #expect(error.message.contains("called more than"), "\(error.message)")
  }

  @Test("a Lambda is never run: what is before it is, and the sentence names it")
  func lambda() throws {
    let model = try Self.open(
      Self.model(
        [
          Self.input, Self.lstm(from: Self.tensor("x")),
          Self.layer("magic", "Lambda", from: [Self.tensor("lstm")]),
        ], outputs: "[[\"magic\", 0, 0]]"))
    let value = Value(shape: [1, 7, 3], [Float](repeating: 0.5, count: 21))
    let run = try #require(try model.graph?.run([value]))
    #expect(run.calls.map(\.key) == ["lstm"] && run.outputs == [nil])
    #expect(run.stopped?.message.contains("magic (Lambda)") == true)
  }
}
