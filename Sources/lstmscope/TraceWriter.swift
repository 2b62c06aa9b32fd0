import Glibc
import LSTM
import Network
import TensorFiles
import Workbench

/// A trace in the forms that other programs, and screen readers, take.
struct TraceWriter {
  private let opened: Opened
  private let calls: [LayerCall]
  /// Keys and arrays, in the order in which they are written.
  private let members: [Npz.Member]

  /// - Parameter layer: The key or the layer that alone is written; nil for all.
  init(_ opened: Opened, only layer: String?) {
    self.opened = opened
    calls = opened.network.calls.filter { layer == nil || $0.key == layer || $0.layer == layer }
    members = calls.flatMap(Self.members) + Self.outputs(of: opened)
  }

  /// - Throws: `Failure` 73 or 74 where the output can't be made or written.
  func write(_ format: TraceFormat, to path: String?) throws {
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

  // MARK: - The arrays

  private static func members(_ call: LayerCall) -> [Npz.Member] {
    let trace = call.trace
    let steps = [trace.batch, trace.timesteps]
    func member(_ name: String, _ shape: [Int], _ values: [Float]) -> Npz.Member {
      Npz.Member(name: "\(call.key)/\(name)", tensor: Tensor(shape: shape, floats: values))
    }
    var members = [member("x", steps + [trace.features], trace.input.x)]
    if let mask = trace.input.mask {
      members.append(
        Npz.Member(
          name: "\(call.key)/mask",
          tensor: Tensor(shape: steps, element: .uint8, bytes: mask.map { $0 ? 1 : 0 })))
    }
    members += [
      member("zx", steps + [4 * trace.units], trace.zx), member("zh", steps + [4 * trace.units], trace.zh),
      member("z", steps + [4 * trace.units], trace.z),
    ]
    for (name, values) in [
      ("i", trace.i), ("f", trace.f), ("g", trace.g), ("o", trace.o), ("c", trace.c),
    ] {
      members.append(member(name, steps + [trace.units], values))
    }
    for (name, values) in [("h", trace.h), ("y", trace.y)] {
      members.append(member(name, steps + [trace.outputs], values))
    }
    for (name, width, values) in [
      ("h0", trace.outputs, trace.h0), ("c0", trace.units, trace.c0),
      ("h_final", trace.outputs, trace.hFinal),
      ("c_final", trace.units, trace.cFinal),
    ] {
      members.append(member(name, [trace.batch, width], values))
    }
    if call.lstm.computesInHalf, trace.firstHalfOverflow() != nil {
      // 1 where a float16 run has infinities, in the order of processing.
      let flags: [UInt8] = (0..<trace.batch).flatMap { sample in
        (0..<trace.timesteps).map { trace.halfOverflow(step: $0, sample: sample) == nil ? 0 : 1 }
      }
      members.append(
        Npz.Member(name: "\(call.key)/overflow", tensor: Tensor(shape: steps, element: .uint8, bytes: flags)))
    }
    let index = trace.timestepIndex.flatMap { timestep in
      withUnsafeBytes(of: Int32(timestep).littleEndian) { Array($0) }
    }
    members.append(
      Npz.Member(
        name: "\(call.key)/t_index", tensor: Tensor(shape: [trace.timesteps], element: .int32, bytes: index)))
    return members
  }

  /// The model's outputs, as far as the run came. Where an LSTM was fed itself they are not the model's.
  private static func outputs(of opened: Opened) -> [Npz.Member] {
    guard opened.inputs.contains(where: { $0 != nil }) else { return [] }
    let isOne = opened.graph.outputs.count == 1
    return opened.network.outputs.enumerated().compactMap { index, value in
      value.map {
        Npz.Member(
          name: isOne ? "output" : "output_\(index)", tensor: Tensor(shape: $0.shape, floats: $0.numbers))
      }
    }
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
    for call in calls {
      let trace = call.trace
      let name = Self.field(call.key)
      for sample in 0..<trace.batch {
        for step in 0..<trace.timesteps {
          for quantity in Self.quantities {
            for unit in 0..<trace.width(of: quantity) {
              let value = digits(trace.value(quantity, unit: unit, step: step, sample: sample))
              text.append(
                contentsOf:
                  "\(name),\(sample),\(trace.timestepIndex[step]),\(quantity.rawValue),\(unit),\(value)\n"
                  .utf8)
            }
          }
        }
      }
    }
    return text
  }

  /// A name as a field of csv: in quotes where a comma, a quote or a new line is in it.
  private static func field(_ name: String) -> String {
    let plain = name.withoutControls(but: "\n")
    guard plain.contains(where: { "\",\n".contains($0) }) else { return plain }
    return "\"" + plain.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
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
    var text = "\(opened.fileName.withoutControls()), input \(opened.inputName.withoutControls())\n"
    for call in calls {
      let trace = call.trace
      text +=
        "\nlayer \(call.key.withoutControls()), LSTM(\(trace.units))\n"
        + "gate order of zx, zh and z: i f g o, \(trace.units) units each\n"
      for sample in 0..<trace.batch {
        for step in 0..<trace.timesteps {
          text +=
            "\nsample \(sample) of 0 to \(trace.batch - 1), timestep \(trace.timestepIndex[step]) of 0 to "
            + "\(trace.timesteps - 1)\n"
          if trace.isMasked(step: step, sample: sample) { text += "masked: h and c are held\n" }
          if call.lstm.computesInHalf, let beyond = trace.halfOverflow(step: step, sample: sample) {
            text += beyond.sentence(in: trace) + "\n"
          }
          for quantity in Self.quantities {
            let values = (0..<trace.width(of: quantity)).map {
              digits(trace.value(quantity, unit: $0, step: step, sample: sample))
            }
            text += "\(quantity.spoken): \(values.joined(separator: " "))\n"
          }
        }
      }
    }
    for output in Self.outputs(of: opened) {
      text += "\n\(output.name), shape \(describe(output.tensor.shape))\n"
      text += output.tensor.floats.map(digits).joined(separator: " ") + "\n"
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
