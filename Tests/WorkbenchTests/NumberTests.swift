import Testing

@testable import Workbench

@Suite struct NumberTests {
  @Test(
    "A signed number keeps its width",
    arguments: [
      (-0.32143, 7, "-0.3214"), (0, 7, "+0.0000"), (12.345, 7, "+12.345"), (123456, 7, "+123456"),
      (1.2e19, 7, "+1.2e19"), (-1.25e-9, 7, "-0.0000"), (.nan, 7, "NaN"), (.infinity, 7, "+inf"),
      (-.infinity, 7, "-inf"), (0.41, 4, "+.41"), (-1.44, 4, "-1.4"), (99.6, 4, "+100"), (3e38, 7, "+3.0e38"),
    ] as [(Float, Int, String)])
  func signed(value: Float, width: Int, text: String) {
    let decimals: Decimals = width == 4 ? .two : .four
    #expect(Number.signed(value, decimals, width: width) == text)
  }

  @Test("Ties go to the even digit, as in C's printf")
  func ties() {
    #expect(Number.signed(0.125, .two) == "+0.12")
    #expect(Number.signed(0.375, .two) == "+0.38")
  }

  @Test(
    "A gate rounds to 0 or 1 only where it is",
    arguments: [
      (0, "0.00"), (0.001, "<.01"), (0.5, "0.50"), (0.996, ">.99"), (1, "1.00"), (.nan, "NaN"), (7.7, "+7.7"),
    ] as [(Float, String)])
  func gate(value: Float, text: String) {
    #expect(Number.gate(value, .two) == text)
  }

  @Test("Exact has the digits that tell a float32 from its neighbours")
  func exact() {
    for value in [0.1, -1.1754944e-38, 3.4028235e38, 0.766_013_44] as [Float] {
      #expect(Float(Number.signed(value, .exact)) == value)
    }
  }

  @Test("A percentage hides neither the last bit nor the first")
  func percent() {
    #expect(Number.percent(0.001) == "<1 %")
    #expect(Number.percent(0.999) == ">99 %")
    #expect(Number.percent(1) == "100 %")
    #expect(Number.percent(0.77) == "77 %")
  }

  @Test("Thousands have commas") func count() {
    #expect(Number.count(1_234_567) == "1,234,567")
    #expect(Number.count(12) == "12")
  }
}
