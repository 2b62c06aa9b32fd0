import LSTM
import Network

/// What the line just executed did to the selected unit, in plain words.
struct Sentence {
  private let state: State
  private let moment: Moment
  private let unit: Int

  init(_ state: State) {
    self.state = state
    moment = Moment(state)
    unit = state.unit
  }

  var text: String {
    guard state.trace.timesteps > 0 else {
      return "The sequence has no timesteps: there is nothing to step through."
    }
    if isMasked { return "masked: h and c are held. z and the gates were computed and thrown away." }
    if let spoilt = nonFinite { return spoilt }
    if state.subject.layer.computesInHalf,
      let beyond = state.trace.halfOverflow(step: state.step, sample: state.sample),
      beyond.place.quantity.line <= moment.line
    {
      return beyond.sentence(in: state.trace)
    }
    switch moment.line {
    case .hPrevious: return hPrevious
    case .cPrevious: return cPrevious
    case .inputProduct: return inputProduct
    case .recurrentProduct: return recurrentProduct
    case .bias:
      return
        "The bias is added: where the gates lean when nothing comes in. It is the same at every timestep."
    case .split:
      return
        "z is cut into four parts of \(units): \(names.parts[0]) for the input gate, \(names.parts[1]) for the forget "
        + "gate, \(names.parts[2]) for the candidate, \(names.parts[3]) for the output gate."
    case .inputGate:
      return gate(.i, part: names.parts[0], does: "lets in", what: "of the candidate", noun: "The input gate")
    case .forgetGate where state.parameters.additions.couplesGates:
      return
        "The gates are coupled: what the input gate does not let in, \(Number.percent(value(.f))), is what is kept of the carry."
    case .forgetGate:
      return gate(.f, part: names.parts[1], does: "keeps", what: "of the carry", noun: "The forget gate")
    case .carry: return carry
    case .outputGate:
      return gate(
        .o, part: names.parts[3], does: "shows", what: "of \(state.parameters.stateActivation.name)(c)",
        noun: "The output gate")
    case .memory: return memory
    case .result: return result
    case .peephole: return peephole
    case .clip: return clip
    case .outputPeephole: return outputPeephole
    case .projection: return projection
    }
  }

  /// What to say where the line's result is NaN or infinite: which term made it so.
  private var nonFinite: String? {
    guard moment.line.makesZ, moment.line != .split else { return nil }
    for part in 0..<4 {
      guard let sum = moment.part(part, unit).number, !sum.isFinite else { continue }
      let column = part * state.parameters.units + unit
      let name = "\(names.parts[part]) of unit \(unit)"
      let before = Moment(state, at: state.formula.lines[max(0, state.line - 1)]).part(part, unit).number
      if moment.line != .inputProduct, let before, !before.isFinite {
        return
          "\(name) is \(number(sum)) since a line before; what is added to it changes nothing. \(Self.spreads)"
      }
      return "From this line on \(name) is \(number(sum)): \(term(column)). \(Self.spreads)"
    }
    return nil
  }

  /// The term of the active line that is not finite in one column of z.
  private func term(_ column: Int) -> String {
    func product(_ product: Trace.SpoiledProduct?, _ operand: String, _ kernel: String) -> String {
      guard let product else { return "the terms are finite, their sum is not" }
      return
        "\(operand)[\(product.row)] * \(kernel)[\(product.row),\(column)] is \(number(product.operand)) * "
        + number(product.weight)
    }
    let (step, sample) = (state.step, state.sample)
    switch moment.line {
    case .inputProduct:
      return product(
        state.trace.spoiledInputProduct(of: state.parameters, column: column, step: step, sample: sample),
        "x", "kernel")
    case .recurrentProduct:
      return product(
        state.trace.spoiledRecurrentProduct(of: state.parameters, column: column, step: step, sample: sample),
        names.hPrevious, "recurrent_kernel")
    case .bias: return "bias[\(column)] is \(number(state.parameters.bias?[column] ?? 0))"
    case .peephole:
      let (part, unit) = (column / state.parameters.units, column % state.parameters.units)
      let added = state.trace.peepholeTerm(
        of: state.parameters, gate: part, unit: unit, step: step, sample: sample)
      return "its peephole adds \(number(added))"
    case .hPrevious, .cPrevious, .split, .clip, .inputGate, .forgetGate, .carry, .outputPeephole, .outputGate,
      .memory, .projection, .result:
      return ""
    }
  }

  private var names: Names { state.names }
  private var units: String { state.parameters.units == 1 ? "1 unit" : "\(state.parameters.units) units" }
  private var candidate: String { state.parameters.activation.name }
  private var isFirst: Bool { state.step == 0 }
  private var isLast: Bool { state.step == state.trace.timesteps - 1 }

  private var isMasked: Bool {
    state.trace.isMasked(step: state.step, sample: state.sample)
  }

  private func value(_ quantity: Quantity) -> Float { moment.number(quantity, unit: unit) }

  private func number(_ value: Float) -> String { Number.signed(value, state.decimals) }

  private var hPrevious: String {
    guard unit < state.trace.outputs else { return noMemory }
    if !isFirst {
      return
        "\(names.hPrevious) is what the layer put out one timestep ago: unit \(unit) said \(number(value(.hPrevious)))."
    }
    if state.subject.carriesStates {
      return
        "\(names.hPrevious) is carried from batch \(state.subject.batch - 1), where h of unit \(unit) ended at "
        + "\(number(value(.hPrevious))): the layer is stateful. r resets it to zero."
    }
    if let bridged = bridged("memory", names.hPrevious, value(.hPrevious)) { return bridged }
    return state.trace.input.h0 == nil
      ? "Before the first timestep there was nothing: \(names.hPrevious) is the initial memory state, zero."
      : "\(names.hPrevious) is the initial memory state that was handed in: \(number(value(.hPrevious)))."
  }

  private var cPrevious: String {
    if !isFirst {
      return "\(names.cPrevious) is what unit \(unit) has kept so far: \(number(value(.cPrevious))). "
        + "It stays inside: Keras does not return it."
    }
    if state.subject.carriesStates {
      return
        "\(names.cPrevious) is carried from batch \(state.subject.batch - 1), where c of unit \(unit) ended at "
        + "\(number(value(.cPrevious))): the layer is stateful. r resets it to zero."
    }
    if let bridged = bridged("carry", names.cPrevious, value(.cPrevious)) { return bridged }
    return state.trace.input.c0 == nil
      ? "\(names.cPrevious) is the initial carry state, zero: the layer remembers nothing yet."
      : "\(names.cPrevious) is the initial carry state that was handed in: \(number(value(.cPrevious)))."
  }

  /// What came over the bridge to the decoder's first timestep.
  private func bridged(_ what: String, _ name: String, _ value: Float) -> String? {
    guard let translation = state.translation, translation.isDecoder(state.subject.call),
      let link = translation.link(of: state.subject.call)
    else { return nil }
    let from = link.encoder.map { "\($0.key)'s last \(what) state" } ?? "made of the encoder's states"
    return translation.isChanged
      ? "\(name) came over the bridge, changed on the way (\(translation.request?.experiment.title ?? "")): \(number(value))."
      : "\(name) came over the bridge: it is \(from), \(number(value)) in unit \(unit)."
  }

  private var inputProduct: String {
    let features = state.trace.features == 1 ? "the feature" : "the \(state.trace.features) features"
    return "x has its say: each part of z weighs \(features) of x with its own column of the kernel."
  }

  private var recurrentProduct: String {
    isFirst && state.trace.input.h0 == nil
      ? "The memory of the step before would have its say here, but \(names.hPrevious) is still zero: nothing is added."
      : "The step before has its say: \(names.hPrevious) of all \(outputs), weighed by the recurrent kernel, is added."
  }

  /// A gate between 0 and 1 is a share; another recurrent activation is a factor.
  private func gate(
    _ quantity: Quantity, part: String, does: String, what: String, noun: String
  ) -> String {
    let value = value(quantity)
    guard value.isFinite else {
      return "\(noun) is \(number(value)): \(part) was not finite. \(Self.spreads)"
    }
    let activation = state.parameters.recurrentActivation.name
    if value < 0 || value > 1 {
      return "\(noun) is \(number(value)): \(activation) is not bound to 0…1, so it scales what it meets."
    }
    let degree =
      value == 0
      ? " It is shut."
      : value == 1
        ? " It is open."
        : value < 0.05
          ? " It is nearly shut."
          : value > 0.95 ? " It is nearly open." : ""
    return "\(noun) \(does) \(Number.percent(value)) \(what).\(degree)"
  }

  private var carry: String {
    let kept = state.trace.kept(unit: unit, step: state.step, sample: state.sample)
    let admitted = state.trace.admitted(unit: unit, step: state.step, sample: state.sample)
    let c = value(.c)
    guard c.isFinite else {
      return "c is \(number(c)): \(number(kept)) and \(number(admitted)) were added. \(Self.spreads)"
    }
    return
      "The forget gate keeps \(Number.percent(value(.f))) of the carry: \(number(kept)). The input gate lets in "
      + "\(Number.percent(value(.i))) of the candidate: \(number(admitted)). Their sum is the new carry, "
      + "\(addsUp(kept, admitted, c) ? "" : "≈ ")\(number(c))."
  }

  /// Whether the parts add up to the sum as they are rounded on the screen.
  private func addsUp(_ a: Float, _ b: Float, _ sum: Float) -> Bool {
    guard state.decimals != .exact else { return a + b == sum }
    var scale = 1.0
    for _ in 0..<state.decimals.digits { scale *= 10 }
    func units(_ value: Float) -> Double { (Double(value) * scale).rounded(.toNearestOrEven) }
    return units(a) + units(b) == units(sum)
  }

  private var memory: String {
    let h = moment.unprojected(unit: unit)
    let activated = state.trace.activatedCarry(
      state.parameters.stateActivation, unit: unit, step: state.step, sample: state.sample)
    guard h.isFinite else { return "h is \(number(h)). \(Self.spreads)" }
    return
      "The output gate shows \(Number.percent(value(.o))) of \(state.parameters.stateActivation.name)(\(number(value(.c)))) = "
      + "\(number(activated)) as h = \(number(h)). c holds what h does not show."
  }

  private var outputs: String {
    state.parameters.additions.projection == nil ? units : "\(state.trace.outputs) outputs"
  }

  /// What is said of a unit that a projection leaves without an h of its own.
  private var noMemory: String {
    "\(names.hPrevious) has \(state.trace.outputs) columns, made of all \(units) by the projection; unit \(unit) has none of its own."
  }

  private var peephole: String {
    let (step, sample) = (state.step, state.sample)
    func added(_ gate: Int) -> String {
      number(
        state.trace.peepholeTerm(of: state.parameters, gate: gate, unit: unit, step: step, sample: sample))
    }
    return
      "The carry looks into the gates: \(names.cPrevious) times a weight of its own adds \(added(0)) to \(names.parts[0]) and "
      + "\(added(1)) to \(names.parts[1])."
  }

  private var clip: String {
    let limit = state.parameters.additions.clip ?? 0
    let before = (0..<4).filter { part in
      let number = state.trace.preactivation(
        of: state.parameters, after: .peephole, column: part * state.parameters.units + unit,
        step: state.step,
        sample: state.sample)
      return abs(number) > limit
    }
    let cut = before.map { names.parts[$0] }.joined(separator: ", ")
    return "What is beyond -\(limit)…\(limit) is cut off there: "
      + (cut.isEmpty ? "nothing of unit \(unit) is." : "\(cut) of unit \(unit).")
  }

  private var outputPeephole: String {
    let added = state.trace.peepholeTerm(
      of: state.parameters, gate: 2, unit: unit, step: state.step, sample: state.sample)
    return "The new carry looks into the output gate: it adds \(number(added)) to \(names.parts[3])."
  }

  private var projection: String {
    let columns = state.trace.outputs
    guard unit < columns else {
      return
        "o * \(state.parameters.stateActivation.name)(c) of all \(units) becomes h of \(columns) columns; unit \(unit) has none of its own."
    }
    return
      "o * \(state.parameters.stateActivation.name)(c) of all \(units), weighed by the projection, becomes h of \(columns) columns; "
      + "column \(unit) is \(number(value(.h)))."
  }

  /// What a decoder says at this timestep.
  private var says: String? {
    guard let translation = state.translation, translation.isDecoder(state.subject.call),
      let best = translation.candidates(sample: state.sample, step: state.step, count: 1).first
    else { return nil }
    let fed = translation.fed.indices.contains(state.sample) ? translation.fed[state.sample] : []
    let here = fed.indices.contains(state.step) ? "Fed \(fed[state.step]), it says" : "It says"
    let said = "\(here) \(best.word) (\(Number.probability(best.probability)))"
    let start = isFirst ? "h and c came over the bridge. " : ""
    guard fed.indices.contains(state.step + 1) else {
      return best.word == translation.end
        ? "\(said): the sentence is done." : "\(start)\(said). It is fed no more."
    }
    let next = fed[state.step + 1]
    return start + said + (next == best.word ? ", which it is fed next." : "; it is fed \(next) next.")
      + (isFirst ? "" : " h and c go on to the next timestep.")
  }

  /// What an encoder has read by this timestep.
  private var reads: String? {
    guard let translation = state.translation, !translation.isDecoder(state.subject.call),
      let link = translation.link(of: state.subject.call), link.isJoined,
      let word = state.words.flatMap({ $0.indices.contains(state.step) ? $0[state.step] : nil })
    else { return nil }
    return isLast
      ? "\(word) is the last word that is read: h and c go over the bridge ⇒ and start the decoder. → goes there."
      : "\(word) is read: h and c go on to the next word as \(names.hPrevious) and \(names.cPrevious)."
  }

  private var result: String {
    if let spoken = says ?? reads { return spoken }
    return ResultSentence(
      layer: state.subject.layer, names: names, step: state.step, timesteps: state.trace.timesteps,
      timestep: state.trace.timestepIndex[state.step]
    ).text
  }

  private static let spreads = "Whatever meets it becomes NaN or infinite too."
}
