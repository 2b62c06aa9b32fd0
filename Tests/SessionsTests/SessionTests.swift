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
    session.inputs = ["x.npy", "y=b.npz:key"]
    session.tokens = "1,2/3"
    session.seed = 7
    session.timesteps = 12
    session.h0 = "h.npy"
    session.c0 = "c.npy"
    session.isLayerInput = true
    session.text = "wen hat der alte vogel gehört ?"
    session.teacher = "yes"
    session.vocabulary = "v.json"
    session.source.input = "german"
    session.source.vocabulary = "de.json"
    session.source.isReversed = true
    session.target.start = "<start>"
    session.target.end = "\n"
    session.target.maxSteps = 20
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
    for child in Mirror(reflecting: session).children {
      let isEmpty = "\(child.value)" == "nil" || "\(child.value)" == "[]" || "\(child.value)" == ""
      #expect(!isEmpty, "\(child.label ?? "")")
    }
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
    ])
  func refusals(text: String, phrase: String) {
    let error = #expect(throws: SessionError.self) { try Session(parsing: text) }
    #expect(error?.message.contains(phrase) == true, "\(error?.message ?? "")")
  }
}
