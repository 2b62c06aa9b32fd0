import Glibc
import LSTM
import Network
import TensorFiles
import Workbench

/// A trace in the forms that other programs, and screen readers, take.
struct TraceWriter {
  private let subject: Subject
  private let trace: Trace
  /// Keys and arrays, in the order in which they are written.
  private let members: [Npz.Member]

  init(_ subject: Subject, _ trace: Trace) {
    self.subject = subject
    self.trace = trace
    members = Self.members(subject, trace)
  }

  /// - Throws: `Failure` 73 or 74 where the output can't be made or written.
  func write(_ format: TraceFormat, to path: String?) throws {
    sayWhatIsMissing()
    switch format {
    case .npz:
      guard let bytes = Npz.bytes(of: members) else {
        throw Failure(.writingFailed, "there is not enough memory")
      }
      try Self.write(bytes, to: path)
    case .json: try Self.write(json, to: path)
    case .csv: try Self.write(csv, to: path)
    case .plain: try Self.write(Array(plain.withoutControls(but: "\n").utf8), to: path)
    }
  }

  /// The layers behind the LSTM are named and not run, so that the model's own output is not known.
  private func sayWhatIsMissing() {
    let behind = Self.layersBehind(subject)
    guard !behind.isEmpty else { return }
    let names = behind.map { "\($0.name) (\($0.className))" }.joined(separator: ", ")
    Messages.print("not run by this version: \(names); the key 'output' is left out")
  }

  private static func layersBehind(_ subject: Subject) -> [Layer] {
    guard let place = subject.model.layers.firstIndex(where: { $0.name == subject.layerName }) else {
      return []
    }
    return Array(subject.model.layers[(place + 1)...])
  }

  // MARK: - The arrays

  private static func members(_ subject: Subject, _ trace: Trace) -> [Npz.Member] {
    let layer = subject.layerName.split(separator: "/", omittingEmptySubsequences: false).joined(
      separator: "%2F")
    let steps = [trace.batch, trace.timesteps]
    func member(_ name: String, _ shape: [Int], _ values: [Float]) -> Npz.Member {
      Npz.Member(name: "\(layer)/\(name)", tensor: Tensor(shape: shape, floats: values))
    }
    var members = [member("x", steps + [trace.features], trace.input.x)]
    if let mask = trace.input.mask {
      members.append(
        Npz.Member(
          name: "\(layer)/mask", tensor: Tensor(shape: steps, element: .uint8, bytes: mask.map { $0 ? 1 : 0 })
        ))
    }
    members += [
      member("zx", steps + [4 * trace.units], trace.zx), member("zh", steps + [4 * trace.units], trace.zh),
      member("z", steps + [4 * trace.units], trace.z),
    ]
    for (name, values) in [
      ("i", trace.i), ("f", trace.f), ("g", trace.g), ("o", trace.o), ("c", trace.c), ("h", trace.h),
      ("y", trace.y),
    ] {
      members.append(member(name, steps + [trace.units], values))
    }
    for (name, values) in [
      ("h0", trace.h0), ("c0", trace.c0), ("h_final", trace.hFinal), ("c_final", trace.cFinal),
    ] {
      members.append(member(name, [trace.batch, trace.units], values))
    }
    let index = trace.timestepIndex.flatMap { timestep in
      withUnsafeBytes(of: Int32(timestep).littleEndian) { Array($0) }
    }
    members.append(
      Npz.Member(
        name: "\(layer)/t_index", tensor: Tensor(shape: [trace.timesteps], element: .int32, bytes: index)))
    // What is fed to a layer in the middle says nothing of the model's own output.
    if layersBehind(subject).isEmpty, subject.layer.isFirst {
      let returned = trace.returned(
        returnSequences: subject.layer.returnSequences, returnState: subject.layer.returnState)
      for (index, tensor) in returned.enumerated() {
        let name = returned.count == 1 ? "output" : "output_\(index)"
        members.append(Npz.Member(name: name, tensor: Tensor(shape: tensor.shape, floats: tensor.values)))
      }
    }
    return members
  }

  // MARK: - JSON

  private var json: [UInt8] {
    var text = Array("{".utf8)
    for (index, member) in members.enumerated() {
      text.append(contentsOf: "\(index > 0 ? "," : "")\n\(Self.quoted(member.name)): ".utf8)
      var values = Self.numbers(member.tensor)[...]
      Self.append(shape: member.tensor.shape[...], &values, to: &text)
    }
    text.append(contentsOf: "\n}\n".utf8)
    return text
  }

  /// The numbers as JSON writes them.
  private static func numbers(_ tensor: Tensor) -> [String] {
    switch tensor.element {
    case .uint8: tensor.bytes.map { "\($0)" }
    case .int32:
      stride(from: 0, to: tensor.bytes.count, by: 4).map { place in
        let bits = tensor.bytes[place..<place + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return "\(Int32(bitPattern: bits))"
      }
    case .float16, .bfloat16, .float32, .float64, .int8, .int16, .int64, .uint16, .uint32, .uint64, .bool:
      tensor.floats.map(number)
    }
  }

  private static func append(
    shape: ArraySlice<Int>, _ values: inout ArraySlice<String>, to text: inout [UInt8]
  ) {
    guard let count = shape.first else { return }
    text.append(UInt8(ascii: "["))
    for index in 0..<count {
      if index > 0 { text.append(contentsOf: ", ".utf8) }
      if shape.count > 1 {
        append(shape: shape.dropFirst(), &values, to: &text)
      } else if let value = values.popFirst() {
        text.append(contentsOf: value.utf8)
      }
    }
    text.append(UInt8(ascii: "]"))
  }

  private static func number(_ value: Float) -> String {
    if value.isNaN { return "\"NaN\"" }
    if value == .infinity { return "\"Infinity\"" }
    if value == -.infinity { return "\"-Infinity\"" }
    return value.description
  }

  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value):
        result +=
          "\\u" + String(repeating: "0", count: scalar.value < 0x10 ? 3 : 2) + String(scalar.value, radix: 16)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  // MARK: - CSV

  /// What csv and plain go through, in the order of the equations.
  private static let quantities: [Quantity] = [.x, .zx, .zh, .z, .i, .f, .g, .o, .c, .h, .y]

  private var csv: [UInt8] {
    var text = Array("layer,sample,timestep,quantity,unit,value\n".utf8)
    let plainName = subject.layerName.withoutControls(but: "\n")
    let name =
      plainName.contains { "\",\n".contains($0) }
      ? "\"" + plainName.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
        + "\""
      : plainName
    for sample in 0..<trace.batch {
      for step in 0..<trace.timesteps {
        for quantity in Self.quantities {
          for unit in 0..<trace.width(of: quantity) {
            let value = trace.value(quantity, unit: unit, step: step, sample: sample)
            text.append(
              contentsOf:
                "\(name),\(sample),\(trace.timestepIndex[step]),\(quantity.rawValue),\(unit),\(digits(value))\n"
                .utf8)
          }
        }
      }
    }
    return text
  }

  /// Nine significant digits, which tell every float32 from its neighbours.
  private func digits(_ value: Float) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value > 0 ? "Infinity" : "-Infinity" }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { buffer in
      withVaList([Double(value)]) { _ = vsnprintf(buffer.baseAddress, buffer.count, "%.9g", $0) }
      return buffer.baseAddress.map { String(cString: $0) } ?? ""
    }
  }

  // MARK: - Text

  private var plain: String {
    let batch = trace.batch - 1
    let last = trace.timesteps - 1
    var text =
      "\(subject.fileName.withoutControls()), layer \(subject.layerName.withoutControls()), LSTM(\(trace.units)), input \(subject.inputName.withoutControls())\n"
      + "gate order of zx, zh and z: i f g o, \(trace.units) units each\n"
    for sample in 0..<trace.batch {
      for step in 0..<trace.timesteps {
        text += "\nsample \(sample) of 0 to \(batch), timestep \(trace.timestepIndex[step]) of 0 to \(last)\n"
        if trace.isMasked(step: step, sample: sample) { text += "masked: h and c are held\n" }
        for quantity in Self.quantities {
          let values = (0..<trace.width(of: quantity)).map {
            digits(trace.value(quantity, unit: $0, step: step, sample: sample))
          }
          text += "\(quantity.spoken): \(values.joined(separator: " "))\n"
        }
      }
    }
    return text
  }

  // MARK: - Where it goes

  static func write(_ bytes: [UInt8], to path: String?) throws {
    if let path {
      try Files.write(bytes, to: path, overwrite: true)
    } else if !Files.writeAll(bytes, to: STDOUT_FILENO) {
      throw Failure(.writingFailed, "standard output: writing failed (\(String(cString: strerror(errno))))")
    }
  }
}

extension Quantity {
  /// The name with its word, for ears and for eyes that see it the first time.
  fileprivate var spoken: String {
    switch self {
    case .x: "x, input"
    case .zx: "zx, x times kernel"
    case .zh: "zh, h_tm1 times recurrent kernel"
    case .z: "z, their sum with the bias"
    case .i: "i, input gate"
    case .f: "f, forget gate"
    case .g: "g, candidate"
    case .o: "o, output gate"
    case .c: "c, carry, cell"
    case .h: "h, memory, hidden"
    case .y: "y, output"
    case .z0, .z1, .z2, .z3, .hPrevious, .cPrevious: rawValue
    }
  }
}
