import ArgumentParser
import Commands
import LSTM
import Network
import Workbench

/// Prints what a number is made of.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Print what a number is made of: its operands by size, its curve, its rounding.",
    discussion: """
      The ADDRESS is that of the screen: c[3]@5 is unit 3 of c at timestep 5, decoder/z1[7]@2#1 names layer and \
      sample, dense/y[4]@2 is what another layer puts out, output/y[4]@2 what the model does, output/y@2 the largest of that. Without a layer the \
      LSTM looked at is meant, without @ timestep 0, without # sample 0.

      --code prints the LSTM's step at that place as a program that asserts c and h.

      Examples:
        lstmscope explain mine.keras --input x.npy 'f[1]@4'
        lstmscope explain mine.keras --input x.npy 'output/y[0]@4' --json
        lstmscope explain mine.keras --random 'h[0]@2' --code numpy
      """)

  @Argument(help: "The model file.", completion: .file())
  var model: String

  @Argument(help: "The number: 'c[3]@5'.")
  var address: String

  @OptionGroup(title: "Inputs") var inputs: InputOptions

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  @Option(name: .long, help: "Print the step as a program instead: numpy, keras or pytorch.")
  var code: Snippet.Language?

  func run() throws {
    guard inputs.isGiven else {
      throw Failure(.usage, "explain needs an input: --input x.npy, or --random --seed 0")
    }
    if json, code != nil { throw Failure(.usage, "--json and --code exclude each other") }
    let address: Address
    do { address = try Address(parsing: self.address) } catch { throw Failure(.usage, error.message) }
    var notes: [String] = []
    let opened = try Opening.open(
      try Opening.model(model, config: inputs.config, decoder: inputs.decoder, arrays: inputs.arrays),
      path: model, options: inputs,
      notes: &notes)
    (notes.filter { !$0.hasPrefix("Looking at") } + Opening.remarks(on: opened.model)).forEach(Messages.print)
    var explainer = opened.explainer()
    let number: Explanation<Address>
    do {
      number = try explainer.explanation(of: address, in: opened.call, withExactRun: true)
    } catch {
      throw Failure(.usage, error.message)
    }
    if let code {
      try TraceWriter.write(Array(try program(code, at: number.place, opened).utf8), to: nil)
      return
    }
    let units = opened.network.calls.first { $0.key == number.place.layer }?.parameters.units
    let (language, output) = (opened.language, opened.outputs(of: opened.network).first)
    let page = ExplainPage(number, decimals: .six, units: units) { address, value in
      language?.word(at: address, value, output: output)
    }
    let text = json ? ExplanationJSON(number).text : "\(number.place.text)\n\n\(page.text(number))"
    try TraceWriter.write(Array(text.withoutControls(but: "\n").utf8), to: nil)
  }

  private func program(_ language: Snippet.Language, at place: Address, _ opened: Opened) throws -> String {
    guard let call = opened.network.calls.first(where: { $0.key == place.layer }) else {
      throw Failure(.usage, "\(place.text): only a step of an LSTM is written as a program")
    }
    let trace = call.trace
    guard let timestep = place.timestep ?? trace.timestepIndex.first,
      let step = trace.timestepIndex.firstIndex(of: timestep)
    else { throw Failure(.badData, "\(place.text): the sequence has no timesteps") }
    let unit = (place.indices.last ?? 0) % trace.units
    do {
      return try Snippet(
        language, call.parameters, trace, step: step, sample: place.sample ?? 0, unit: unit,
        from: "\(opened.fileName), \(call.key)"
      ).text
    } catch {
      throw Failure(.usage, error.message)
    }
  }
}

extension Snippet.Language: ExpressibleByArgument {}

extension Opened {
  /// What explains the numbers of a run.
  ///
  /// - Parameters:
  ///   - network: Another run than the first, with the edits made.
  ///   - more: What was fed to an LSTM for it.
  func explainer(of network: NetworkRun? = nil, feeding more: [String: LayerInput] = [:]) -> Explainer {
    Explainer(
      graph: graph, run: network ?? self.network, inputs: inputs, feeding: feeding.merging(more) { $1 })
  }
}
