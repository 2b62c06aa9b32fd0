package import Network
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
  case weightsWithoutLSTM(kind: String, arrays: [String])
  /// Arrays, each with its shape, that make no LSTM.
  case arraysWithoutLSTM(kind: String, arrays: [String])
  case oneArray(shape: [Int])
  /// A tensor that `--map` names and the file has not.
  case noTensor(String, tensors: [String])
  case badMapping(layer: String, shapes: [String])
  case safetensors(SafetensorsError)
  case npz(NpzError)
  case torch(TorchError)
  case onnx(ONNXError)
  /// A graph whose recurrence is written out as a loop.
  case loop(operators: [String])
  case noLSTM(layers: [String])
  /// The only recurrent layers are ConvLSTMs.
  case convolutional(layers: [String])
  /// The only LSTMs are inside layers that are not run.
  case unknownLSTM(layers: [String])
  case layer(name: String, className: String, LayerFault)
  /// A layer that the network refuses, in its words.
  case refusedLayer(LayerError)
  /// Layers that are not joined as a model's can be: where, and what is wrong.
  case badGraph(place: String, GraphFault)
  /// A file that a list of shards names is not beside it.
  case missingShard(String, of: Int)
  /// The architecture that was given beside the weights is not theirs.
  indirect case unfitConfig(String, ModelFileError)

  package var message: String {
    switch self {
    case .empty: "an empty file (0 bytes); copy or save the model again"
    case .lfsPointer:
      "a Git LFS pointer, not the model: it names the model and does not hold it; fetch it with git lfs pull"
    case .notRecognised(let head):
      "not a recognised model file: it begins with \(spelled(head)); give a model or weights of Keras, PyTorch, ONNX, safetensors, npz or JSON"
    case .notPyTorch(let head):
      "not a PyTorch file: it begins with \(spelled(head)); save it again with torch.save"
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
        + " its weights alone are opened: model.save_weights(\"model.weights.h5\"), or build it as a Functional model"
    case .notYet(let kind, let remedy): "\(kind), which is not opened yet by this version; \(remedy)"
    case .weightsWithoutLSTM(let kind, let arrays):
      "\(kind): weights without the architecture, and none of them are an LSTM's: \(listed(arrays));"
        + " save the whole model with model.save(\"model.keras\"), or give --config FILE"
    case .arraysWithoutLSTM(let kind, let arrays):
      "\(kind), and no LSTM's arrays are among them: \(listed(arrays)); --map kernel=NAME --map"
        + " recurrent_kernel=NAME --map bias=NAME says which they are"
    case .oneArray(let shape):
      "one array of shape \(describe(shape)), and an LSTM has two or three; save kernel, recurrent_kernel and bias"
        + " with np.savez, or give it as --input to a model"
    case .noTensor(let name, let tensors):
      "--map names the array \(name), which is not in the file; it has \(listed(tensors))"
    case .badMapping(let layer, let shapes):
      "--map makes no LSTM of \(layer): \(listed(shapes)); it needs kernel (features, 4·units) and recurrent_kernel"
        + " (units, 4·units), or both transposed"
    case .safetensors(let error): error.message
    case .npz(let error): error.message
    case .torch(let error): error.message
    case .onnx(let error): error.message
    case .loop(let operators):
      "there is no LSTM node in this ONNX model: its recurrence is a \(listed(operators)), which is how tf2onnx writes"
        + " a masked LSTM of Keras; open the Keras file, or export the model without its mask"
    case .noLSTM(let layers):
      "no LSTM in this model: its layers are \(listed(layers)); this program steps through LSTM layers only"
    case .convolutional(let layers):
      "no LSTM that can be stepped through: \(listed(layers)) is convolutional, its gates are images;"
        + " LSTM, Bidirectional, RNN(LSTMCell) and CuDNNLSTM are opened"
    case .unknownLSTM(let layers):
      "no LSTM that can be stepped through: it is inside \(listed(layers)), which runs it in a way of its own"
    case .layer(let name, let className, let problem): "layer \(name) (\(className)): \(problem.message)"
    case .refusedLayer(let error): "\(error.message); the file contradicts itself"
    case .missingShard(let name, let count):
      "a list of \(count) files of weights, and '\(name)' is not beside it; keep all of them in one folder"
    case .unfitConfig(let config, let error):
      "the architecture in \(config) does not fit these weights: \(error.message.droppingRemedy); is it this model's?"
    case .badGraph(let place, let fault): "\(place): \(fault.message); save the model again with model.save"
    }
  }

  /// The status to exit with: 65 for a file that cannot be understood, 70 where the fault is this program's.
  package var exitStatus: Int32 {
    if case .hdf5(let error, _) = self, error.isOurs { 70 } else { 65 }
  }
}

/// What is wrong with how a file joins its layers.
package enum GraphFault: Error, Equatable {
  case unknownLayer(String, from: String)
  /// The call of a layer that is referred to is not there.
  case unknownCall(layer: String, node: Int, calls: Int, from: String)
  case unknownTensor(layer: String, tensor: Int, count: Int, from: String)
  /// A layer that needs its own output.
  case cycle(through: String)
  case withoutInput(String)
  case inputCount(model: String, needed: Int, found: Int)
  case noOutput
  case tooManyCalls(limit: Int)
  case network(GraphError)

  package var message: String {
    switch self {
    case .unknownLayer(let layer, let from):
      "\(from) takes its input from \(layer), and no layer is called so"
    case .unknownCall(let layer, let node, let calls, let from):
      "\(from) takes its input from call \(node) of \(layer), which is called \(calls) times"
    case .unknownTensor(let layer, let tensor, let count, let from):
      "\(from) takes output \(tensor) of \(layer), which has \(count)"
    case .cycle(let layer): "\(layer) needs its own output as its input"
    case .withoutInput(let layer): "\(layer) is given no input"
    case .inputCount(let model, let needed, let found):
      "the model \(model) has \(needed) inputs and is given \(found)"
    case .noOutput: "the model has no output"
    case .tooManyCalls(let limit): "its layers are called more than \(limit) times"
    case .network(let error): error.message
    }
  }
}

/// What is wrong with one layer of a file.
package enum LayerFault: Error, Equatable {
  case missingArray(String, place: String, found: [String])
  case unreadableArray(String, path: String, reason: String)
  case wrongShape(String, path: String, needed: String, found: [Int])
  case notFloat(String, path: String, dtype: String)
  case badOption(String, needed: String, found: String)
  case unknownActivation(option: String, name: String)
  /// A whole sentence about something that is not run.
  case notRun(String)

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
    case .notRun(let sentence): sentence
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

extension String {
  /// Without a word that blames the file.
  fileprivate var droppingRemedy: String {
    let blame = "; the file contradicts itself"
    return hasSuffix(blame) ? String(dropLast(blame.count)) : self
  }
}
