import Foundation
import Glibc
import TestSupport

extension Bench {
  static let openingFile = Bench(
    name: "open",
    summary:
      "a file opened and its weights read, whole processes; MODEL=FILE names another model than the fixture"
  ) {
    let environment = ProcessInfo.processInfo.environment
    let model = environment["MODEL"] ?? "Tests/Fixtures/units128_T60/model.keras"
    let python = environment["PYTHON"] ?? "python3"
    let rivals = [
      (
        "h5py",
        "import sys, io, zipfile, h5py\nf = h5py.File(io.BytesIO(zipfile.ZipFile(sys.argv[1]).read('model.weights.h5')))\nf.visititems(lambda n, d: d[()] if isinstance(d, h5py.Dataset) else None)"
      ),
      ("Keras", "import sys, keras\nkeras.models.load_model(sys.argv[1])"),
    ]
    let ours = try time(Pseudoterminal.products + "/lstmscope", ["inspect", model])
    print(String(format: "lstmscope inspect: %.1f ms", ours ?? .nan))
    // Its 10 timesteps of random input are run before there is a frame.
    var frames: [Double] = []
    for _ in 0..<5 {
      let start = ContinuousClock.now
      let terminal = try program([model, "--layer-input", "--random", "--timesteps", "10"])
      terminal.read(quiet: 300, first: 60_000)
      if let end = terminal.lastByte { frames.append(start.duration(to: end) / .milliseconds(1)) }
      terminal.send("q")
      _ = terminal.wait()
    }
    let frame = frames.isEmpty ? Double.nan : frames.sorted()[frames.count / 2]
    print("lstmscope, start to first frame: \(spread(frames)) ms")
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
    let size = try FileManager.default.attributesOfItem(atPath: model)[.size] as? Int ?? 0
    print("largest process so far: \(usage.ru_maxrss >> 10) MB for a file of \(size >> 20) MB")
    for (name, script) in rivals {
      guard let theirs = try time("/usr/bin/env", [python, "-c", script, model]) else {
        print("\(name): \(python) does not have it, or it can't open the file")
        continue
      }
      print(
        String(
          format: "\(name): %.1f ms, %.2f times our inspect, %.2f times our first frame", theirs,
          theirs / (ours ?? .nan), theirs / frame))
    }
  }
}

/// The median time of a whole process in milliseconds; nil where it fails.
private func time(_ path: String, _ arguments: [String]) throws -> Double? {
  var times: [Double] = []
  for _ in 0..<5 {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let start = ContinuousClock.now
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    times.append(start.duration(to: .now) / .milliseconds(1))
  }
  return times.sorted()[times.count / 2]
}
