import Testing

@testable import Commands

@Suite struct AddressTests {
  @Test(
    "An address is read and written back",
    arguments: [
      ("c[3]@5", Address(quantity: "c", indices: [3], timestep: 5)),
      ("decoder/z1[7]@2#1", Address(layer: "decoder", quantity: "z1", indices: [7], timestep: 2, sample: 1)),
      ("kernel[2,7]", Address(quantity: "kernel", indices: [2, 7])),
      ("h_tm1", Address(quantity: "h_tm1")),
      ("a/b/x[0]", Address(layer: "a/b", quantity: "x", indices: [0])),
      ("odd#1/h[2]@0", Address(layer: "odd#1", quantity: "h", indices: [2], timestep: 0)),
    ])
  func roundTrip(text: String, address: Address) throws {
    #expect(try Address(parsing: text) == address)
    #expect(address.text == text)
  }

  @Test(
    "What is no address is refused with a reason",
    arguments: ["", "q[1]", "c[x]", "c[1", "c1]", "c[-1]", "c@", "c@-3", "c#one", "c[1,]", "/c[]"])
  func refused(text: String) {
    #expect(throws: CommandError.self) { try Address(parsing: text) }
  }
}
