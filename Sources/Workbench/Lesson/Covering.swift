import Commands
import LSTM
import Network

extension State {
  /// The state as it is shown: with what is covered taken out of everything that holds numbers of a run.
  ///
  /// This is the one place where covering happens. Views, pictures and exports draw this state and cannot show a
  /// number that is not in it; what they compute from a covered number is covered too (`Float.covered`).
  package var shown: State {
    guard !covers.isEmpty else { return self }
    var shown = self
    let covers = covers + coversOfCoupledGates + coversBeyondBridges + coversBeyondLayers
    shown.covers = covers
    shown.run = Run(trace.covered(by: covers, layer: subject.layerName))
    shown.original = original.map { Run($0.trace.covered(by: covers, layer: subject.layerName)) }
    shown.translation = translation?.covered(by: covers)
    let copies = trace.covered(beside: shown.trace)
    let hidesAll = covers.contains(.output)
    shown.subject.setOutputs(
      subject.map.outputs.map { output in
        .init(
          name: output.name, shape: output.shape,
          values: output.values.map { hidesAll || copies.contains($0.bitPattern) ? .covered : $0 },
          isSigmoid: output.isSigmoid)
      })
    shown.trial = trial.map { trial in
      let layer = subject.layerName
      return ReturnsTrial(
        need: trial.need, forward: trial.forward.map { $0.covered(by: covers, layer: layer) },
        backward: trial.backward?.map { $0.covered(by: covers, layer: layer) })
    }
    if hidesAll {
      shown.endAtCursor()
      shown.coverWhatIsPutOut()
    }
    let state = shown
    for index in explained.indices {
      shown.explained[index].number = explained[index].number?.covered { state.isCovered($0) }
    }
    // Expected numbers are the covered ones' doubles, and a finding's evidence may hold them.
    shown.expectations = ExpectedNumbers()
    shown.findings = nil
    // What a unit does over sentences is made of its c.
    if covers.contains(where: { $0.isAbout("c") }) { shown.survey = nil }
    return shown
  }
}

extension State {
  /// Ends the decoder at the cursor, so that no count of timesteps tells how long what it says is, and covers the x of
  /// the words that it said before.
  fileprivate mutating func endAtCursor() {
    guard let translation, let whole = translation.links.first?.decoder.trace.timesteps, whole > 0 else {
      return
    }
    let isDecoder = translation.isDecoder(subject.call)
    let steps = min(lastWalked, whole - 1) + 1
    self.translation = translation.ending(after: steps)
    if isDecoder {
      run = Run(trace.ending(after: steps))
      original = original.map { Run($0.trace.ending(after: steps)) }
      subject.keepWords(steps, of: whole)
    }
    // What comes of the decoder's input has as many timesteps as that.
    let behind = rows(behind: language?.target.map { [$0.name] } ?? [])
    subject.setShapes { row in
      guard behind.contains(row.name), var shape = row.shape, shape.count >= 2, shape[1] == whole else {
        return row.shape
      }
      shape[1] = steps
      return shape
    }
    subject.setOutputs(
      subject.map.outputs.map { output in
        guard output.shape.count == 3, output.shape[1] == whole else { return output }
        let shape = [output.shape[0], steps, output.shape[2]]
        return .init(
          name: output.name, shape: shape, values: Array(output.values.prefix(shape.reduce(1, *))),
          isSigmoid: output.isSigmoid)
      })
  }
}

extension State {
  /// Whether the decoder is looked at while what it says is covered.
  var hidesWords: Bool { covers.contains(.output) && translation?.isDecoder(subject.call) == true }

  /// The last timestep of the decoder that is shown while what it says is covered: where the cursor is, or its first.
  private var lastWalked: Int { translation?.isDecoder(subject.call) == true ? step : 0 }

  /// Covers h of an LSTM whose h is what the model puts out.
  fileprivate mutating func coverWhatIsPutOut() {
    guard let row = subject.map.rows.first(where: { $0.calls.contains(subject.call) }),
      subject.map.outputs.contains(where: { $0.name == row.name })
    else { return }
    let isWhole = subject.layer.returnSequences
    func hiding(_ trace: Trace) -> Trace {
      var trace = trace
      let last = trace.timesteps - 1
      trace.cover(.h) { _, step, _ in isWhole || step == last }
      return trace
    }
    run = Run(hiding(trace))
    original = original.map { Run(hiding($0.trace)) }
  }

  /// The names of the layers that read from some others, and theirs, with those.
  private func rows(behind names: [String]) -> Set<String> {
    var behind = Set(names)
    for row in subject.map.rows where row.readsFrom.contains(where: behind.contains) {
      behind.insert(row.name)
    }
    return behind
  }

  /// Whether an address names a number that tells what the decoder says: of a timestep that nobody has walked, of a
  /// word that it is fed, or of what its words are read from.
  private func tellsWords(_ address: Address) -> Bool {
    guard let translation, let layer = address.layer, address.timestep != nil || address.quantity == "y"
    else {
      return false
    }
    let timestep = address.timestep ?? 0
    if translation.links.contains(where: { $0.decoder.key == layer }) {
      return timestep > lastWalked || ["h", "y"].contains(address.quantity)
        || (timestep > 0 && ["x", "zx", "h_tm1"].contains(address.quantity))
    }
    let decoders = subject.map.rows.filter { row in
      translation.links.contains { row.calls.contains($0.decoder.call) }
    }
    let isBehind = rows(behind: decoders.map(\.name)).contains(layer)
    return isBehind
      || (timestep > 0 && rows(behind: language?.target.map { [$0.name] } ?? []).contains(layer))
  }
}

extension Trace {
  fileprivate func ending(after steps: Int) -> Trace {
    var trace = first(steps: steps)
    trace.cover(.x) { _, step, _ in step > 0 }
    trace.cover(.zx) { _, step, _ in step > 0 }
    // The words are read from it.
    trace.cover(.h) { _, _, _ in true }
    return trace
  }
}

extension Translation {
  fileprivate func ending(after steps: Int) -> Translation {
    var ended = self
    ended.links = links.map { link in
      let decoder = Part(
        call: link.decoder.call, key: link.decoder.key, trace: link.decoder.trace.ending(after: steps))
      return Link(encoder: link.encoder, decoder: decoder, from: link.from)
    }
    ended.fed = fed.map { Array($0.prefix(steps)) }
    ended.said = said.map { Array($0.prefix(steps)) }
    return ended
  }
}

extension State {
  /// Where gates are coupled each of i and f = 1 − i tells the other.
  private var coversOfCoupledGates: [Cover] {
    guard parameters.additions.couplesGates else { return [] }
    return covers.compactMap { cover in
      guard case .numbers(var address) = cover, address.layer ?? subject.layerName == subject.layerName,
        let other = ["i": "f", "f": "i"][address.quantity]
      else { return nil }
      address.quantity = other
      return .numbers(address)
    }
  }

  /// The same numbers on the other side of a bridge: an encoder's last h and c are its decoder's first.
  private var coversBeyondBridges: [Cover] {
    var more: [Cover] = []
    for link in translation?.links ?? [] where link.isJoined {
      guard let encoder = link.encoder, let last = encoder.trace.timestepIndex.last else { continue }
      for case .numbers(let address) in covers {
        if address.layer == encoder.key, address.quantity == "c" || address.quantity == "h",
          address.timestep ?? last == last
        {
          more.append(
            .numbers(
              Address(
                layer: link.decoder.key, quantity: address.quantity + "0", indices: address.indices,
                sample: address.sample)))
        }
        if address.layer == link.decoder.key, address.quantity == "c0" || address.quantity == "h0" {
          more.append(
            .numbers(
              Address(
                layer: encoder.key, quantity: String(address.quantity.prefix(1)), indices: address.indices,
                timestep: last, sample: address.sample)))
        }
      }
    }
    return more
  }
}

extension State {
  /// The same numbers in the next layer: what an LSTM puts out is the x of the LSTM that reads it.
  private var coversBeyondLayers: [Cover] {
    var more: [Cover] = []
    let rows = subject.map.rows
    func key(_ row: ModelMap.Row) -> String? {
      row.calls.count == 1 && subject.map.keys.indices.contains(row.calls.lowerBound)
        ? subject.map.keys[row.calls.lowerBound] : nil
    }
    for reader in rows {
      guard let name = reader.readsFrom.first, let writer = rows.first(where: { $0.name == name }),
        writer.shape?.count == 3, let own = key(reader), let before = key(writer)
      else { continue }
      for case .numbers(let address) in covers {
        let layer = address.layer ?? subject.layerName
        let isOutput = layer == before && (address.quantity == "h" || address.quantity == "y")
        guard isOutput || (layer == own && address.quantity == "x") else { continue }
        more.append(
          .numbers(
            Address(
              layer: isOutput ? own : before, quantity: isOutput ? "x" : "h", indices: address.indices,
              timestep: address.timestep, sample: address.sample)))
      }
    }
    return more
  }
}

extension State {
  /// Whether an address names a covered number, in the layer looked at or in another one.
  func isCovered(_ address: Address) -> Bool {
    if covers.contains(.output), isOutput(address) || isFed(address) || tellsWords(address) { return true }
    if let value = try? value(at: address) { return value.isCovered }
    return (covers + coversOfCoupledGates + coversBeyondBridges + coversBeyondLayers).contains { cover in
      guard case .numbers(let covered) = cover else { return false }
      return address.names.contains { name in
        covered.layer == name.layer && covered.names(quantity: name.quantity)
          && (covered.indices.isEmpty || covered.indices == name.indices)
          && (covered.timestep ?? name.timestep) == name.timestep
          && (covered.sample ?? name.sample) == name.sample
      }
    }
  }

  /// Whether an address names a number that the model puts out, or what it is the softmax of.
  func isOutput(_ address: Address) -> Bool {
    guard ["y", "z", "h"].contains(address.quantity), let layer = address.layer else { return false }
    return layer == "output" || subject.map.outputs.contains { $0.name == layer }
  }

  /// Whether an address names a word that the decoder is fed behind the start: what it said before.
  private func isFed(_ address: Address) -> Bool {
    guard let target = language?.target, translation != nil else { return false }
    return address.quantity == "x" && address.indices.isEmpty && address.layer == target.name
      && address.timestep != 0
  }

  /// Whether a claim is about something covered.
  func isCovered(_ claim: Claim) -> Bool {
    guard !covers.isEmpty else { return false }
    switch claim {
    case .says: return covers.contains(.output)
    case .about(let left, _, let right, _, _):
      let shown = shown
      return shown.covers(left) || shown.covers(right)
    }
  }

  /// Of the shown state: whether an expression has something covered in it.
  private func covers(_ expression: Expression) -> Bool {
    switch expression {
    case .number: return false
    case .address(let address): return isCovered(address)
    case .fact(.output), .fact(.sure):
      return covers.contains(.output) || (try? value(of: expression)).map { Float($0).isCovered } ?? false
    case .fact: return false
    case .apply(_, let inner): return covers(inner)
    case .combine(_, let left, let right): return covers(left) || covers(right)
    }
  }
}

extension Address {
  /// The address, and that of the same number one step before where it is what a step begins with.
  fileprivate var names: [Address] {
    guard quantity == "h_tm1" || quantity == "c_tm1", let timestep else { return [self] }
    var before = self
    before.quantity = String(quantity.prefix(1))
    // A direction that reads from the end comes from the timestep behind.
    before.timestep = layer?.hasSuffix("/backward") == true ? timestep + 1 : timestep - 1
    var initial = before
    initial.quantity += "0"
    initial.timestep = nil
    return before.timestep == -1 ? [self, initial] : [self, before]
  }

  /// Whether it is another name of the same number; the layer puts out its h.
  fileprivate func names(quantity other: String) -> Bool {
    quantity == other || [quantity, other].allSatisfy { $0 == "h" || $0 == "y" }
  }
}

extension Cover {
  fileprivate func isAbout(_ quantity: String) -> Bool {
    if case .numbers(let address) = self { return address.quantity == quantity }
    return false
  }
}

extension Trace {
  /// The numbers of h and c that `other` covers, by their bits: a layer's output may be the model's.
  fileprivate func covered(beside other: Trace) -> Set<UInt32> {
    var bits: Set<UInt32> = []
    for (own, shown) in [(h, other.h), (c, other.c), (y, other.y)] {
      for (value, other) in zip(own, shown) where other.isCovered { bits.insert(value.bitPattern) }
    }
    return bits
  }

  /// The trace without the covered numbers of its layer.
  func covered(by covers: [Cover], layer: String) -> Trace {
    var trace = self
    for cover in covers {
      guard case .numbers(let address) = cover, address.layer ?? layer == layer else { continue }
      let wanted = address.indices.first
      func isWanted(_ unit: Int, _ sample: Int) -> Bool {
        (wanted ?? unit) == unit && (address.sample ?? sample) == sample
      }
      func isThere(_ unit: Int, _ step: Int, _ sample: Int) -> Bool {
        isWanted(unit, sample) && (address.timestep ?? timestepIndex[step]) == timestepIndex[step]
      }
      if let quantity = Quantity(rawValue: address.quantity) {
        trace.cover(quantity, where: isThere)
      } else if address.quantity == "h_raw" {
        trace.coverUnprojected(where: isThere)
      } else {
        trace.coverInitial(memory: address.quantity == "h0", where: isWanted)
      }
    }
    return trace
  }
}

extension Translation {
  /// The translation without the covered numbers and words.
  func covered(by covers: [Cover]) -> Translation {
    let hidesWords = covers.contains(.output)
    func part(_ part: Part) -> Part {
      Part(call: part.call, key: part.key, trace: part.trace.covered(by: covers, layer: part.key))
    }
    func hidden(_ words: [String]) -> [String] { hidesWords ? words.map { _ in Self.coveredWord } : words }
    var covered = self
    covered.links = links.map { link in
      Link(encoder: link.encoder.map(part), decoder: part(link.decoder), from: link.from)
    }
    for link in links {
      let key = link.decoder.key
      covered.handed[key] = handed[key].map { state in
        // What is handed over is what arrives, before anything is done to it.
        HandedState(
          h: state.h.covered(by: covers, "h0", of: key, units: link.decoder.trace.outputs),
          c: state.c.covered(by: covers, "c0", of: key, units: link.decoder.trace.units))
      }
    }
    guard hidesWords else { return covered }
    // The first word that is fed is the start, which says nothing.
    covered.fed = fed.map { Array($0.prefix(1)) + hidden(Array($0.dropFirst())) }
    covered.said = said.map(hidden)
    covered.probabilities = []
    // As many for every sentence: their count would tell its length.
    covered.plain = Self.coveredSentence
    covered.free = Self.coveredSentence
    covered.isCovered = true
    covered.beams = []
    return covered
  }

  static let coveredWord = "░░░░"
  static let coveredSentence = Array(repeating: coveredWord, count: 3)
}

extension [Float] {
  /// Initial states, shape (batch, units), without the covered ones.
  fileprivate func covered(by covers: [Cover], _ quantity: String, of layer: String, units: Int) -> [Float] {
    guard units > 0 else { return self }
    return enumerated().map { place, value in
      let isCovered = covers.contains { cover in
        guard case .numbers(let address) = cover, address.layer == layer, address.quantity == quantity else {
          return false
        }
        return (address.indices.first ?? place % units) == place % units
          && (address.sample ?? place / units) == place / units
      }
      return isCovered ? .covered : value
    }
  }
}
