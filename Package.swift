// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
]
let warnings: [SwiftSetting] =
  Context.environment["WARNINGS_ARE_ERRORS"] == nil ? [] : [.treatAllWarnings(as: .error)]
let settings = strict + warnings

let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
  name: "lstmscope",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "lstmscope", targets: ["lstmscope"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // SwiftPM has no dispatch by processor and compiles C in debug builds without optimising; the
    // arithmetic must be fast in both, hence the flag.
    .target(name: "CKernels", cSettings: [.unsafeFlags(["-O2"])]),
    .systemLibrary(name: "CNcurses", providers: [.apt(["libncursesw5-dev"])]),
    .systemLibrary(name: "CHDF5", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(name: "CMinizip", providers: [.apt(["libminizip-dev"])]),
    .systemLibrary(name: "CLinux"),

    module("LSTM", ["CKernels"]),
    module("Network", ["LSTM"]),
    module("TensorFiles", ["CLinux", "CMinizip", protobuf]),
    module("ModelFiles", ["LSTM", "Network", "TensorFiles"]),
    module("Commands"),
    module("Debugger", ["Commands", "LSTM", "Network"]),
    module("Lessons", ["Commands", yams]),
    module("Sessions", [yams]),
    module("Canvas"),
    module("Theme", ["Canvas", yams]),
    module("Pictures", ["Canvas", "Theme"]),
    module("Terminal", ["CNcurses", "Canvas", "Theme"]),
    module(
      "Workbench", ["Canvas", "Commands", "Debugger", "LSTM", "Lessons", "Network", "Sessions"]),

    // libhdf5 brings 34 shared libraries and is C that a bad file can crash: it lives in a program
    // of its own, which lstmscope starts and reads from.
    .executableTarget(
      name: "lstmscope-hdf5", dependencies: ["CHDF5"], swiftSettings: settings),
    .executableTarget(
      name: "lstmscope",
      dependencies: [
        "Canvas", "Commands", "Debugger", "LSTM", "Lessons", "ModelFiles", "Network", "Pictures", "Sessions",
        "Terminal", "TensorFiles", "Theme", "Workbench",
        "lstmscope-hdf5", arguments,
      ],
      exclude: ["Resources"], swiftSettings: settings),
    .executableTarget(
      name: "bench", dependencies: ["CKernels", "LSTM", "TestSupport", "lstmscope"], swiftSettings: settings),

    // What tests share: a pseudo-terminal to run programs on, and a model of the screen that they draw.
    .target(
      name: "TestSupport", dependencies: ["Canvas", "Theme"], path: "Tests/Support", swiftSettings: settings),
    // Does to the terminal what a program can do, crashes among it, for TerminalTests to watch.
    .executableTarget(
      name: "terminal-probe", dependencies: ["Canvas", "Terminal", "Theme"], path: "Tests/TerminalProbe",
      swiftSettings: settings),

    tests("LSTMTests", ["LSTM", "CKernels", "TensorFiles"]),
    tests("TensorFilesTests", ["TensorFiles", "lstmscope-hdf5"]),
    tests("ModelFilesTests", ["ModelFiles", "Network", "LSTM", "Sessions", "TensorFiles", "lstmscope-hdf5"]),
    tests("NetworkTests", ["Network", "LSTM", "TensorFiles"]),
    tests("CommandsTests", ["Commands"]),
    tests(
      "DebuggerTests",
      [
        "Commands", "Debugger", "LSTM", "ModelFiles", "Network", "TensorFiles", "TestSupport",
        "lstmscope-hdf5",
      ]),
    tests("LessonsTests", ["Lessons", "Commands"]),
    tests("SessionsTests", ["Sessions"]),
    tests("CanvasTests", ["Canvas"]),
    tests("ThemeTests", ["Theme", "Canvas"]),
    tests("PicturesTests", ["Pictures", "Canvas", "Theme"]),
    .testTarget(
      name: "WorkbenchTests",
      dependencies: [
        "Workbench", "Canvas", "Commands", "Debugger", "LSTM", "Lessons", "Network", "TensorFiles",
        "TestSupport",
        "Theme",
      ],
      exclude: ["Frames"], swiftSettings: settings),
    tests("TerminalTests", ["Terminal", "Canvas", "CNcurses", "TestSupport", "Theme", "terminal-probe"]),
    .testTarget(
      name: "ProgramTests",
      dependencies: ["lstmscope", "lstmscope-hdf5", "Lessons", "TensorFiles", "TestSupport"],
      exclude: ["Walks"], swiftSettings: settings),
    tests("HouseTests", ["TestSupport", "Workbench"]),
  ])
