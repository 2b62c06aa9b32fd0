import Sessions
import Testing

@Suite("Sessions")
struct SessionTests {
  @Test("What is written is read back: every key")
  func roundTrip() throws {
    var session = Session()
    session.model = "a model: with blanks.keras"
    session.decoder = "decoder.keras"
    session.config = "config.json"
    session.map = ["kernel=enc.W", "bias=enc.b"]
    session.inputs = ["x.npy", "y=b.npz:key"]
    session.tokens = "1,2/3"
    session.seed = .max
    session.timesteps = 12
    session.h0 = "h.npy"
    session.c0 = "c.npy"
    session.isLayerInput = true
    session.mask = "m.npy"
    session.layout = "time-major"
    session.batch = 3
    session.flags = ["sequences", "bidirectional", "sum"]
    session.text = "wen hat der alte vogel gehört ?"
    session.teacher = "yes"
    session.isFreeRunning = true
    session.bridge = "other das kind schläft"
    session.beams = 3
    session.beam = 2
    session.vocabulary = "v.json"
    session.source.input = "german"
    session.source.vocabulary = "de.json"
    session.source.isReversed = true
    session.target.input = "english"
    session.target.vocabulary = "en.json"
    session.target.start = "<start>"
    session.target.end = "\n"
    session.target.maxSteps = 20
    session.expect = "y.npz:h"
    session.quantity = "encoder/h"
    session.layer = "encoder"
    session.at = "c[3]@5#0"
    session.view = "bridge"
    session.theme = "light"
    session.names = "textbook"
    session.decimals = "6"
    session.labels = ["no", "yes", "null", "7"]
    session.units = ["encoder": [3: "question", 10: "true"], "decoder": [0: "#1"]]
    session.sentences = "s.tsv"
    let text = session.yaml
    #expect(try Session(parsing: text) == session, "\(text)")
    // Nothing that a session can hold is left out of this test.
    for child in Mirror(reflecting: session).children where child.label != "demo" {
      let isEmpty = ["nil", "[]", "", "false"].contains("\(child.value)")
      #expect(!isEmpty, "\(child.label ?? "")")
    }
    session.demo = "latch"
    session.model = ""
    #expect(try Session(parsing: session.yaml) == session, "\(session.yaml)")
  }

  @Test("A few lines that stand for more nodes than there is memory are refused at once")
  func bomb() {
    let lines = "abcdefghij".map { " - &\($0) [\(String(repeating: "*\($0), ", count: 9))]" }
    for text in [
      "labels:\n\(lines.joined(separator: "\n"))\n? *j\n: x\nmodel: m", "model: &a-1 m\ndecoder: *a-1",
    ] {
      #expect(throws: SessionError.self) { try Session(parsing: text) }
    }
    // Either sign alone is a text like others.
    #expect(throws: Never.self) { try Session(parsing: "model: m\ntext: 'a & b *c* &d'") }
  }

  @Test("The bundled form is read")
  func bundled() throws {
    let session = try Session(
      parsing: """
        model: m.keras
        source: {input: german, vocabulary: german.json, reversed: true}
        target: {input: english, vocabulary: english.json, start: <start>, end: <end>, max-steps: 20}
        input: x.npy
        units:
          decoder: {43: question}
        """)
    #expect(session.source.isReversed && session.target.start == "<start>" && session.target.maxSteps == 20)
    #expect(session.inputs == ["x.npy"] && session.units == ["decoder": [43: "question"]])
  }

  @Test(
    "What is wrong is said with its line",
    arguments: [
      ("", "model: FILE"), ("- a", "model: FILE"), ("theme: dark", "names no model"),
      ("model: m\nmodle: x", "line 2: 'modle' is no key"), ("model: m\nseed: many", "line 2: seed takes"),
      ("model: m\nlayer-input: perhaps", "line 2: layer-input takes"), ("model: [a]", "line 1: model takes"),
      ("model: m\nunits:\n  encoder:\n    one: two", "line 4: units takes"),
      ("model: m\ntarget:\n  max-steps: 0", "line 3: max-steps takes"), ("model: {", "not YAML"),
      ("model: m\nsource: {vocab: x}", "line 2: 'vocab' is no key"),
      ("model: m\ndemo: latch", "exclude each other"), ("model: m\nmodel: n", "not YAML"),
      ("model: m\nlayout: wide", "line 2: layout takes time-major or batch-major"),
      ("model: m\nseed: -1", "line 2: seed takes"), ("model: m\nbeams: many", "line 2: beams takes"),
      ("model: m\ntext: &a x\nteacher: *a", "an anchor and an alias"),
      ("model: m\nfree-running: 3", "line 2: free-running takes"),
    ])
  func refusals(text: String, phrase: String) {
    let error = #expect(throws: SessionError.self) { try Session(parsing: text) }
    #expect(error?.message.contains(phrase) == true, "\(error?.message ?? "")")
  }
}
