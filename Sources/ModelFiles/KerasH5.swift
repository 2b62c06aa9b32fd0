import Network
import TensorFiles

extension Dialect {
  /// A whole model in HDF5, `.h5` and, before Keras 2.13, `.keras`: attribute `model_config`, group `model_weights`.
  static let kerasWholeH5 = Dialect(
    name: "Keras whole-model .h5",
    claims: { $0.hdf5?.attribute("model_config", of: "") != nil },
    model: { (contents) throws(ModelFileError) in
      guard let file = contents.hdf5 else { throw contents.notRecognised }
      let place = "the attribute model_config"
      guard let text = file.string("model_config", of: "") else {
        throw .badConfig(place: place, needed: "one string", found: "something else")
      }
      let architecture = try KerasArchitecture(try parsedJSON(Array(text.utf8), place: place), place: place)
      let version = file.string("keras_version", of: "") ?? file.string("keras_version", of: "model_weights")
      let major = KerasSemantics(version: version, assumed: KerasModel.assumedMajor(of: architecture)).major
      return try KerasModel(
        architecture: architecture,
        weights: KerasH5Weights(file: file, root: "model_weights", major: major).weights(of: architecture),
        damages: file.damages, format: "Keras whole-model HDF5", version: version, place: place
      ).model()
    })
}
