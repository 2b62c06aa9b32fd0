import Testing

@testable import TensorFiles

@Suite struct JSONTests {
  private func parse(_ text: String) throws(JSONError) -> JSON { try JSON(parsing: Array(text.utf8)) }

  @Test("every kind of value is read")
  func kinds() throws {
    let value = try parse(#"{"a": [1, -2.5e3, true, false, null, "tanh"], "b": {}}"#)
    #expect(
      value
        == .object([
          "a": .list([.number(1), .number(-2500), .bool(true), .bool(false), .null, .text("tanh")]),
          "b": .object([:]),
        ]))
    #expect(value["a"]?.list?.first?.number == 1)
    #expect(value["c"] == nil)
  }

  @Test("a value comes back as it was written, its keys in order")
  func roundTrip() throws {
    let value = JSON.object(["z": .list([.number(0.1), .bool(true)]), "a/b": .text("é\n"), "n": .null])
    let bytes = try value.bytes()
    #expect(String(decoding: bytes, as: UTF8.self) == #"{"a/b":"é\n","n":null,"z":[0.1,true]}"#)
    #expect(try JSON(parsing: bytes) == value)
    let pretty = try value.bytes(pretty: true)
    #expect(try JSON(parsing: pretty) == value)
  }

  @Test("NaN and the infinities are written as text and read as text or bare")
  func nonFinite() throws {
    let written = JSON(shape: [3], floats: [.nan, .infinity, -.infinity])
    let bytes = try written.bytes()
    #expect(String(decoding: bytes, as: UTF8.self) == #"["NaN","Infinity","-Infinity"]"#)
    for text in [#"["NaN", "Infinity", "-Infinity"]"#, "[NaN, Infinity, -Infinity]"] {
      let floats = try parse(text).tensor().floats
      #expect(floats[0].isNaN && floats[1] == .infinity && floats[2] == -.infinity)
    }
  }

  @Test("nested lists become an array and come back with the fewest digits")
  func arrays() throws {
    let value = try parse("[[0.1, 2, 3], [4, 5, 6e-3]]")
    let tensor = try value.tensor()
    #expect(tensor == Tensor(shape: [2, 3], floats: [0.1, 2, 3, 4, 5, 0.006]))
    #expect(JSON(shape: tensor.shape, floats: tensor.floats) == value)
    #expect(try parse("7").tensor() == Tensor(shape: [], floats: [7]))
    #expect(try parse("[[], []]").tensor().shape == [2, 0])
    #expect(JSON(shape: [2, 0], floats: []) == .list([.list([]), .list([])]))
  }

  @Test("a ragged row is named by its place")
  func ragged() throws {
    #expect(throws: JSONError.ragged(place: "[1]", needed: 2, found: "a list of 3")) {
      try parse("[[1, 2], [3, 4, 5]]").tensor()
    }
    #expect(throws: JSONError.ragged(place: "[1][0]", needed: 1, found: "the number 2.0")) {
      try parse("[[[1]], [2]]").tensor()
    }
    #expect(throws: JSONError.notNumber(place: "[0][1]", found: "a list of 1")) {
      try parse("[[1, [2]]]").tensor()
    }
    #expect(JSONError.ragged(place: "[1]", needed: 2, found: "null").message.contains("[1]"))
  }

  @Test("something that is no number is named by its place")
  func notNumber() throws {
    #expect(throws: JSONError.notNumber(place: "[1]", found: #"the text "x""#)) {
      try parse(#"[1, "x"]"#).tensor()
    }
    #expect(throws: JSONError.notNumber(place: "", found: "null")) { try parse("null").tensor() }
    #expect(throws: JSONError.notNumber(place: "[0]", found: "true")) { try parse("[true]").tensor() }
  }

  @Test(
    "text that is not JSON is refused",
    arguments: [
      "", "{", "[1,", "tru", "{1: 2}", "\u{0}", "[1] [2]", "[1,]", "{\"a\" 1}", "01", "1.", "-", "1e", "\"a",
      "\"\\x\"", "\"\\u12\"", "+1",
      "'a'", "// a\n1", "\"\n\"",
    ])
  func notJSON(text: String) {
    #expect(throws: JSONError.self) { try parse(text) }
  }

  @Test("escapes are read, a pair of them as one letter")
  func escapes() throws {
    #expect(try parse(#""\u00e9\n\"\\\/\t\ud83d\ude00""#).text == "é\n\"\\/\t😀")
    #expect(try parse(#""a\ud83db""#).text == "a\u{fffd}b")
    #expect(try parse("\u{feff} [-0, 1E+2, 1e400]").list?.map(\.number) == [0, 100, .infinity])
  }

  @Test("500 levels are read at once", .timeLimit(.minutes(1)))
  func levels() throws {
    let clock = ContinuousClock()
    let text = String(repeating: #"{"a": [null, "#, count: 250) + "1" + String(repeating: "]}", count: 250)
    let time = try clock.measure { _ = try parse(text) }
    #expect(time < .milliseconds(200))
  }

  @Test("a hundred thousand brackets are refused, not followed")
  func deep() {
    #expect(throws: JSONError.self) { try parse(String(repeating: "[", count: 100_000)) }
    let closed = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
    #expect(throws: JSONError.self) { try parse(closed) }
  }
}
