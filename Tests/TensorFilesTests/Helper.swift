import Foundation
import TensorFiles

/// The program that reads HDF5, which stands where the tests were built, and the recorded files.
enum Helper {
  static let path: String = {
    var starts = [
      URL(filePath: "/proc/self/exe").resolvingSymlinksInPath(), URL(filePath: CommandLine.arguments[0]),
    ]
    starts += CommandLine.arguments.filter { $0.contains(".xctest") }.map { URL(filePath: $0) }
    for start in starts {
      var folder = start
      for _ in 0..<5 {
        folder = folder.deletingLastPathComponent()
        let path = folder.appending(path: "lstmscope-hdf5").path
        if FileManager.default.isExecutableFile(atPath: path) { return path }
      }
    }
    return "lstmscope-hdf5"
  }()

  private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .appending(path: "Fixtures")

  static func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: fixtures.appending(path: path)))
  }

  static func source(_ path: String) throws -> FileSource {
    FileSource(name: path, bytes: try bytes(path))
  }

  static func read(_ path: String) throws -> HDF5File {
    try HDF5File.read(try source(path), helper: Helper.path)
  }

  /// A number from a seed that mutants are made by; the same seed gives the same mutants everywhere.
  struct Random: RandomNumberGenerator {
    var state: UInt64

    /// - Source: Vigna, SplitMix64.
    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
  }
}
