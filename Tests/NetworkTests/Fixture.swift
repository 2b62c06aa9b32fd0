import Foundation
import LSTM
import Network
import TensorFiles
import Testing

/// The recorded arrays of a case of `Tests/Fixtures`.
struct Fixture {
  let arrays: [String: Tensor]

  init(_ name: String) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/\(name)")
    let bytes = Array(try Data(contentsOf: folder.appending(path: "expected.npz")))
    let members = try Npz.members(of: FileSource(name: name, bytes: bytes))
    arrays = Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.tensor) })
  }

  func value(_ key: String) throws -> Value {
    let tensor = try #require(arrays[key])
    return Value(shape: tensor.shape, tensor.floats)
  }

  /// An LSTM with the weights recorded under a prefix.
  func lstm(
    _ prefix: String, name: String, className: String = "LSTM", options: [String: ConfigValue] = [:]
  ) throws -> LayerDescription {
    LayerDescription(
      name: name, className: className, options: options,
      weights: try ["kernel", "recurrent_kernel", "bias"].map { array in
        let tensor = try #require(arrays["\(prefix).\(array)"])
        return NamedArray(name: array, shape: tensor.shape, values: tensor.floats)
      })
  }

  /// Compares every quantity of a trace with those recorded under a prefix.
  func expect(_ call: LayerCall, _ prefix: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let trace = call.trace
    let found: [(String, [Float])] = [
      ("z", trace.z), ("i", trace.i), ("f", trace.f), ("g", trace.g), ("o", trace.o), ("c", trace.c),
      ("h", trace.h), ("y", trace.y), ("h0", trace.h0), ("c0", trace.c0), ("h_final", trace.hFinal),
      ("c_final", trace.cFinal), ("x", trace.input.x),
    ]
    for (quantity, values) in found {
      let wanted = try #require(arrays["\(prefix).\(quantity)"]).floats
      let difference = largestDifference(values, wanted)
      #expect(
        difference.isWithinTolerance, "\(call.key) \(quantity) differs by \(difference.value)",
        sourceLocation: sourceLocation)
    }
    #expect(
      trace.timestepIndex.map { Float($0) } == arrays["\(prefix).t_index"]?.floats,
      sourceLocation: sourceLocation)
  }
}
