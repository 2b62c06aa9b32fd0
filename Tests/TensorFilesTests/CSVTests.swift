import Testing

@testable import TensorFiles

@Suite struct CSVTests {
  @Test(
    "rows are read whatever parts the columns",
    arguments: [
      "1,2\n3,4\n", "1;2\n3;4", "1\t2\r\n3\t4\r\n", "  1   2 \n 3 4", "\u{feff}1, 2\n\n# note\n\"3\",4\n",
    ])
  func separators(text: String) throws {
    #expect(try CSV(parsing: text) == CSV(tensor: Tensor(shape: [2, 2], floats: [1, 2, 3, 4])))
  }

  @Test("a header row is kept apart")
  func header() throws {
    let table = try CSV(parsing: "time,\"a b\"\n0,1.5e-3\n")
    #expect(table.header == ["time", "a b"])
    #expect(table.tensor == Tensor(shape: [1, 2], floats: [0, 0.0015]))
  }

  @Test("NaN and the infinities are numbers")
  func nonFinite() throws {
    let floats = try CSV(parsing: "nan,inf,-inf").tensor.floats
    #expect(floats[0].isNaN && floats[1] == .infinity && floats[2] == -.infinity)
  }

  @Test("a table comes back as it was written")
  func roundTrip() throws {
    let table = CSV(header: ["a", "b"], tensor: Tensor(shape: [2, 2], floats: [0.1, -2, 3e10, 4]))
    let read = try CSV(parsing: table.text)
    #expect(read == table)
  }

  @Test("a field that is no number is named by line and column")
  func notNumber() {
    #expect(throws: CSVError.notNumber(line: 3, column: 2, found: "x")) {
      try CSV(parsing: "a,b\n1,2\n3,x\n")
    }
    #expect(throws: CSVError.notNumber(line: 1, column: 2, found: "b")) { try CSV(parsing: "1,b\n") }
    #expect(throws: CSVError.notNumber(line: 2, column: 2, found: "")) { try CSV(parsing: "1,2\n3,\n") }
    #expect(throws: CSVError.notNumber(line: 2, column: 1, found: "c")) { try CSV(parsing: "a,b\nc,d\n") }
  }

  @Test("a row of another width is named by line")
  func ragged() {
    #expect(throws: CSVError.ragged(line: 4, needed: 2, found: 3)) { try CSV(parsing: "1,2\n\n3,4\n5,6,7\n") }
    #expect(throws: CSVError.ragged(line: 2, needed: 3, found: 2)) { try CSV(parsing: "a,b,c\n1,2\n") }
  }

  @Test("text without numbers is refused", arguments: ["", "\n\n", "# only a note", "a,b"])
  func noNumbers(text: String) {
    #expect(throws: CSVError.noNumbers) { try CSV(parsing: text) }
  }
}
