package import Commands
import LSTM
import Network
import Sessions

extension State {
  mutating func type(_ scalar: Unicode.Scalar) {
    switch mode {
    case .prompt(var prompt):
      prompt.text.unicodeScalars.append(scalar)
      prompt.stem = nil
      mode = .prompt(prompt)
    case .edit(var field):
      guard "0123456789.+-eE".unicodeScalars.contains(scalar) else {
        message = .init("type a number; Esc leaves the edit row")
        return
      }
      field.text = (field.text ?? "") + String(scalar)
      mode = .edit(field)
    case .lesson(.answering(let text)): mode = .lesson(.answering(text + String(scalar)))
    case .explore, .help, .code, .demos, .lesson: break
    }
  }

  /// Leaves the edit row, the command line or the help; what was typed and not taken is said.
  mutating func cancel() {
    if case .edit(let field) = mode, let text = field.text, !text.isEmpty {
      message = .init("\(text) was not taken; Enter takes what is typed")
    }
    mode = resting
  }

  mutating func erase() {
    switch mode {
    case .prompt(var prompt):
      guard !prompt.text.isEmpty else {
        mode = resting
        return
      }
      prompt.text.removeLast()
      prompt.stem = nil
      mode = .prompt(prompt)
    case .edit(var field):
      field.text = field.text.map { String($0.dropLast()) }
      mode = .edit(field)
    case .lesson(.answering(let text)):
      mode = text.isEmpty ? resting : .lesson(.answering(String(text.dropLast())))
    case .explore, .help, .code, .demos, .lesson: break
    }
  }

  mutating func complete(by: Int) {
    guard case .prompt(var prompt) = mode else { return }
    let stem = prompt.stem ?? prompt.text
    let candidates = completions(of: stem, words: completionWords)
    guard !candidates.isEmpty else {
      message = .init("nothing completes '\(stem)'")
      return
    }
    if prompt.stem != nil, candidates.contains(prompt.text) {
      prompt.text = candidates.element(after: prompt.text, by: by)
    } else {
      prompt.text = by > 0 ? candidates[0] : candidates[candidates.count - 1]
    }
    prompt.stem = stem
    if candidates.count == 1 {
      prompt.stem = nil
      if !prompt.text.contains(" "), CommandRow.named(prompt.text)?.argument.isEmpty == false {
        prompt.text += " "
      }
    } else {
      let words = candidates.map { String($0.split(separator: " ").last ?? "") }
      message = .init(words.joined(separator: "  "))
    }
    mode = .prompt(prompt)
  }

  mutating func recall(by: Int) {
    guard case .prompt(var prompt) = mode, !history.isEmpty else { return }
    let place = (prompt.recalled ?? history.count) + by
    prompt.recalled = min(max(0, place), history.count)
    prompt.text = place >= history.count ? "" : history[max(0, place)]
    prompt.stem = nil
    mode = .prompt(prompt)
  }

  mutating func commit() -> [Effect] {
    switch mode {
    case .edit(let field): return commitEdit(field)
    case .prompt(let prompt):
      mode = resting
      let line = prompt.text.drop { $0 == " " }
      guard !line.isEmpty else { return [] }
      if history.last != prompt.text { history.append(prompt.text) }
      do {
        return try perform(Command(parsing: String(line)))
      } catch {
        message = .init(error.message, .error)
        return []
      }
    case .demos(let row):
      mode = resting
      return demos.indices.contains(row) ? open(demo: demos[row].name) : []
    case .lesson(.answering(let text)):
      mode = resting
      if !text.isEmpty { answer(text) }
      return []
    case .lesson(.contents(let row)): return turn(to: row)
    case .explore, .help, .code, .lesson(.reading): return []
    }
  }

  private func completionWords(_ kind: CommandRow.Completion) -> [String] {
    switch kind {
    case .views: availableViews.map(\.rawValue)
    case .decimals: Decimals.allCases.map(\.rawValue)
    case .names: Names.allCases.map(\.rawValue)
    case .themes: themes
    case .addresses: Address.quantities
    case .languages: Snippet.Language.allCases.map(\.rawValue)
    case .words: language?.source.vocabulary.ordinaryWords ?? []
    case .targetWords: language?.target?.vocabulary.ordinaryWords ?? []
    case .experiments: BridgeExperiment.words
    case .demos: demos.map(\.name)
    case .lessons: lessons
    case .flags: Flags.words
    }
  }

  /// Carries out one command.
  mutating func perform(_ command: Command) -> [Effect] {
    if command.leavesExplain { explained = [] }
    switch command {
    case .goto(let target): go(toTimestep: target)
    case .gotoNonFinite:
      if subject.map.callCount > 1, !isRunning { return [.findNonFinite] }
      if let place = run.firstNonFinite {
        select(place)
        view = .step
      } else {
        message = .init("no NaN and no infinity in any sample, unit or timestep")
      }
    case .gotoAddress(let address): go(to: address)
    case .unit(let target):
      if inRange(target, parameters.units, "unit") { unit = target }
    case .sample(let target):
      if inRange(target, trace.batch, "sample") { sample = target }
    case .line(let target):
      if inRange(target - 1, formula.lines.count, "line", counting: 1) { line = target - 1 }
    case .view(let name):
      choose(name, of: ViewName.allCases, "view") { state, view in
        if let reason = state.emptiness(of: view) {
          state.message = .init(reason, .error)
        } else {
          state.view = view
        }
      }
    case .decimals(let name):
      choose(name, of: Decimals.allCases, "decimals") { $0.decimals = $1 }
    case .names(let name):
      choose(name, of: Names.allCases, "names") { $0.names = $1 }
    case .theme(let name):
      guard themes.contains(name) else {
        refuse(name, of: themes, "theme")
        return []
      }
      theme = name
    case .edit(let address, let value): return edit(address, value)
    case .explain(let address): return address.map { explain($0) } ?? explainSelected()
    case .code(let language, let path): return showCode(language, path: path)
    case .undo: return undo()
    case .redo: return redo()
    case .reset: return resetEdits()
    case .write(let path, let force): return [.write(path: path, overwrite: force)]
    case .export(let path, let force): return [.export(path: path, overwrite: force)]
    case .text(let text): return translate(text: text)
    case .target(let text): return force(text: text)
    case .bridge(let name, let number):
      if name.hasPrefix("other ") { return experiment(withStatesOf: String(name.dropFirst("other ".count))) }
      guard let wanted = BridgeExperiment(name: name, number: number) else {
        refuse(name, of: BridgeExperiment.words, "experiments")
        return []
      }
      return experiment(wanted)
    case .beams(let width): return setBeamWidth(width)
    case .name(let name): nameUnit(name)
    case .demo(let name): return open(demo: name)
    case .save(let path, let force): return [.save(path: path, overwrite: force)]
    case .layer(let name): return open(layer: name)
    case .flags(let words): show(flags: words)
    case .focus(let words): focus = words
    case .hide(let covers): hide(covers)
    case .reveal: reveal()
    case .ask, .hint: refuseQuestion()
    case .expect(let claim): check(claim)
    case .answer(let text): answer(text)
    case .lesson(let name): return open(lesson: name)
    case .page(let page): return turn(to: page)
    case .score(let path, let force): return writeScore(to: path, overwrite: force)
    case .play: return update(&self, with: .play)
    case .help: mode = .help(scroll: 0)
    case .quit(let force): return force ? [.quit] : quit()
    }
    return []
  }

  /// Moves to the number that an address names, or says why it does not and stays.
  package mutating func go(to address: Address) {
    var there = self
    guard there.place(at: address) else {
      message = there.message
      return
    }
    self = there
  }

  /// - Returns: Whether there is such a place; `message` says why not.
  private mutating func place(at address: Address) -> Bool {
    guard isHere(address) else { return false }
    if let target = address.sample {
      guard inRange(target, trace.batch, "sample") else { return false }
      sample = target
    }
    if let target = address.timestep {
      guard inRange(target, trace.timesteps, "timestep") else { return false }
      step = step(reading: target) ?? step
    }
    view = .step
    let index = address.indices.first
    if address.quantity == "h_raw" {
      guard parameters.additions.projection != nil else {
        message = .init(
          "\(address.text): there is no projection; what the output gate shows is h itself", .error)
        return false
      }
      if let index {
        guard inRange(index, parameters.units, "unit") else { return false }
        unit = index
      }
      line = formula.index(of: .memory)
      return true
    }
    if let quantity = Quantity(rawValue: address.quantity) {
      if let index {
        guard inRange(index, trace.width(of: quantity), quantity == .x ? "feature" : "unit") else {
          return false
        }
        if quantity != .x { unit = index % parameters.units }
      }
      line = formula.index(of: quantity.line)
      return true
    }
    guard address.quantity == "h0" || address.quantity == "c0" else {
      message = .init("\(address.text) is a weight; lstmscope inspect lists those", .error)
      return false
    }
    if let index {
      guard inRange(index, address.quantity == "h0" ? trace.outputs : parameters.units, "unit") else {
        return false
      }
      unit = index
    }
    step = 0
    line = formula.index(of: address.quantity == "c0" ? .cPrevious : .hPrevious)
    return true
  }

  private mutating func isHere(_ address: Address) -> Bool {
    guard let layer = address.layer, layer != subject.layerName else { return true }
    message = .init("the layer looked at is \(subject.layerName), not \(layer)", .error)
    return false
  }

  private mutating func edit(_ address: Address, _ value: Float) -> [Effect] {
    var there = self
    guard let target = there.target(at: address) else {
      message = there.message
      return []
    }
    self = there
    return set(target, to: value)
  }

  /// Moves to the number that is to be edited.
  private mutating func target(at address: Address) -> Edit.Target? {
    guard isHere(address) else { return nil }
    let index = address.indices.first ?? 0
    if let target = address.sample {
      guard inRange(target, trace.batch, "sample") else { return nil }
      sample = target
    }
    switch address.quantity {
    case "x":
      let timestep = address.timestep ?? timestep
      guard inRange(index, trace.features, "feature"), inRange(timestep, trace.timesteps, "timestep") else {
        return nil
      }
      step = step(reading: timestep) ?? step
      return .x(feature: index, timestep: timestep)
    case "h0", "c0":
      guard inRange(index, address.quantity == "h0" ? trace.outputs : parameters.units, "unit") else {
        return nil
      }
      step = 0
      unit = index
      return address.quantity == "h0" ? .h0(unit: index) : .c0(unit: index)
    default:
      message = .init("\(address.text) cannot be edited; x, h0 and c0 can", .error)
      return nil
    }
  }

  private mutating func inRange(_ index: Int, _ count: Int, _ what: String, counting first: Int = 0) -> Bool {
    if (0..<count).contains(index) { return true }
    message = .init(
      "there is no \(what) \(index + first); they run from \(first) to \(count - 1 + first)", .error)
    return false
  }

  private mutating func choose<Choice: RawRepresentable<String>>(
    _ name: String, of all: [Choice], _ what: String, then set: (inout State, Choice) -> Void
  ) {
    let begun = all.filter { $0.rawValue.hasPrefix(name) }
    if let choice = Choice(rawValue: name) ?? (begun.count == 1 ? begun[0] : nil) {
      set(&self, choice)
    } else {
      refuse(name, of: all.map(\.rawValue), what)
    }
  }

  private mutating func refuse(_ name: String, of all: [String], _ what: String) {
    message = .init("'\(name)' is none of the \(what): \(all.joined(separator: " "))", .error)
  }
}
