package import Network
package import TensorFiles

/// A model file that is opened: what it is found to be, and the model in it.
package enum ModelFile {
  /// Opens a model, going by what the file holds and never by what it is called.
  ///
  /// - Parameters:
  ///   - source: The file.
  ///   - helper: The path of `lstmscope-hdf5`, which reads the HDF5 in it.
  ///   - config: The architecture in JSON that somebody keeps beside a file of weights: what `model.to_json()`
  ///     gives, or the `config.json` of a `.keras`. A file that has an architecture of its own goes by that.
  ///   - mapping: What arrays with unusual names are; where there is any, only these make LSTMs.
  ///   - timeout: How many seconds the helper may take; nil for what `HDF5File.read` allows a file of its size.
  ///   - beside: The file of that name in the same folder, for weights in several files; nil where there is none.
  /// - Returns: A model with one LSTM at least.
  /// - Throws: `ModelFileError`, whose message does not name the file.
  package static func open(
    _ source: FileSource, config: FileSource? = nil, mapping: [TensorMapping] = [], helper: String,
    timeout: Double? = nil, beside: @escaping @Sendable (String) -> FileSource? = { _ in nil }
  ) throws(ModelFileError) -> Model {
    let contents = try FileContents(
      source, config: config, mapping: mapping, helper: helper, timeout: timeout, beside: beside)
    if !mapping.isEmpty, let file = contents.hdf5 { return try Dialect.mapped(file, contents) }
    for dialect in Dialect.all where dialect.claims(contents) {
      let model = try dialect.model(contents)
      return config == nil || dialect.takesConfig ? model : model.ignoring(config: config?.name ?? "")
    }
    throw contents.notRecognised
  }
}

/// A way of laying a model out in a file: how it is known, and how it is read.
package struct Dialect: Sendable {
  package let name: String
  let claims: @Sendable (FileContents) -> Bool
  let model: @Sendable (FileContents) throws(ModelFileError) -> Model
  /// Whether an architecture beside the file is what it goes by.
  var takesConfig = false

  /// In the order tried.
  package static let all: [Dialect] = [
    .kerasArchive, .kerasWholeH5, .kerasWeights, .kerasShards,
    .pyTorch, .npz, .npy, .safetensors, .onnx, .json,
  ]
}

extension Model {
  /// With a word that an architecture was given and not needed.
  fileprivate func ignoring(config: String) -> Model {
    var provenance = provenance
    provenance.warnings.append(
      "--config \(config) was not used: the file has an architecture of its own, and goes by that")
    return Model(name: name, layers: layers, inputs: inputs, provenance: provenance, graph: graph)
  }
}

/// A file as its first bytes show it, its container opened.
package struct FileContents: Sendable {
  let source: FileSource
  /// An architecture that was given beside it.
  let config: FileSource?
  let container: Container
  /// The first bytes, enough for every signature.
  let head: [UInt8]
  /// What a person says of the arrays.
  let mapping: [TensorMapping]
  let beside: @Sendable (String) -> FileSource?
  private let helper: String
  private let timeout: Double?

  enum Container: Sendable {
    case zip(ZipArchive)
    case hdf5(HDF5File)
    case plain
  }

  init(
    _ source: FileSource, config: FileSource?, mapping: [TensorMapping], helper: String, timeout: Double?,
    beside: @escaping @Sendable (String) -> FileSource?
  ) throws(ModelFileError) {
    self.source = source
    self.config = config
    self.mapping = mapping
    self.beside = beside
    self.helper = helper
    self.timeout = timeout
    head = source.bytes(at: 0, count: 512)
    guard source.size > 0 else { throw .empty }
    if head.starts(with: Array("version https://git-lfs".utf8)) { throw .lfsPointer }
    let isZip =
      head.starts(with: [0x50, 0x4b])
      && [[3, 4], [5, 6], [7, 8]].contains(Array(head.dropFirst(2).prefix(2)))
    if isZip {
      do { container = .zip(try ZipArchive(source)) } catch { throw .zip(error) }
    } else if HDF5Superblock.offset(in: source) != nil {
      container = .hdf5(try FileContents.hdf5(source, helper: helper, timeout: timeout, entry: nil))
    } else {
      container = .plain
    }
  }

  private static func hdf5(
    _ source: FileSource, helper: String, timeout: Double?, entry: String?
  ) throws(ModelFileError) -> HDF5File {
    do {
      return try HDF5File.read(source, helper: helper, timeout: timeout)
    } catch {
      throw .hdf5(error, entry: entry)
    }
  }

  /// Reads another file as HDF5.
  func hdf5(_ source: FileSource) throws(ModelFileError) -> HDF5File {
    try FileContents.hdf5(source, helper: helper, timeout: timeout, entry: source.name)
  }

  /// Unpacks an entry of the zip and reads it as HDF5.
  func hdf5(_ entry: ZipArchive.Entry, of archive: ZipArchive) throws(ModelFileError) -> HDF5File {
    let stored: FileSource?
    do { stored = try archive.stored(entry) } catch { throw .zip(error) }
    if let stored {
      // Its CRC is computed while the helper reads.
      var isIntact = false
      let result = Result { () throws(HDF5Error) in
        try HDF5File.read(stored, helper: helper, timeout: timeout) {
          isIntact = archive.isIntact(entry, at: stored)
        }
      }
      switch result {
      case .success(let file):
        guard isIntact else {
          throw .zip(.damaged(entry: entry.name, reason: "its CRC does not fit its bytes"))
        }
        return file
      case .failure(let error):
        // What the copying damaged is no fault of the HDF5.
        guard archive.isIntact(entry, at: stored) else {
          throw .zip(.damaged(entry: entry.name, reason: "its CRC does not fit its bytes"))
        }
        throw .hdf5(error, entry: entry.name)
      }
    }
    let bytes: [UInt8]
    do { bytes = try archive.read(entry) } catch { throw .zip(error) }
    let source = FileSource(name: entry.name, bytes: bytes)
    return try FileContents.hdf5(source, helper: helper, timeout: timeout, entry: entry.name)
  }

  var zip: ZipArchive? {
    if case .zip(let archive) = container { archive } else { nil }
  }

  var hdf5: HDF5File? {
    if case .hdf5(let file) = container { file } else { nil }
  }

  var isPlain: Bool {
    if case .plain = container { true } else { false }
  }

  var notRecognised: ModelFileError {
    switch container {
    case .zip(let archive) where archive.entries.isEmpty: .emptyZip
    case .zip(let archive): .zipWithoutModel(entries: archive.entries.map(\.name))
    case .hdf5(let file):
      .hdf5WithoutModel(groups: file.nodes.map(\.path).filter { !$0.isEmpty && !$0.contains("/") })
    case .plain:
      source.name.hasSuffix(".pt") || source.name.hasSuffix(".pth")
        ? .notPyTorch(head: Array(head.prefix(16))) : .notRecognised(head: Array(head.prefix(16)))
    }
  }
}
