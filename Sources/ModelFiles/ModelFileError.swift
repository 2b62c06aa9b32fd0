import Network
package import TensorFiles

/// Why a file gives no model. The message says what was found, where in the file, and what to try.
package enum ModelFileError: Error, Equatable {
  case empty
  case lfsPointer
  case notRecognised(head: [UInt8])
  case notPyTorch(head: [UInt8])
  case emptyZip
  case zipWithoutModel(entries: [String])
  case hdf5WithoutModel(groups: [String])
  case zip(ZipError)
  /// `entry` is the zip's entry that the HDF5 is, if it is one.
  case hdf5(HDF5Error, entry: String?)
  case missingEntry(String, entries: [String])
  case notJSON(place: String, reason: String)
  /// A configuration that is JSON and no model: where, what was needed there, what was found.
  case badConfig(place: String, needed: String, found: String)
  /// A model whose layers its class builds in Python, which no file tells.
  case subclassed(className: String)
  case notYet(kind: String, remedy: String)
  case weightsOnly(kind: String, lstms: [String])
  case noLSTM(layers: [String], inside: [String])
  case layer(name: String, className: String, LayerProblem)

  package var message: String {
    switch self {
    case .empty: "an empty file (0 bytes); copy or save the model again"
    case .lfsPointer:
      "a Git LFS pointer, not the model: it names the model and does not hold it; fetch it with git lfs pull"
    case .notRecognised(let head):
      "not a recognised model file: it begins with \(spelled(head)); give a .keras or .h5 file that Keras saved"
    case .notPyTorch(let head):
      "not a PyTorch file: it begins with \(spelled(head)); give a .keras or .h5 file that Keras saved"
    case .emptyZip: "an empty zip: there are no entries in it; save the model again"
    case .zipWithoutModel(let entries):
      "a zip without a model: its entries are \(listed(entries)), a .keras file has config.json and model.weights.h5"
    case .hdf5WithoutModel(let groups):
      "HDF5 without a Keras model: it holds \(listed(groups)), a whole model has the attribute model_config"
    case .zip(let error): error.message
    case .hdf5(let error, nil): error.message
    case .hdf5(let error, let entry?): "\(entry): \(error.message)"
    case .missingEntry(let entry, let entries):
      "\(entry) missing: the entries of this zip are \(listed(entries)); save the model again with model.save"
    case .notJSON(let place, let reason): "\(place) is not valid JSON: \(reason)"
    case .badConfig(let place, let needed, let found): "\(place): needs \(needed), has \(found)"
    case .subclassed(let name):
      "the model is of the class \(name), whose layers are built by Python code and not told by the file;"
        + " build it as a Sequential or Functional model, or save its LSTM in one"
    case .notYet(let kind, let remedy): "\(kind), which is not opened yet by this version; \(remedy)"
    case .weightsOnly(let kind, let lstms):
      "\(kind): weights without the architecture"
        + (lstms.isEmpty ? "" : " (what looks like an LSTM: \(listed(lstms)))")
        + "; save the whole model with model.save(\"model.keras\")"
    case .noLSTM(let layers, let inside) where inside.isEmpty:
      "no LSTM in this model: its layers are \(listed(layers)); this program steps through LSTM layers only"
    case .noLSTM(let layers, let inside):
      "no LSTM that this version opens: its layers are \(listed(layers)), and there is one inside \(listed(inside));"
        + " an LSTM that is a layer of its own can be opened"
    case .layer(let name, let className, let problem): "layer \(name) (\(className)): \(problem.message)"
    }
  }

  /// The status to exit with: 65 for a file that cannot be understood, 70 where the fault is this program's.
  package var exitStatus: Int32 {
    if case .hdf5(let error, _) = self, error.isOurs { 70 } else { 65 }
  }
}

/// What is wrong with one layer of a file.
package enum LayerProblem: Error, Equatable {
  case missingArray(String, place: String, found: [String])
  case unreadableArray(String, path: String, reason: String)
  case wrongShape(String, path: String, needed: String, found: [Int])
  case notFloat(String, path: String, dtype: String)
  case badOption(String, needed: String, found: String)
  case unknownActivation(option: String, name: String)

  package var message: String {
    switch self {
    case .missingArray(let array, let place, let found):
      "its \(array) is missing: \(place) holds \(found.isEmpty ? "no arrays" : listed(found)); save the model again"
    case .unreadableArray(let array, let path, let reason):
      "its \(array) at \(path) cannot be read: \(reason); save the model again with model.save"
    case .wrongShape(let array, let path, let needed, let found):
      "its \(array) at \(path) has shape \(describe(found)) and must have \(needed); the file contradicts itself"
    case .notFloat(let array, let path, let dtype):
      "its \(array) at \(path) is \(dtype), no floating-point numbers"
    case .badOption(let option, let needed, let found):
      "its option \(option) must be \(needed) and is \(found)"
    case .unknownActivation(let option, let name):
      "its \(option) is \(name), which is no activation of Keras; a custom function is Python code and is not run"
    }
  }
}

private func spelled(_ head: [UInt8]) -> String {
  let isText =
    !head.isEmpty && head.allSatisfy { (0x20..<0x7f).contains($0) || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }
  if isText { return "the text \(String(decoding: head, as: UTF8.self).debugDescription)" }
  let digits = head.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
  return "the bytes \(digits.joined(separator: " "))"
}

/// The first few, and how many more there are.
func listed(_ names: [String]) -> String {
  let shown = names.prefix(12).map { $0.count > 80 ? String($0.prefix(80)) + "…" : $0 }.joined(
    separator: ", ")
  return names.count > 12 ? "\(shown) and \(names.count - 12) more" : names.isEmpty ? "nothing" : shown
}
