import Foundation
import TestSupport
import Testing

/// The bundled translator and other encoder/decoders, in the program itself.
@Suite("The translator") struct TranslatorTests {
  @Test("It opens by itself, says where the three tensors are, and translates what is typed")
  func starts() throws {
    let session = try Session("", width: 120, height: 40)
    #expect(session.text.contains("german_to_english.keras › decoder · LSTM(64)"), "\(session.text)")
    #expect(session.text.contains("read from the last word") && session.text.contains("Returns"))
    session.type("t", shows: "now: wen hat der alte vogel")
    session.type("das kind schläft\r", shows: "It says: the child sleeps")
    session.type(
      ":text das kind schlaft\r", shows: "'schlaft' is not in the vocabulary (near: schlafe, schläft")
    session.type("q") { !$0.isAlternate }
    session.expectEnding(.status(0))
  }

  @Test("Left goes over the bridge to the encoder, b shows it, an experiment changes what is said")
  func bridge() throws {
    let session = try Session("--demo translator", width: 120, height: 40)
    session.type("g\u{1B}[D") { $0.text(row: 0).contains("encoder") }
    session.type("b", shows: "what arrives")
    session.type("1", shows: "≠")
    session.type("1") { !$0.text.contains("≠") }
    session.type("7", shows: "there is no other sentence yet")
    session.type("t", shows: "now: ")
    session.type("das kind schläft\r", shows: "the child sleeps")
    session.type("7", shows: "the first word that changes is number 1")
    session.type("q") { !$0.isAlternate }
    session.expectEnding(.status(0))
  }

  @Test("An edit of the encoder goes over the bridge: what arrives is what it now ends with")
  func edits() throws {
    let session = try Session("--demo translator", width: 120, height: 40)
    session.type("g\u{1B}[D") { $0.text(row: 0).contains("encoder") }
    session.type("e50\r", shows: "x[0]@6 is +50.000")
    session.terminal.send("\u{1B}")
    // What follows Escape at once is taken for Alt with it.
    session.terminal.read(quiet: 60, first: 60)
    session.type("b", shows: "An edit stands on the way")
    // Unit 31 in h and c, as handed over and as it arrives.
    let row = session.text.split(separator: "\n").first { $0.contains("▸   31") } ?? ""
    let numbers = row.split { " ▸*│▓".contains($0) }.filter { $0.hasPrefix("+") || $0.hasPrefix("-") }
    #expect(numbers.count == 4 && numbers[0] == numbers[1] && numbers[2] == numbers[3], "\(row)")
    #expect(numbers.count == 4 && numbers[3] != "+4.8302", "\(row)")
    session.type("t", shows: "now: ")
    session.type("das kind schläft\r", shows: "there are edits of this run")
    session.type("u", shows: "undone")
    session.type("q", shows: "again")
    session.type("q") { !$0.isAlternate }
    session.expectEnding(.status(0))
  }

  @Test("Beams can be walked; a teacher's words are fed and told from its own")
  func decoding() throws {
    let session = try Session("--demo translator", width: 120, height: 40)
    session.type(":view decode\r", shows: "next best")
    session.type("3", shows: "beams · the sum of ln p")
    session.type("\u{1B}[B\r") { $0.text(row: 0).contains("Step") && $0.text(row: 0).contains("beam 2 of 3") }
    #expect(session.text.contains("Beam 2 says: "), "\(session.text)")
    session.type(":target who did the small bird hear ?\r", shows: "it would say old and not small")
    session.type(":view decode\r", shows: ":target")
    session.type("f") { $0.text(row: 0).contains("beam 2 of 3") }
    session.type("q") { !$0.isAlternate }
    session.expectEnding(.status(0))
  }

  @Test("A session is saved, opens again as it was, and keeps the names of units")
  func sessions() throws {
    let scratch = try Scratch()
    let path = scratch.path("mine.yaml")
    let session = try Session("--demo translator", width: 120, height: 40)
    session.type(":text das kind schläft\r", shows: "It says: the child sleeps")
    session.type(":unit 7\r:name tired\r", shows: "tired")
    session.type("\u{1B}[C:save \(path)\r", shows: "saved: lstmscope")
    session.type(":save \(path)\r", shows: "exists")
    session.type("q") { !$0.isAlternate }
    session.expectEnding(.status(0))
    let again = try Session(path, width: 120, height: 40)
    #expect(again.text.contains("unit 7 \"tired\"") && again.text.contains("child"), "\(again.text)")
    #expect(again.text.contains("t 1/0…3"), "\(again.text)")
    again.type("q") { !$0.isAlternate }
    again.expectEnding(.status(0))
  }

  @Test("The list of models opens one; Meaning runs the sentences")
  func demos() throws {
    let session = try Session("--demo translator", width: 120, height: 40)
    session.type(":view meaning\r", shows: "300 sentences")
    session.type(":demo\r", shows: "Bundled models")
    session.type("j\r", shows: "question.keras › lstm · LSTM(3)")
    session.type(":demo latch\r", shows: "remembers the first bit")
    session.type("q") { !$0.isAlternate }
    session.expectEnding(.status(0))
  }

  @Test(
    "Every bundled model opens",
    arguments: try Program.run("--demo list").text.split(separator: "\n").map {
      String($0.prefix { $0 != " " })
    })
  func every(name: String) throws {
    let outcome = try Program.run("--demo \(name) --plain")
    #expect(outcome.ending == .status(0), "\(outcome.errors)")
    #expect(outcome.text.contains("timestep ") && outcome.text.contains(" of 0 to "))
  }

  @Test("bridge prints Keras' table of exact matches, and JSON of version 1")
  func table() throws {
    let scratch = try Scratch()
    let pairs = scratch.path("pairs.tsv")
    let all = try String(
      contentsOfFile: Program.folder + "/translator/heldout.tsv", encoding: .utf8
    ).split(separator: "\n")
    try all.prefix(201).joined(separator: "\n").write(toFile: pairs, atomically: true, encoding: .utf8)
    let model = "../../Sources/lstmscope/Resources/translator/translator.yaml"
    let outcome = try Program.run(["bridge", model, "--pairs", pairs])
    #expect(outcome.ending == .status(0), "\(outcome.errors)")
    #expect(outcome.text.contains("exact match of 200 sentences"))
    #expect(outcome.text.contains("h only, c is zero                  0.000  0\n"), "\(outcome.text)")
    // Without a model it is the bundled one.
    let json = try Program.run(["bridge", "--pairs", pairs, "--json"])
    #expect(json.text.hasPrefix("{\"version\": 1, \"sentences\": 200"))
  }

  @Test(
    "What can't be decoded is a sentence with its status",
    arguments: [
      ("trace seq2seq/model.keras --text abc", 64, "--vocab FILE"),
      ("trace seq2seq/model.keras --tokens 1,2", 64, "--start"),
      ("trace seq2seq/model.keras --tokens 1,9 --start 0", 65, "id 9"),
      ("trace seq2seq/model.keras --tokens 1,2 --start nothing", 64, "'nothing'"),
      ("trace basic/model.keras --text abc", 64, "--vocab FILE"),
      ("trace seq2seq/decoder.keras --decoder seq2seq/encoder.keras --random", 65, "takes no states"),
      ("trace basic/model.keras --random --target x", 64, "--text"),
      ("bridge basic/model.keras --pairs nothing.tsv", 65, "there is no bridge"),
      ("bridge --pairs nothing.tsv", 66, "nothing.tsv"), ("bridge", 64, "--pairs"),
      ("bridge --text x --beams 2 --pairs nothing.tsv", 64, "leave --bridge and --beams out"),
      ("--demo nothing", 64, "translator, question"),
      ("nothing.yaml", 66, "no such file"),
    ])
  func refusals(line: String, status: Int32, phrase: String) throws {
    let outcome = try Program.run(line)
    #expect(outcome.ending == .status(status), "\(outcome.errors)")
    #expect(outcome.errors.contains(phrase), "\(outcome.errors)")
    #expect(outcome.text.isEmpty)
  }
}
