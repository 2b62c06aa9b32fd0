import Foundation
import Glibc
import TestSupport
import Testing

/// Session files: what is saved opens as it was, and what is wrong in one is said with its file and key.
@Suite("Session files") struct SessionFileTests {
  private static let translator = "../../Sources/lstmscope/Resources/translator"

  @Test(
    "What is saved opens as it was: the screen, and the session that it would save again",
    arguments: [
      (
        "--demo translator", [(":text das kind schläft\r", "It says: the child sleeps")], ["demo: translator"]
      ),
      (
        "--demo translator",
        [(":target who did the small bird hear ?\r", "it would say old and not small")],
        ["teacher: who did the small bird hear ?"]
      ),
      (
        "--demo translator",
        [
          (":view decode\r", "next best"), (":target who did the small bird hear ?\r", "· teacher forcing ·"),
          ("f", "· greedy ·"),
        ], ["free-running: true"]
      ),
      (
        "--demo translator", [(":bridge other das kind schläft\r", "the first word that changes")],
        ["bridge: other das kind schläft"]
      ),
      (
        "--demo translator", [(":bridge noise 0.25\r", "noise on c"), ("b", "what arrives")],
        ["bridge: noise 0.25", "view: bridge"]
      ),
      (
        "--demo translator --beams 3",
        [
          (":view decode\r", "sum of ln p"), ("\u{1B}[B\r", "beam 2 of 3"), (":view decode\r", "sum of ln p"),
        ],
        ["beams: 3", "beam: 2", "view: decode"]
      ),
      (
        "--demo translator",
        [
          ("g\u{1B}[D", "encoder · LSTM(64)"),
          (":unit 7\r:name tired\r:unit 22\r:name\r:goto 2\r:line 9\r", "t 2/"),
        ], ["layer: encoder", "7: tired", "22:\n"]
      ),
      (
        "--demo translator", [(":theme light\r:names textbook\r:decimals 6\r:view sequence\r", "Sequence")],
        ["theme: light", "names: textbook", "view: sequence"]
      ),
      ("--demo translator", [(":view meaning\r", "300 sentences")], ["view: meaning"]),
      ("--demo latch", [("\u{1B}[C", "t 1/")], ["demo: latch"]),
      (
        "seq2seq/model.keras --random --seed 18446744073709551615 --timesteps 5", [("", "⇒")],
        ["seed: 18446744073709551615", "timesteps: 5"]
      ),
      ("basic/model.keras --input basic/input_0.npy --at c[3]@5", [("", "t 5/0…6")], ["input: /"]),
      (
        "stateful/model.keras --random --seed 0",
        [
          ("f", "batch 2"), ("f", "batch 3"),
          (":view returns\r:flags sequences bidirectional sum\r", "forward + backward"),
        ], ["batch: 3", "view: returns", "flags:\n- sequences\n- bidirectional\n- sum"]
      ),
      (
        "seq2seq/model.keras --tokens 1,2 --start 0 --bridge h-only --beams 2", [("", "LSTM")],
        ["tokens: 1,2", "beams: 2"]
      ),
    ])
  func opensAgain(line: String, steps: [(keys: String, shows: String)], lines: [String]) throws {
    let scratch = try Scratch()
    let (first, second) = (scratch.path("first.yaml"), scratch.path("second.yaml"))
    let session = try Session(line, width: 120, height: 40)
    for step in steps { session.type(step.keys, shows: step.shows) }
    session.type(":save \(first)\r", shows: "saved: lstmscope")
    let before = session.withoutMessage
    session.type("q") { !$0.isAlternate }
    session.expectEnding(.status(0))
    let text = try String(contentsOfFile: first, encoding: .utf8)
    for line in lines { #expect(text.contains(line), "\(text)") }
    let again = try Session(first, width: 120, height: 40)
    again.type("") { $0.text.contains("quit") && !$0.text.contains("so far. Another") }
    again.type(":save \(second)\r", shows: "saved: lstmscope")
    #expect(again.withoutMessage == before, "\(text)")
    #expect(try String(contentsOfFile: second, encoding: .utf8) == text)
    again.type("q") { !$0.isAlternate }
    again.expectEnding(.status(0))
  }

  @Test("A session of a bundled model names no path, and every command takes it")
  func bundled() throws {
    let scratch = try Scratch()
    let path = scratch.path("mine.yaml")
    let session = try Session("--demo translator", width: 120, height: 40)
    session.type(":save \(path)\r", shows: "saved: lstmscope")
    session.type(":save \(path)\r", shows: ":save! overwrites it")
    session.type("q") { !$0.isAlternate }
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(!text.contains("/") && text.contains("demo: translator"), "\(text)")
    for line in ["trace \(path)", "explain \(path) c[3]@1", "render \(path)", "\(path) --plain"] {
      let outcome = try Program.run(line)
      #expect(outcome.ending == .status(0), "\(line): \(outcome.errors)")
      #expect(!outcome.text.isEmpty)
    }
    let bare = try scratch.write("demo: latch\n", as: "bare.yaml")
    let outcome = try Program.run("trace \(bare)")
    #expect(
      outcome.text.contains("latch.keras, input latch.npy"), "\(outcome.text.prefix(200)) \(outcome.errors)")
  }

  @Test("Ids that the vocabulary has no words for are saved as ids; arrays of another layout with it")
  func idsAndLayouts() throws {
    let scratch = try Scratch()
    let words = try scratch.write("[\"\", \"ja\"]", as: "short.json")
    let path = scratch.path("mine.yaml")
    let session = try Session(
      "seq2seq/model.keras --tokens 1,2 --start 0 --vocab \(words)", width: 120, height: 40)
    session.type(":save \(path)\r", shows: "saved: lstmscope")
    session.type("q") { !$0.isAlternate }
    #expect(try String(contentsOfFile: path, encoding: .utf8).contains("tokens: 1,2"))
    #expect(try Program.run("\(path) --plain").ending == .status(0))
    let array = try scratch.write(shape: [7, 2, 3], as: "x.npy")
    let other = scratch.path("other.yaml")
    let given = try Session("basic/model.keras --time-major --input \(array)", width: 120, height: 40)
    given.type(":save \(other)\r", shows: "saved: lstmscope")
    given.type("q") { !$0.isAlternate }
    let text = try String(contentsOfFile: other, encoding: .utf8)
    #expect(text.contains("layout: time-major") && text.contains("input: x.npy"), "\(text)")
    let direct = try Program.run("trace basic/model.keras --time-major --input \(array) --format csv")
    #expect(direct.ending == .status(0), "\(direct.errors)")
    #expect(try Program.run("trace \(other) --format csv").output == direct.output)
  }

  @Test("An input that came through a pipe is in no file, and :save says so")
  func piped() throws {
    let scratch = try Scratch()
    let session = try Session(
      "basic/model.keras --input -", width: 120, shell: "cat basic/input_0.npy | \"$0\" \"$@\"")
    session.type(":save \(scratch.path("mine.yaml"))\r", shows: "came through a pipe")
    session.type("q") { !$0.isAlternate }
    session.expectEnding(.status(0))
    #expect(!scratch.names.contains("mine.yaml"))
  }

  @Test(
    "What is wrong is said with file and key, whatever is asked for",
    arguments: [
      ("model: BASIC\nlayer: nope", 65, "s.yaml: layer: "),
      ("model: nothing.keras", 66, "s.yaml: model: "),
      ("model: BASIC\ntheme: nope", 65, "s.yaml: theme: there is no theme 'nope'"),
      ("model: BASIC\nat: c[3", 65, "s.yaml: at: "),
      ("model: BASIC\nat: c[3]@700", 65, "s.yaml: at: c[3]@700: there is no timestep 700"),
      ("model: BASIC\nview: bogus", 65, "s.yaml: view: 'bogus'"),
      ("model: BASIC\nview: bridge", 65, "s.yaml: view: bridge has nothing to show"),
      ("model: BASIC\nnames: bogus", 65, "s.yaml: names: 'bogus'"),
      ("model: BASIC\ndecimals: 3", 65, "s.yaml: decimals: '3'"),
      ("model: BASIC\nunits: {nolayer: {3: x}}", 65, "s.yaml: units: there is no LSTM 'nolayer'"),
      ("model: BASIC\nunits: {lstm: {99: x}}", 65, "s.yaml: units: lstm has units"),
      ("model: BASIC\nsource: {input: nope}", 65, "s.yaml: source: input: it goes into"),
      ("model: BASIC\ntarget: {input: x}", 65, "s.yaml: target: input: the model has no decoder"),
      ("model: BASIC\nsentences: gone.tsv", 66, "s.yaml: sentences: "),
      ("model: BASIC\nbridge: h-only", 65, "s.yaml: bridge goes with a text"),
      ("model: BASIC\ntokens: '1'\nbeams: 3", 65, "s.yaml: beams: "),
      ("model: BASIC\ntokens: '1'\ninput: x.npy", 65, "s.yaml: input and tokens exclude each other"),
      ("model: BASIC\ninput: x.npy\nseed: 3", 65, "s.yaml: seed: "),
      ("model: BASIC\ntext: x", 65, "s.yaml: text: needs to know the words"),
      ("model: BASIC\nvocabulary: gone.json", 66, "s.yaml: vocabulary: "),
      ("model: BASIC\nmap: kernels", 65, "s.yaml: map: takes ROLE=ARRAY"),
      ("model: BASIC\nh0: gone.npy", 66, "s.yaml: h0: "),
      ("model: SEQ\ntokens: inf\ntarget: {start: '0'}", 65, "s.yaml: tokens: "),
      ("model: SEQ\ntokens: 1,2\ntarget: {start: nothing}", 65, "s.yaml: target: start: "),
      ("model: SEQ\ntokens: 1,2\ntarget: {start: '0', max-steps: 20000}", 65, "s.yaml: max-steps must be"),
      ("model: SEQ\ntokens: 1,2\ntarget: {start: '0'}\nbridge: sideways", 65, "s.yaml: bridge: "),
      ("model: SEQ\ntokens: 1,2\ntarget: {start: '0'}\nbeams: 30", 65, "s.yaml: beams must be"),
      ("model: SEQ\ntokens: 1,2\ntarget: {start: '0'}\nbeams: 3\nbeam: 4", 65, "s.yaml: beam is one"),
      ("demo: nothing", 65, "s.yaml: demo: there is no demo 'nothing'"),
      ("model: SEQ\ntext: azb\nvocabulary: v.json\ntarget: {start: '0'}", 65, "s.yaml: text: 'z'"),
      (
        "model: SEQ\ntext: ab\nteacher: z\nvocabulary: v.json\ntarget: {start: '0'}", 65,
        "s.yaml: teacher: 'z'"
      ),
      ("model: BASIC\nbatch: 2", 65, "s.yaml: batch: no layer of this model is stateful"),
      ("model: BASIC\nbatch: 0", 65, "s.yaml: line 2: batch takes a number from 1"),
      ("model: BASIC\nflags: [sequences, both]", 65, "s.yaml: flags: 'both' is none of the flags"),
      ("demo: translator\nunits: {encoder: {64: x}}", 65, "s.yaml: units: encoder has units 0 to 63"),
      ("demo: translator\nsource: {input: english}", 65, "s.yaml: source: input: it goes into german"),
    ])
  func mistakes(text: String, status: Int32, phrase: String) throws {
    let scratch = try Scratch()
    let yaml = text.replacingOccurrences(of: "BASIC", with: Program.folder + "/basic/model.keras")
      .replacingOccurrences(of: "SEQ", with: Program.folder + "/seq2seq/model.keras")
    let path = try scratch.write(yaml, as: "s.yaml")
    _ = try scratch.write("[\"\", \"a\", \"b\"]", as: "v.json")
    let outcome = try Program.run("\(path) --plain")
    #expect(outcome.ending == .status(status), "\(outcome.errors)")
    #expect(outcome.errors.contains(phrase), "\(outcome.errors)")
    #expect(outcome.text.isEmpty)
  }

  @Test("Every command that takes a model takes a session, and says what is wrong in it")
  func commands() throws {
    let scratch = try Scratch()
    let path = try scratch.write("demo: translator\nsource: {vocabulary: gone.json}", as: "s.yaml")
    for line in ["trace \(path)", "explain \(path) c[3]@1", "render \(path)", "bridge \(path) --pairs x.tsv"]
    {
      let outcome = try Program.run(line)
      #expect(outcome.ending == .status(66), "\(line): \(outcome.errors)")
      #expect(outcome.errors.contains("s.yaml: source: vocabulary: "), "\(line): \(outcome.errors)")
    }
  }

  @Test("A file without end is no session")
  func endless() throws {
    let scratch = try Scratch()
    let path = scratch.path("zero.yaml")
    symlink("/dev/zero", path)
    let outcome = try Program.run("\(path) --plain")
    #expect(outcome.ending == .status(65) && outcome.errors.contains("more than 1 MiB"), "\(outcome.errors)")
  }

  @Test("What is typed goes before what the session says")
  func commandLine() throws {
    let scratch = try Scratch()
    let folder = Program.folder + "/../../Sources/lstmscope/Resources/translator"
    let path = try scratch.write(
      """
      model: \(folder)/german_to_english.keras
      source: {vocabulary: \(folder)/german.json, reversed: true}
      target: {vocabulary: \(folder)/english.json, max-steps: 2}
      text: wen hat der alte vogel gehört ?
      layer: encoder
      at: c[3]@6
      """, as: "s.yaml")
    // Another text is shorter than the place.
    let text = try Program.run(["trace", path, "--text", "das kind schläft"])
    #expect(text.ending == .status(0), "\(text.errors)")
    #expect(
      text.text.contains("reads: schläft\n") && text.text.contains("says: child\n"),
      "\(text.text.prefix(300))")
    // A place in one LSTM is none in another; both are traced, whichever is looked at.
    let layer = try Program.run("trace \(path) --layer decoder --max-steps 64")
    #expect(layer.ending == .status(0) && !layer.text.contains("layer encoder"), "\(layer.errors)")
    let all = try Program.run("trace \(path)")
    #expect(all.text.contains("layer encoder") && all.text.contains("layer decoder"))
    #expect(all.text.components(separatedBy: "says: ").count == 3, "two words and no more")
    let steps = try Program.run("trace \(path) --max-steps 64")
    #expect(steps.text.contains("says: <end>\n"), "\(steps.errors)")
    // The session's text stays beside a target.
    let target = try Program.run(["trace", path, "--target", "who did the old bird hear ?"])
    #expect(target.ending == .status(0) && target.text.contains("reads: hear\n"), "\(target.errors)")
    let random = try scratch.write("model: \(Program.folder)/basic/model.keras\nseed: 7", as: "r.yaml")
    #expect(try Program.run("trace \(random) --seed 0").text.contains("seed 0"))
    #expect(try Program.run("trace \(random)").text.contains("seed 7"))
    // What was typed is to blame for itself.
    let wrong = try Program.run("\(path) --layer nope --plain")
    #expect(wrong.ending == .status(64) && !wrong.errors.contains("s.yaml: layer"), "\(wrong.errors)")
    let both = try Program.run("\(path) --layer-input --plain")
    #expect(both.ending == .status(64), "\(both.errors)")
  }

  @Test(":demo translator shows what starting it shows")
  func sameStart() throws {
    let started = try Session("--demo translator", width: 120, height: 40)
    let chosen = try Session("--demo latch", width: 120, height: 40)
    chosen.type(":demo translator\r", shows: "German sentence")
    #expect(chosen.text == started.text)
  }

  @Test("A model opened while a text is read is not disturbed by what comes of that")
  func race() throws {
    let session = try Session(
      "seq2seq/model.keras --tokens 1,2 --start 0 --max-steps 2000", width: 120, height: 40)
    session.type(":beams 9\r:demo latch\r", shows: "latch.keras")
    let before = session.text
    session.terminal.read(quiet: 100, first: 4000)
    #expect(session.text == before)
    session.type("q") { !$0.isAlternate }
    session.expectEnding(.status(0))
  }

  @Test("A session's batch is the one that was seen: r goes back to zeros, another input to the first")
  func batches() throws {
    let scratch = try Scratch()
    let model = "\(Program.folder)/stateful/model.keras"
    let path = try scratch.write("model: \(model)\nseed: 0\nbatch: 3\n", as: "s.yaml")
    let first = try Program.run("trace \(model) --random --seed 0 --format csv").text
    let third = try Program.run("trace \(path) --format csv").text
    func numbers(_ quantity: String, _ text: String) -> [String] {
      text.split(separator: "\n").filter { $0.contains(",\(quantity),") }.map { line in
        line.split(separator: ",").suffix(2).joined(separator: " ")
      }
    }
    #expect(numbers("x", first) == numbers("x", third) && numbers("h", first) != numbers("h", third))
    let session = try Session(path, width: 120, height: 40)
    session.type("", shows: "batch 3")
    session.type("f", shows: "carried from batch 3")
    session.type("r", shows: "reset: batch 1")
    session.type("q") { !$0.isAlternate }
    session.expectEnding(.status(0))
    let other = try Program.run("trace \(path) --random --seed 0 --format csv").text
    #expect(numbers("h", other) == numbers("h", first))
  }

  @Test("Flags of a session are run before the first picture is drawn")
  func flags() throws {
    let scratch = try Scratch()
    let path = try scratch.write(
      "model: \(Program.folder)/basic/model.keras\nseed: 0\nview: returns\nflags: [state, backwards]\n",
      as: "s.yaml")
    for line in ["render \(path) --size 120x40", "\(path) --plain"] {
      let text = try Program.run(line).text
      #expect(text.contains("return_state=True") && text.contains("go_backwards=True"), "\(text)")
      #expect(text.contains("flags being tried") && text.contains("final_carry_state"), "\(text)")
      #expect(!text.contains("running the layer") && !text.contains("cannot be merged"), "\(text)")
    }
  }

  @Test("Meaning is filled as it opens, and refused where no sentences are named")
  func meaning() throws {
    let scratch = try Scratch()
    let path = try scratch.write("demo: translator\nview: meaning", as: "s.yaml")
    let session = try Session(path, width: 120, height: 40)
    session.type("", shows: "300 sentences")
    session.type(":demo latch\r:view meaning\r", shows: "Meaning has nothing to show")
    session.type(":view bridge\r", shows: "Bridge has nothing to show")
    session.type("q") { !$0.isAlternate }
    session.expectEnding(.status(0))
  }

  @Test("Names of units are asked for by q and :demo, and kept when a signal ends the program")
  func names() throws {
    let scratch = try Scratch()
    let session = try Session(
      "--demo latch", width: 120, height: 40, environment: ["XDG_STATE_HOME": scratch.folder.path])
    session.type(":name kept\r", shows: ":save keeps it")
    session.type("q", shows: "Names of units are not saved")
    session.type(":demo sine\r", shows: "the same again opens sine without them")
    session.terminal.signal(SIGTERM)
    #expect(session.terminal.wait(within: 20_000) == .signal(SIGTERM))
    let kept = try #require(
      scratch.names.contains("lstmscope")
        ? FileManager.default.contentsOfDirectory(atPath: scratch.path("lstmscope")).first : nil)
    let again = try Session(scratch.path("lstmscope/\(kept)"), width: 120, height: 40)
    #expect(again.text.contains("\"kept\""), "\(again.text)")
    again.type(":name other\r", shows: "other")
    again.type(":demo sine\r", shows: "the same again")
    again.type(":demo sine\r", shows: "sine.keras")
    again.type(":name wave\r", shows: "wave")
    again.type(":save \(scratch.path("w.yaml"))\r", shows: "saved: lstmscope")
    again.type("q") { !$0.isAlternate }
    again.expectEnding(.status(0))
  }

  @Test("What is to be known of a text is said before what a bundled model shows")
  func notesFirst() throws {
    let scratch = try Scratch()
    let all = try String(contentsOfFile: "\(Program.folder)/\(Self.translator)/german.json", encoding: .utf8)
    let words = try scratch.write(
      all.replacingOccurrences(of: "\"schläft\"", with: "\"[UNK]\""), as: "w.json")
    let text = try scratch.write(
      "demo: translator\nsource: {vocabulary: w.json}\ntext: das kind schläft", as: "s.yaml")
    #expect(try Session(text, width: 120, height: 40).text.contains("'schläft' is not in the vocabulary"))
    let session = try Session(
      "--demo translator --source-vocab \(words) --text schläft", width: 120, height: 40)
    #expect(session.text.contains("'schläft' is not in the vocabulary"), "\(session.text)")
  }

  @Test(
    "Initial states, ids and bridges that are not taken are said",
    arguments: [
      ("trace DEMO --tokens inf", 64, "--tokens"),
      ("trace seq2seq/model.keras --tokens 1e30 --start 0", 64, "1e30"),
      ("trace seq2seq/model.keras --tokens 16777216 --start 0", 64, "16777216"),
      ("trace seq2seq/model.keras --tokens 1 --start 0 --h0 gone.npy", 64, "--h0 is for arrays"),
      ("trace embedding_softmax/model.keras --tokens 1,2 --h0 gone.npy", 66, "gone.npy"),
      ("trace seq2seq/model.keras --tokens 1 --start 0 --bridge sideways", 64, "--bridge takes"),
      ("trace seq2seq/model.keras --tokens 1 --start 0 --bridge other", 64, "--bridge takes"),
      ("trace seq2seq/model.keras --tokens 1 --start 0 --beams 0", 64, "--beams must be from 1 to 20"),
      ("trace seq2seq/model.keras --tokens 1 --start 0 --beams 2 --beam 3", 64, "--beam is one"),
      ("trace basic/model.keras --random --bridge h-only", 64, "--bridge goes with"),
      ("trace seq2seq/model.keras --tokens 1 --start 0 --free-running", 64, "--free-running"),
    ])
  func refusals(line: String, status: Int32, phrase: String) throws {
    let outcome = try Program.run(line)
    #expect(outcome.ending == .status(status), "\(outcome.errors)")
    #expect(outcome.errors.contains(phrase), "\(outcome.errors)")
    #expect(outcome.text.isEmpty)
  }
}

extension Session {
  /// The screen but for the row of the message.
  fileprivate var withoutMessage: String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.contains("saved: lstmscope") }.joined(separator: "\n")
  }
}
