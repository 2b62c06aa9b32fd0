import Canvas
import LSTM

extension View {
  /// A heat map of one quantity: every unit over the whole sequence.
  static let sequence = View(
    position: { state in
      let samples = "sample \(state.sample)/0…\(max(0, state.trace.batch - 1))"
      let last = max(0, state.trace.timesteps - 1)
      let batch = state.subject.batch > 1 ? "batch \(state.subject.batch) · " : ""
      return
        "\(batch)\(samples) · t \(state.timestep)/0…\(last) · unit \(state.unit)/0…\(state.parameters.units - 1)"
    },
    draw: SequenceView.draw,
    sentence: SequenceView.sentence)
}

enum SequenceView {
  /// The quantities that the heat map goes through, in this order.
  static let quantities: [Quantity] = [.c, .h, .i, .f, .g, .o]

  static func draw(_ state: State, _ area: Area, _ canvas: inout Canvas) {
    guard state.trace.timesteps > 0 else { return }
    let quantity = state.quantity
    let names = quantities.map { $0 == quantity ? "[\($0.rawValue)]" : $0.rawValue }.joined(separator: " ")
    let heat = HeatPane(
      state, Area(x: area.x, y: area.y + 2, width: area.width, height: area.height - 2), quantity: quantity)
    let over = heat.scale.words == nil ? " over time" : ""
    let caption = ["\(quantity.words) of every unit\(over)", heat.scale.words, "v \(names)"]
    Frame.caption(
      caption.compactMap { $0 }.joined(separator: " · "), x: area.x, y: area.y, width: area.width,
      into: &canvas)
    number(state, heat, at: area.y + 1, width: area.width, into: &canvas)
    heat.draw(into: &canvas, withCaption: false)
  }

  /// The number under the cursor, and what the shades mean.
  private static func number(
    _ state: State, _ heat: HeatPane, at y: Int, width: Int, into canvas: inout Canvas
  ) {
    guard state.unit < state.trace.width(of: state.quantity) else {
      canvas.write(
        "▸ unit \(state.unit) has no \(state.quantity.rawValue): it is projected", x: 1, y: y, role: .dim)
      return
    }
    let value = state.trace.value(state.quantity, unit: state.unit, step: state.step, sample: state.sample)
    let name = state.unitName(state.unit).map { " \"\($0)\"" } ?? ""
    let address = "\(state.quantity.rawValue)[\(state.unit)]@\(state.timestep)#\(state.sample)\(name)"
    var x = canvas.write("▸ \(address) ", x: 1, y: y, role: .cursor)
    let text =
      state.quantity.isGate ? Number.gate(value, state.decimals) : Number.signed(value, state.decimals)
    x = canvas.write(text, x: x, y: y, role: value.isCovered ? .missing : value.isFinite ? .result : .error)
    if let original = state.original {
      let old = original.trace.value(state.quantity, unit: state.unit, step: state.step, sample: state.sample)
      if old.bitPattern != value.bitPattern {
        x = canvas.write(
          "  before the edits \(state.quantity.isGate ? Number.gate(old, state.decimals) : Number.signed(old, state.decimals))",
          x: x, y: y, role: .edited)
      }
    }
    let low = heat.isSigned ? Number.signed(-heat.scale.largest, .two) : "0"
    let high = heat.isSigned ? Number.signed(heat.scale.largest, .two) : "1"
    let steps = 15
    let start = width - 2 - low.columns - steps - high.columns - 2
    guard start > x + 1 else { return }
    canvas.write(low, x: start, y: y, role: .dim)
    for step in 0..<steps {
      let place = Float(step) / Float(steps - 1)
      let level = heat.isSigned ? (place * 2 - 1) * 31 : place * 31
      canvas[start + low.columns + 1 + step, y] = Cell(
        " ", role: heat.isSigned ? .heatSigned : .heatGate, level: Int8(level.rounded()))
    }
    canvas.write(high, x: start + low.columns + 1 + steps + 1, y: y, role: .dim)
  }

  static func sentence(_ state: State) -> String {
    guard state.trace.timesteps > 0 else { return "The sequence has no timesteps." }
    let meaning =
      switch state.quantity {
      case .c:
        "c is what each unit keeps: a colour that stays along a row is remembered, one that fades is forgotten."
      case .h:
        "h is what each unit shows: o * \(state.parameters.stateActivation.name)(c). It goes to the next layer and the next timestep."
      case .i: "i is the input gate: bright is open, dark is shut. Open, it lets the candidate into c."
      case .f: "f is the forget gate: bright keeps the carry, dark forgets it."
      case .g: "g is the candidate: what would be added to c if the input gate were open."
      case .o: "o is the output gate: bright shows c in h, dark hides it."
      case .x, .zx, .zh, .z, .z0, .z1, .z2, .z3, .y, .hPrevious, .cPrevious: ""
      }
    let stepsPerCell = HeatPane.stepsPerCell(state, width: state.size.width)
    guard stepsPerCell > 1 else { return meaning }
    return "A cell is \(stepsPerCell) timesteps and shows the largest magnitude of them. " + meaning
  }
}

extension Quantity {
  var isGate: Bool { self == .i || self == .f || self == .o }

  /// A value of it as text: gates without a sign.
  func text(_ value: Float, _ decimals: Decimals) -> String {
    isGate ? Number.gate(value, decimals) : Number.signed(value, decimals)
  }

  /// Keras' word with the textbook's.
  var words: String {
    switch self {
    case .c: "c carry, cell"
    case .h: "h memory, hidden"
    case .i: "i input gate"
    case .f: "f forget gate"
    case .g: "g candidate"
    case .o: "o output gate"
    case .x, .zx, .zh, .z, .z0, .z1, .z2, .z3, .y, .hPrevious, .cPrevious: rawValue
    }
  }
}
