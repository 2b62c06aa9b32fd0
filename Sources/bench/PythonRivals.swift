import Foundation

/// NumPy and the frameworks that a Python interpreter has, in one process that measures what it is told.
///
/// The interpreter is `$PYTHON`, or `python3`. A class because it owns the process.
final class PythonRivals {
  let names: [String]
  private let process = Process()
  private let commands = Pipe()
  private let answers = Pipe()
  private let script: URL

  init() throws {
    script = FileManager.default.temporaryDirectory.appending(path: "rivals-\(UUID().uuidString).py")
    try rivalsScript.write(to: script, atomically: true, encoding: .utf8)
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [ProcessInfo.processInfo.environment["PYTHON"] ?? "python3", script.path]
    process.standardInput = commands
    process.standardOutput = answers
    process.standardError = FileHandle.nullDevice
    try process.run()
    names = Self.line(from: answers).split(separator: " ").map(String.init)
  }

  /// The median time of each rival, in the order of `names`.
  func milliseconds(units: Int, timesteps: Int, batch: Int) throws -> [Double] {
    guard !names.isEmpty else { return [] }
    try commands.fileHandleForWriting.write(contentsOf: Data("\(units) \(timesteps) \(batch)\n".utf8))
    return Self.line(from: answers).split(separator: " ").map { Double($0) ?? .nan }
  }

  func stop() {
    try? commands.fileHandleForWriting.close()
    process.waitUntilExit()
    try? FileManager.default.removeItem(at: script)
  }

  /// What was written up to the next newline; less where the process ended.
  private static func line(from pipe: Pipe) -> String {
    var bytes = Data()
    while let byte = try? pipe.fileHandleForReading.read(upToCount: 1), let value = byte.first, value != 10 {
      bytes.append(value)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

private let rivalsScript = #"""
  import os, sys, time
  for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
      os.environ[name] = "1"
  os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
  out = os.fdopen(os.dup(1), "w")
  os.dup2(2, 1)  # what libraries print is no answer
  try:
      import numpy as np
  except ImportError:
      print("", file=out, flush=True)
      sys.exit()

  def sigmoid(v):
      return 1 / (1 + np.exp(-v))

  def numpy_rival(k, r, b, x):
      def run():
          batch, steps, _ = x.shape
          units = r.shape[0]
          h = np.zeros((batch, units), np.float32)
          c = np.zeros((batch, units), np.float32)
          zx = x @ k + b
          kept = {name: np.empty((steps, batch, units), np.float32) for name in "ifgoch"}
          for t in range(steps):
              z = zx[:, t] + h @ r
              i, f = sigmoid(z[:, :units]), sigmoid(z[:, units:2 * units])
              g, o = np.tanh(z[:, 2 * units:3 * units]), sigmoid(z[:, 3 * units:])
              c = f * c + i * g
              h = o * np.tanh(c)
              for name, value in zip("ifgoch", (i, f, g, o, c, h)):
                  kept[name][t] = value
          return kept
      return run

  def onnxruntime_rival(k, r, b, x):
      import onnx, onnxruntime
      from onnx import helper, numpy_helper
      units = r.shape[0]
      def iofc(m):
          i, f, g, o = np.split(m, 4, axis=-1)
          return np.concatenate([i, o, f, g], axis=-1)
      arrays = {"W": iofc(k).T[None], "R": iofc(r).T[None],
                "B": np.concatenate([iofc(b), np.zeros_like(b)])[None]}
      graph = helper.make_graph(
          [helper.make_node("LSTM", ["X", "W", "R", "B"], ["Y"], hidden_size=units)], "g",
          [helper.make_tensor_value_info("X", 1, [x.shape[1], x.shape[0], x.shape[2]])],
          [helper.make_tensor_value_info("Y", 1, None)],
          [numpy_helper.from_array(np.ascontiguousarray(a), n) for n, a in arrays.items()])
      model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
      options = onnxruntime.SessionOptions()
      options.intra_op_num_threads = options.inter_op_num_threads = 1
      session = onnxruntime.InferenceSession(model.SerializeToString(), options)
      feed = {"X": np.ascontiguousarray(x.swapaxes(0, 1))}
      return lambda: session.run(None, feed)

  def torch_rival(k, r, b, x):
      import torch
      torch.set_num_threads(1)
      layer = torch.nn.LSTM(x.shape[2], r.shape[0], batch_first=True)
      t = torch.from_numpy(x)
      def run():
          with torch.inference_mode():
              return layer(t)
      return run

  def keras_rival(k, r, b, x):
      import tensorflow as tf, keras
      if keras.backend.backend() != "tensorflow":
          raise ImportError
      try:
          tf.config.threading.set_intra_op_parallelism_threads(1)
          tf.config.threading.set_inter_op_parallelism_threads(1)
      except RuntimeError:
          pass
      layer = keras.layers.LSTM(r.shape[0], return_sequences=True)
      layer.build(x.shape)
      layer.set_weights([k, r, b])
      call = tf.function(lambda t: layer(t))
      t = tf.constant(x)
      return lambda: call(t).numpy()

  makers = {"numpy": numpy_rival, "onnxruntime": onnxruntime_rival, "torch": torch_rival, "keras": keras_rival}

  def arrays(units, steps, batch):
      g = np.random.default_rng(1)
      s = units ** -0.5
      def draw(*shape, scale=s):
          return g.uniform(-scale, scale, shape).astype(np.float32)
      return draw(units, 4 * units), draw(units, 4 * units), draw(4 * units), draw(batch, steps, units, scale=1)

  for name in list(makers):
      try:
          makers[name](*arrays(3, 2, 1))()
      except Exception:
          del makers[name]
  print(*makers, file=out, flush=True)

  def median(run):
      run()
      times, start = [], time.perf_counter()
      while len(times) < 3 or (time.perf_counter() - start < 0.3 and len(times) < 10000):
          before = time.perf_counter()
          run()
          times.append((time.perf_counter() - before) * 1e3)
      return sorted(times)[len(times) // 2]

  for line in sys.stdin:
      given = arrays(*map(int, line.split()))
      print(*[median(make(*given)) for make in makers.values()], file=out, flush=True)
  """#
