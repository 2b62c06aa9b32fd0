import Network
import TensorFiles

extension Dialect {
  /// Arrays alone with names of Keras or PyTorch.
  static let safetensors = Dialect(
    name: "safetensors",
    claims: { contents in
      guard contents.isPlain, contents.head.count > 9, contents.head[8] == UInt8(ascii: "{") else {
        return false
      }
      let length = contents.head.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return length > 1 && length < 100_000_000
    },
    model: { (contents) throws(ModelFileError) in
      let file: Safetensors
      do throws(SafetensorsError) { file = try Safetensors(contents.source) } catch {
        throw .safetensors(error)
      }
      let set = ArraySet(kind: "a safetensors file", tensors: file.tensors, isOrdered: false)
      return try model(
        of: set, format: "safetensors", writer: file.metadata["format"].map(writerName), contents)
    })

  /// Arrays by name, or as `np.savez(*layer.get_weights())` leaves them.
  static let npz = Dialect(
    name: "npz",
    claims: { contents in
      guard let entries = contents.zip?.entries, !entries.isEmpty else { return false }
      return entries.allSatisfy { $0.name.hasSuffix(".npy") }
    },
    model: { (contents) throws(ModelFileError) in
      let members: [Npz.Member]
      do throws(NpzError) { members = try Npz.members(of: contents.source) } catch { throw .npz(error) }
      let set = ArraySet(
        kind: "an npz of arrays", tensors: members.map { StoredTensor(name: $0.name, $0.tensor) },
        isOrdered: true)
      return try model(of: set, format: "npz of arrays", writer: nil, contents)
    })

  /// One array, which is no LSTM.
  static let npy = Dialect(
    name: "npy",
    claims: { $0.head.starts(with: Array("\u{93}NUMPY".unicodeScalars.map { UInt8($0.value) })) },
    model: { (contents) throws(ModelFileError) in
      let tensor: Tensor
      do throws(NpyError) {
        tensor = try Npy.tensor(from: contents.source.bytes(at: 0, count: contents.source.size))
      } catch {
        throw .npz(.npy(entry: contents.source.name, error))
      }
      throw .oneArray(shape: tensor.shape)
    })

  /// The model of arrays that carry no more than their names.
  static func model(
    of set: ArraySet, format: String, writer: String?, _ contents: FileContents
  ) throws(ModelFileError) -> Model {
    let found = set.paired(try set.layers(mapping: contents.mapping))
    let isTorch = found.contains(where: \.isTorch)
    return try ArrayModel(
      format: format, writer: writer, set: set, found: found, returnsState: isTorch,
      guesses: set.guesses(isTorch: isTorch, isMapped: !contents.mapping.isEmpty)
    ).model()
  }

  /// HDF5 whose arrays a person names: Keras' own or anybody's.
  static func mapped(_ file: HDF5File, _ contents: FileContents) throws(ModelFileError) -> Model {
    let tensors = file.nodes.compactMap { node -> StoredTensor? in
      if case .dataset(let tensor) = node.content { StoredTensor(name: node.path, tensor) } else { nil }
    }
    let set = ArraySet(kind: "HDF5 of arrays", tensors: tensors, isOrdered: false)
    return try model(of: set, format: "HDF5 of arrays", writer: nil, contents)
  }

  private static func writerName(_ format: String) -> String {
    switch format {
    case "pt": "PyTorch"
    case "tf": "TensorFlow"
    case "flax", "jax": "JAX"
    case "np", "numpy": "NumPy"
    default: format
    }
  }
}

extension ArraySet {
  /// Two unnamed LSTMs of equal shapes that cannot follow each other are the directions of one layer.
  func paired(_ found: [Found]) -> [Found] {
    guard found.allSatisfy({ $0.module.isEmpty && !$0.isTorch }) else { return found }
    var result: [Found] = []
    var index = 0
    while index < found.count {
      let this = found[index].directions[0]
      if index + 1 < found.count {
        let next = found[index + 1].directions[0]
        let behind = index + 2 < found.count ? found[index + 2].directions[0].features : 2 * this.units
        if this.features == next.features, this.units == next.units, this.features != this.units,
          behind == 2 * this.units,
          let backward = FoundLSTM(next.arrays, isBackward: true)
        {
          result.append(
            Found(module: "", layer: nil, isTorch: false, directions: [this, backward]))
          index += 2
          continue
        }
      }
      result.append(found[index])
      index += 1
    }
    return result
  }

  /// What such a file never tells.
  func guesses(isTorch: Bool, isMapped: Bool) -> [String] {
    var guesses: [String] = []
    if isMapped {
      guesses.append(
        "the arrays that --map names are an LSTM's, gate order i f g o, with activation tanh and"
          + " recurrent_activation sigmoid")
    } else if !isTorch {
      guesses.append(
        "the file has weights and no architecture: LSTMs are told by names and shapes of their arrays, gate order"
          + " i f g o, with activation tanh, recurrent_activation sigmoid, forwards, without a mask")
    }
    if isTorch {
      guesses.append(
        "batch_first is not in the file: arrays are read as (batch, timesteps, features); --time-major reads"
          + " (timesteps, batch, features)")
    }
    return guesses
  }
}
