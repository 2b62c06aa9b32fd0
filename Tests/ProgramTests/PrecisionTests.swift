import Foundation
import TensorFiles
import TestSupport
import Testing

/// float16 models whose numbers pass what float16 holds, recorded by `Tests/Generators/half_overflow.py`.
@Suite("A float16 run that would be infinite") struct PrecisionTests {
  private static func recorded() throws -> [String: Tensor] {
    let path = "\(Program.folder)/half_overflow/expected.npz"
    return try Program.arrays(
      FileSource(name: "expected.npz", bytes: Array(try Data(contentsOf: URL(filePath: path)))))
  }

  @Test("is said with its first place, and Keras has infinity there", arguments: ["model", "mixed"])
  func first(name: String) throws {
    let line = "trace half_overflow/\(name).keras --input half_overflow/x.npy --format npz"
    let outcome = try Program.run(line)
    #expect(outcome.ending == .status(0), "\(outcome.errors)")
    #expect(outcome.errors.contains("zh[4]@5#0 is 57"), "\(outcome.errors)")
    #expect(outcome.errors.contains("65504"))
    let arrays = try outcome.arrays
    #expect(arrays["lstm/overflow"]?.floats == [0, 0, 0, 0, 0, 1])
    let keras = try #require(try Self.recorded()["\(name)/h"])
    let ours = try #require(arrays["lstm/h"])
    #expect(keras.shape == ours.shape)
    for (place, (a, b)) in zip(ours.floats, keras.floats).enumerated() {
      if b.isInfinite {
        #expect(place / 2 == 5 && a.isFinite && a > 65520)
      } else {
        #expect(abs(a - b) <= 4e-3 + 4e-3 * abs(b), "\(place): \(a) where Keras has \(b)")
      }
    }
  }

  @Test("is said in the text of the timestep, in JSON, and nowhere before")
  func texts() throws {
    let line = "trace half_overflow/model.keras --input half_overflow/x.npy"
    let blocks = try Program.run(line).text.split(separator: "\n\n").filter { $0.hasPrefix("sample") }
    #expect(blocks.count == 6)
    for (timestep, block) in blocks.enumerated() {
      #expect(block.contains("in float16, which the model asks for") == (timestep == 5))
    }
    let json = try JSON(parsing: try Program.run("\(line) --format json").output)
    #expect(json["lstm/overflow"] != nil)
  }

  @Test("is not said of a float16 model that stays below")
  func below() throws {
    let outcome = try Program.run(
      "trace dtype_float16/model.keras --input dtype_float16/input_0.npy --format json")
    #expect(outcome.ending == .status(0))
    #expect(try JSON(parsing: outcome.output).object?.keys.contains { $0.hasSuffix("overflow") } == false)
    #expect(!outcome.errors.contains("Keras has infinity"))
  }
}
