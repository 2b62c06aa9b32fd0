import Network
import TensorFiles

extension Dialect {
  /// The `.keras` file of Keras 2.12 and later: a zip of `metadata.json`, `config.json` and `model.weights.h5`.
  ///
  /// - Source: Keras 3, `keras.src.saving.saving_lib`.
  static let kerasArchive = Dialect(
    name: "Keras .keras",
    claims: { contents in
      contents.zip.map { zip in
        ["config.json", "model.weights.h5", "metadata.json"].contains { zip.entry(called: $0) != nil }
      } ?? false
    },
    model: { (contents) throws(ModelFileError) in
      guard let zip = contents.zip else { throw contents.notRecognised }
      guard let config = zip.entry(called: "config.json") else {
        throw .missingEntry("config.json", entries: zip.entries.map(\.name))
      }
      // Which of two is meant nothing tells, and readers differ in which they take.
      for name in [config.name, "model.weights.h5", "metadata.json"] {
        guard zip.entries.count(where: { $0.name == name }) > 1 else { continue }
        throw .zip(.damaged(entry: name, reason: "it stands in the zip twice; save the model again"))
      }
      // Looked at first: what cannot be is told before anything is unpacked.
      guard let entry = zip.entry(called: "model.weights.h5") else {
        if zip.entry(called: "model.weights.npz") != nil {
          throw .notYet(
            kind: "a .keras whose weights are model.weights.npz, pickled Python objects",
            remedy: "save it with the default weights_format")
        }
        throw .missingEntry("model.weights.h5", entries: zip.entries.map(\.name))
      }
      let architecture = try KerasArchitecture(try unpackedJSON(config, of: zip), place: config.name)
      var version: String?
      if let metadata = zip.entry(called: "metadata.json") {
        version = try unpackedJSON(metadata, of: zip)["keras_version"]?.text
      }
      let file = try contents.hdf5(entry, of: zip)
      var weights = KerasPaths(file).weights(of: architecture)
      for (index, layer) in architecture.layers.enumerated() {
        try addVocabularies(to: &weights.layers[index], of: layer, from: zip)
      }
      return try KerasModel(
        architecture: architecture, weights: weights, damages: file.damages,
        format: "Keras .keras", version: version, place: config.name
      ).model()
    })
}

/// Learnt words are kept beside the weights, at the same place among the assets.
///
/// - Source: Keras 3, `IndexLookup.save_assets`.
private func addVocabularies(
  to weights: inout KerasWeights.LayerWeights, of layer: KerasLayer, from zip: ZipArchive
) throws(ModelFileError) {
  for (index, child) in layer.children.enumerated() where index < weights.children.count {
    try addVocabularies(to: &weights.children[index], of: child.layer, from: zip)
  }
  guard ["TextVectorization", "StringLookup", "IntegerLookup"].contains(layer.className) else { return }
  for file in ["vocabulary.txt", "_lookup_layer/vocabulary.txt"] {
    guard let entry = zip.entry(called: "assets/\(weights.place)/\(file)") else { continue }
    do {
      let bytes = try zip.read(entry, limit: 64 << 20)
      let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      weights.vocabulary = lines.map { String(decoding: $0, as: UTF8.self) }
    } catch {
      throw .zip(error)
    }
    return
  }
}

func unpackedJSON(_ entry: ZipArchive.Entry, of zip: ZipArchive) throws(ModelFileError) -> JSON {
  let bytes: [UInt8]
  do { bytes = try zip.read(entry, limit: 64 << 20) } catch { throw .zip(error) }
  return try parsedJSON(bytes, place: entry.name)
}

/// - Parameter place: Where the text stood, for the message.
func parsedJSON(_ bytes: [UInt8], place: String) throws(ModelFileError) -> JSON {
  do {
    return try JSON(parsing: bytes)
  } catch {
    if case .notJSON(let reason) = error { throw .notJSON(place: place, reason: reason) }
    throw .notJSON(place: place, reason: error.message)
  }
}
