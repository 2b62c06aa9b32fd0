import Testing

/// Which module may know which: the direction in which data goes, and nothing points back.
@Suite("Rooms") struct RoomsTests {
  /// The modules of the package that a module may import, and the packages from elsewhere.
  static let rooms: [String: Set<String>] = [
    "LSTM": ["CKernels"],
    "Network": ["LSTM", "CKernels"],
    "TensorFiles": ["CLinux", "CMinizip", "SwiftProtobuf"],
    "ModelFiles": ["LSTM", "Network", "TensorFiles"],
    "Commands": [],
    "Debugger": ["Network", "LSTM", "Commands"],
    "Lessons": ["Commands", "Yams"],
    "Sessions": ["Yams"],
    "Canvas": [],
    "Theme": ["Canvas", "Yams"],
    "Pictures": ["Canvas", "Theme"],
    "Workbench": ["Canvas", "Commands", "Debugger", "LSTM", "Lessons", "Network", "Sessions", "Theme"],
    "Terminal": ["CNcurses", "Canvas", "Theme"],
    "lstmscope-hdf5": ["CHDF5"],
    "lstmscope": all.union(["ArgumentParser"]),
    "bench": all.union(["CKernels", "TestSupport"]),
  ]

  /// Everything written in Swift.
  static let all: Set<String> = [
    "LSTM", "Network", "TensorFiles", "ModelFiles", "Commands", "Debugger", "Lessons", "Sessions", "Canvas",
    "Theme", "Pictures", "Workbench", "Terminal",
  ]

  /// What the system and the toolchain have; who may use it is not told by the table.
  static let system: Set<String> = [
    "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Synchronization",
  ]

  /// Modules that reach nothing outside: no file, clock, environment or screen.
  static let pure: Set<String> = ["Canvas", "Commands", "Workbench"]

  /// Headers and a module map.
  static let headers: Set<String> = ["CHDF5", "CKernels", "CLinux", "CMinizip", "CNcurses"]

  @Test("Every folder of Sources is in the table")
  func everyRoom() throws {
    for module in try Sources.modules {
      #expect(Self.rooms[module] != nil || Self.headers.contains(module), "\(module) has no row")
    }
  }

  @Test("A module imports what the table allows", arguments: try Sources.modules)
  func imports(module: String) throws {
    let files = try Sources.files(of: module)
    guard let allowed = Self.rooms[module] else {
      #expect(files.isEmpty, "\(module) has Swift files and no row")
      return
    }
    for file in files {
      for line in file.lines {
        guard let name = Self.imported(by: line) else { continue }
        let isAllowed = allowed.contains(name) || Self.system.contains(name) && !Self.pure.contains(module)
        #expect(isAllowed, "\(module)/\(file.name) imports \(name)")
        #expect(!line.contains("@testable"), "\(module)/\(file.name)")
      }
    }
  }

  @Test(
    "An import is found however it is written",
    arguments: [
      ("import Canvas", "Canvas"), ("  package import Canvas", "Canvas"), ("@testable import LSTM", "LSTM"),
      ("@preconcurrency internal import struct Foundation.URL", "Foundation"), ("// import Canvas", nil),
      ("let importance = 1", nil),
    ])
  func finds(line: String, name: String?) {
    #expect(Self.imported(by: Substring(line)) == name)
  }

  /// The module that a line imports.
  static func imported(by line: Substring) -> String? {
    let words = line.split(separator: " ")
    guard let place = words.firstIndex(of: "import"),
      words[..<place].allSatisfy({ $0.hasPrefix("@") || Self.access.contains($0) })
    else { return nil }
    let rest = words[(place + 1)...].drop { Self.kinds.contains($0) }
    return rest.first?.split(separator: ".").first.map(String.init)
  }

  private static let access: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
  private static let kinds: Set<Substring> = [
    "struct", "class", "enum", "protocol", "func", "var", "let", "typealias",
  ]
}
