import Network
import TensorFiles

extension Dialect {
  /// `.weights.json`, a list of the `.weights.h5` files beside it that hold the weights between them.
  ///
  /// - Source: Keras 3.10 and later, `saving_lib.ShardedH5IOStore`.
  static let kerasShards = Dialect(
    name: "Keras weights in several files",
    claims: { contents in
      guard contents.isPlain, contents.head.first == UInt8(ascii: "{"), contents.source.size <= 16 << 20
      else { return false }
      return (try? list(of: contents)) ?? nil != nil
    },
    model: { (contents) throws(ModelFileError) in
      guard let names = try list(of: contents) else { throw contents.notRecognised }
      var files: [HDF5File] = []
      for name in names {
        // A name and no path: what the list says is no reason to read elsewhere.
        guard !name.isEmpty, !name.contains("/"), !name.hasPrefix("."), let source = contents.beside(name)
        else { throw .missingShard(name, of: names.count) }
        files.append(try contents.hdf5(source))
      }
      return try model(of: HDF5File(joining: files), contents)
    }, takesConfig: true)

  /// The files, each once; nil for JSON that lists none.
  private static func list(of contents: FileContents) throws(ModelFileError) -> [String]? {
    let bytes = contents.source.bytes(at: 0, count: contents.source.size)
    let json = try parsedJSON(bytes, place: contents.source.name)
    guard let map = json["weight_map"]?.object else { return nil }
    var names: [String] = []
    for (_, files) in map.sorted(by: { $0.key < $1.key }) {
      for name in (files.list ?? [files]).compactMap(\.text) where !names.contains(name) {
        names.append(name)
      }
    }
    return names.sorted()
  }
}
