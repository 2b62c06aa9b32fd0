import ArgumentParser
import ModelFiles

/// What the arrays of a file of weights are.
struct ArrayOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "What an array of a file of weights is: kernel=enc.W, recurrent_kernel=enc.U, bias=enc.b; LAYER/kernel=… for several LSTMs.",
      valueName: "role=array"))
  var map: [String] = []

  func mapping() throws -> [TensorMapping] {
    try map.map { text in
      guard let mapping = TensorMapping(parsing: text) else {
        throw Failure(
          .usage,
          "--map takes ROLE=ARRAY, not '\(text)'; a role is \(TensorMapping.roles.joined(separator: ", "))")
      }
      return mapping
    }
  }
}
