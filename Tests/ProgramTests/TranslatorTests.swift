import Foundation
import TensorFiles
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
    let recorded = try JSON(
      parsing: Array(Data(contentsOf: Places.fixtures.appending(path: "translator/recorded.json"))))
    let sentences = try #require(recorded["sentences"]?.list)
    let rows = try sentences.map { sentence in
      "\(try #require(sentence["german"]?.text))\t\(try #require(sentence["says"]?.text))"
    }
    try rows.joined(separator: "\n").write(toFile: pairs, atomically: true, encoding: .utf8)
    let model = "../../Sources/lstmscope/Resources/translator/translator.yaml"
    let outcome = try Program.run(["bridge", model, "--pairs", pairs])
    #expect(outcome.ending == .status(0), "\(outcome.errors)")
    #expect(outcome.text.contains("exact match of \(rows.count) sentences"))
    let titles = [
      ("h and c as they are", "as it is"), ("h only, c is zero", "c zero"), ("c only, h is zero", "h zero"),
      ("h and c swapped", "swapped"), ("rounded to one decimal", "rounded to 1 decimal"),
      ("rounded to whole numbers", "rounded to 0 decimals"),
    ]
    for (title, name) in titles {
      let exact = sentences.count { $0["bridge"]?[name] == $0["says"] }
      let line = try #require(outcome.text.split(separator: "\n").first { $0.hasPrefix("  \(title) ") })
      #expect(line.hasSuffix("  \(exact)"), "\(line)")
    }
    // Without a model it is the bundled one.
    let json = try Program.run(["bridge", "--pairs", pairs, "--json"])
    #expect(json.text.hasPrefix("{\"version\": 1, \"sentences\": \(rows.count)"))
  }

  @Test("bridge lends a sentence the states of the one before it, never its own")
  func lends() throws {
    func table(_ pairs: String) throws -> Program.Outcome {
      let scratch = try Scratch()
      let path = try scratch.write(Array(pairs.utf8), as: "pairs.tsv")
      return try Program.run([
        "bridge", "../../Sources/lstmscope/Resources/translator/translator.yaml", "--pairs", path,
      ])
    }
    // Of different lengths, so that each is alone among those of its own; the marks of the training are no words.
    let pairs = "das kind schläft\t<start> the child sleeps <end>\nich gehe nach hause\tI go home"
    let outcome = try table(pairs)
    #expect(
      outcome.text.contains("h and c as they are                1.000  2\n"),
      "\(outcome.text)\(outcome.errors)")
    #expect(outcome.text.contains("the states of the sentence before  0.000  0\n"), "\(outcome.text)")
    // A sentence alone has nobody to borrow from.
    let alone = try table("das kind schläft\tthe child sleeps\n")
    #expect(alone.text.contains("as they are") && !alone.text.contains("sentence before"), "\(alone.text)")
  }

  @Test(
    "bridge leaves out what the model can't read or say, and counts it",
    arguments: [
      ("wd we\twf\nwa wb wc wd wa wb wc wd wa\twa", 0, "1 pairs longer"),
      ("wa wb wc wd wa wb wc wd wa\twa", 65, "longer than the model takes"),
      ("wa zz\twa", 65, "1 pairs with unknown words"),
    ])
  func misfits(pairs: String, status: Int32, phrase: String) throws {
    let scratch = try Scratch()
    let path = try scratch.write(Array(pairs.utf8), as: "pairs.tsv")
    let words = try scratch.write(Array(Self.words.utf8), as: "words.json")
    let outcome = try Program.run([
      "bridge", "decoders/lengths.keras", "--vocab", words, "--pairs", path,
    ])
    #expect(outcome.ending == .status(status), "\(outcome.errors)")
    #expect(outcome.errors.contains(phrase), "\(outcome.errors)")
  }

  /// Of the recorded decoders.
  private static let words =
    #"["<pad>", "<start>", "<end>", "wa", "wb", "wc", "wd", "we", "wf", "wg", "wh", "wi"]"#

  @Test(
    "Encoder/decoders of many kinds say on the screen what Keras says",
    arguments: ["lengths", "attention", "context", "logits", "outputs", "characters", "apart"])
  func kinds(name: String) throws {
    let cases = try JSON(
      parsing: Array(Data(contentsOf: Places.fixtures.appending(path: "decoders/cases.json"))))
    let files = try #require(cases[name]?["files"]?.list).compactMap(\.text)
    let said = try #require(cases[name]?["said"]?.list?.first?.list).compactMap(\.number).map { Int($0) }
    let scratch = try Scratch()
    let path = try scratch.write(Array(Self.words.utf8), as: "words.json")
    let vocabulary = try #require(try JSON(parsing: Array(Self.words.utf8)).list).compactMap(\.text)
    let decoder = files.count > 1 ? " --decoder decoders/\(files[1])" : ""
    let session = try Session(
      "decoders/\(files[0])\(decoder) --vocab \(path) --max-steps 7 --tokens 7,3", width: 120, height: 40)
    session.type(
      ":text wa wb wc wd\r", shows: "It says: \(said.map { vocabulary[$0] }.joined(separator: " "))")
    session.type("q") { !$0.isAlternate }
    session.expectEnding(.status(0))
  }

  @Test("Meaning has each word beside its value where an LSTM reads from the end")
  func backwards() throws {
    let scratch = try Scratch()
    _ = try scratch.write(Array(#"["a", "b", "c", "d"]"#.utf8), as: "letters.json")
    _ = try scratch.write(Array("source\nabdd\nbad\nabcd\n".utf8), as: "sentences.tsv")
    let model = Places.fixtures.appending(path: "decoders/letters.keras").path
    let path = try scratch.write(
      Array("model: \(model)\nvocabulary: letters.json\nsentences: sentences.tsv\ntext: abdc\n".utf8),
      as: "mine.yaml")
    let session = try Session(path, width: 120, height: 40)
    session.type(":view meaning\r", shows: "3 sentences")
    let lines = session.text.split(separator: "\n")
    let start = try #require(lines.firstIndex { $0.contains("along one sentence: abdd") })
    let words = lines[(start + 1)...].prefix(4).compactMap { $0.split(separator: " ").first }
    #expect(words == ["d", "d", "b", "a"], "\(session.text)")
    session.type("q") { !$0.isAlternate }
    session.expectEnding(.status(0))
  }

  @Test("Vocabularies that don't fit are named with both numbers; exchanged ones are thought of")
  func wrongVocabularies() throws {
    let scratch = try Scratch()
    let right = try scratch.write(Array(Self.words.utf8), as: "right.json")
    let short = try scratch.write(Array(#"["", "wa", "wb"]"#.utf8), as: "short.json")
    let model = ["trace", "decoders/words.keras", "--text", "wa wb"]
    let warned = try Program.run(
      model + ["--source-vocab", short, "--target-vocab", right, "--output", scratch.path("out.npz")])
    #expect(warned.ending == .status(0), "\(warned.errors)")
    #expect(
      warned.errors.contains("short.json has 3 words and the model's input source 12"), "\(warned.errors)")
    let refused = try Program.run(model + ["--source-vocab", right, "--target-vocab", short])
    #expect(refused.ending == .status(64), "\(refused.errors)")
    #expect(refused.errors.contains("short.json has none of <start>"), "\(refused.errors)")
    #expect(refused.errors.contains("exchanged"), "\(refused.errors)")
  }

  @Test("A decoder that reads from the end does not speak; it can be fed what it should say")
  func silent() throws {
    let scratch = try Scratch()
    let words = try scratch.write(Array(Self.words.utf8), as: "words.json")
    let common = ["trace", "decoders/silent.keras", "--vocab", words, "--text", "wa wb"]
    let refused = try Program.run(common)
    #expect(refused.ending == .status(65) && refused.errors.contains("--target"), "\(refused.errors)")
    let outcome = try Program.run(common + ["--target", "wc wd <end>", "--output", scratch.path("out.npz")])
    #expect(outcome.ending == .status(0), "\(outcome.errors)")
  }

  @Test("That a model puts out logits, and that a sentence has no end, is said")
  func remarks() throws {
    let scratch = try Scratch()
    let ids = ["--tokens", "3,4,5,6", "--start", "1", "--end", "2", "--max-steps", "7"]
    let outcome = try Program.run(
      ["trace", "decoders/logits.keras", "--output", scratch.path("out.npz")] + ids)
    #expect(outcome.ending == .status(0), "\(outcome.errors)")
    #expect(outcome.errors.contains("softmax makes probabilities"), "\(outcome.errors)")
    let other = try Program.run(
      ["trace", "decoders/attention.keras", "--output", scratch.path("other.npz")] + ids)
    #expect(other.errors.contains("7 words and no end"), "\(other.errors)")
    #expect(!other.errors.contains("softmax"), "\(other.errors)")
  }

  @Test("A model of one-hot tokens without a bridge takes a text")
  func oneHot() throws {
    let scratch = try Scratch()
    let words = try scratch.write(Array(#"["a", "b", "c", "d"]"#.utf8), as: "words.json")
    let outcome = try Program.run(["trace", "decoders/letters.keras", "--vocab", words, "--text", "badc"])
    #expect(outcome.ending == .status(0), "\(outcome.errors)")
    let wrong = try scratch.write(Array(#"["a", "b", "c", "d", "e"]"#.utf8), as: "more.json")
    let warned = try Program.run(["trace", "decoders/letters.keras", "--vocab", wrong, "--text", "badc"])
    #expect(warned.ending == .status(0) && warned.errors.contains("5 words"), "\(warned.errors)")
    let refused = try Program.run(["trace", "decoders/letters.keras", "--vocab", wrong, "--text", "bade"])
    #expect(refused.ending == .status(65) && refused.errors.contains("id 4"), "\(refused.errors)")
  }

  @Test(
    "What can't be decoded is a sentence with its status",
    arguments: [
      ("trace seq2seq/model.keras --text abc", 64, "--vocab FILE"),
      ("trace seq2seq/model.keras --tokens 1,2", 64, "--start"),
      ("trace seq2seq/model.keras --tokens 1,9 --start 0", 65, "id 9"),
      ("trace seq2seq/model.keras --tokens 1,2 --start nothing", 64, "'nothing'"),
      (
        "--demo translator --plain --text schlaf --start [START]", 64,
        "'[START]' is not in the decoder's vocabulary; did you mean '<start>'"
      ),
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
