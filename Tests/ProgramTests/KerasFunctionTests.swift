import Foundation
import TensorFiles
import TestSupport
import Testing

/// Functions in the graph and in the place of activations.
///
/// - Source: `Tests/Generators/keras_functions.py`.
@Suite("Functions of Keras 3") struct KerasFunctionTests {
  private static let folder = "keras_functions"

  private func expect(_ name: String, is ours: Tensor?) throws {
    let keras = try #require(try TraceTests.recorded(Self.folder)[name])
    let ours = try #require(ours)
    #expect(ours.shape == keras.shape)
    for (a, b) in zip(ours.floats, keras.floats) {
      #expect(abs(a - b) <= 1e-5 + 1e-5 * abs(b), "\(name): \(a) where Keras has \(b)")
    }
  }

  @Test(
    "A mask through Concatenate, and layers as activations, are run as Keras runs them",
    arguments: ["masked.h5", "masked.keras", "layers.h5", "layers.keras"])
  func run(file: String) throws {
    let input = file.hasPrefix("masked") ? "ids" : "x"
    let outcome = try Program.run(
      "trace \(Self.folder)/\(file) --input \(Self.folder)/\(input).npy --format npz")
    #expect(outcome.ending == .status(0), "\(outcome.errors)")
    #expect(!outcome.errors.contains("not run"), "\(outcome.errors)")
    try expect(String(file.prefix { $0 != "." }), is: try outcome.arrays["output"])
  }

  @Test("An activation of its author's stops the run at its layer, not the file")
  func custom() throws {
    let outcome = try Program.run(
      "trace \(Self.folder)/custom.keras --input \(Self.folder)/x.npy --format npz")
    #expect(outcome.ending == .status(0), "\(outcome.errors)")
    #expect(outcome.errors.contains("own>half"), "\(outcome.errors)")
    let arrays = try outcome.arrays
    try expect("custom", is: arrays.first { $0.key.hasSuffix("y") }?.value)
  }
}
