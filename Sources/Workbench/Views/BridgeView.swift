import Canvas
import LSTM
import Network
import Sessions

extension View {
  /// The encoder's last states as the decoder's first, number for number, and what becomes of it if they are others.
  static let bridge = View(
    position: { state in
      [state.translation?.feeding ?? "", state.unitTitle].filter { !$0.isEmpty }.joined(separator: " · ")
    },
    draw: { state, area, canvas in BridgeView(state, area)?.draw(into: &canvas) },
    sentence: BridgeView.sentence)
}

struct BridgeView: Equatable {
  struct Row: Equatable {
    let unit: Int
    let isCursor: Bool
    /// nil where layers stand between encoder and decoder.
    let handed: [Shown]?
    let arriving: [Shown]
    let isChanged: Bool
    /// h and c on one axis, -1…1, so that one sees which of them carries.
    let bars: [Float]
  }

  struct Choice: Equatable {
    let key: String
    let title: String
    let isChosen: Bool
  }

  let area: Area
  let python: [String]
  let caption: String
  let rows: [Row]
  let window: Window
  let choices: [Choice]
  /// What is said with the states as they are, and with those that arrive.
  let plain: [Shown]
  let now: [Shown]
  let source: String
  private let numberWidth: Int
  /// Whether the decoder speaks, so that experiments change what it says.
  private let speaks: Bool
  private static let sentenceRows = 5
  private static let barWidth = 15

  init?(_ state: State, _ area: Area) {
    guard let translation = state.translation,
      let link = translation.link(of: state.subject.call) ?? translation.links.first
    else { return nil }
    self.area = area
    let decoder = link.decoder.call == state.subject.call ? state.trace : link.decoder.trace
    // An edited encoder hands over what it now ends with.
    let encoder = link.encoder.map { $0.call == state.subject.call ? state.trace : $0.trace }
    let given = translation.handed[link.decoder.key].flatMap { state.edits.isEmpty ? ($0.h, $0.c) : nil }
    let final = given ?? (link.isJoined ? encoder.map { ($0.hFinal, $0.cFinal) } : nil)
    let scale = max(1, (decoder.h0 + decoder.c0).reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 })
    python = Self.python(link, decoder)
    let names = link.encoder?.key ?? link.from.joined(separator: ", ")
    let number = translation.links.firstIndex(of: link).map {
      "bridge \($0 + 1) of \(translation.links.count)"
    }
    let place = translation.links.count > 1 ? number : nil
    numberWidth = state.decimals.signedWidth
    speaks = translation.hasWords
    let fitting = area.height - 2 - python.count - (speaks ? Self.sentenceRows + 1 : 0)
    window = Window(total: decoder.units, fitting: max(1, fitting), cursor: state.unit)
    caption = ["\(names) ⇒ \(link.decoder.key)", place, window.caption].compactMap(\.self).joined(
      separator: " · ")
    let decimals = state.decimals
    rows = window.range.map { unit in
      func shown(_ values: [Float], isEdited: Bool, _ role: Role) -> Shown {
        Shown(values[state.sample * decoder.units + unit], isEdited: isEdited, otherwise: role) {
          Number.signed($0, decimals)
        }
      }
      let isCursor = unit == state.unit
      let role: Role = isCursor ? .bright : .plain
      let place = state.sample * decoder.units + unit
      let (h, c) = (decoder.h0[place], decoder.c0[place])
      var handed: [Shown]?
      var (hDiffers, cDiffers) = (false, false)
      if let final {
        handed = [shown(final.0, isEdited: false, role), shown(final.1, isEdited: false, role)]
        hDiffers = final.0[place].bitPattern != h.bitPattern
        cDiffers = final.1[place].bitPattern != c.bitPattern
      }
      return Row(
        unit: unit, isCursor: isCursor, handed: handed,
        arriving: [shown(decoder.h0, isEdited: hDiffers, role), shown(decoder.c0, isEdited: cDiffers, role)],
        isChanged: hDiffers || cDiffers, bars: [h / scale, c / scale])
    }
    let present = translation.request?.experiment ?? .asIs
    let all = [BridgeExperiment.asIs] + BridgeExperiment.offered
    choices = all.enumerated().map { index, experiment in
      var isChosen = experiment.isLike(present)
      if case .asIs = experiment { isChosen = present == .asIs }
      var title = (isChosen ? present : experiment).title
      if isChosen, case .other(let ids) = present, let vocabulary = state.language?.source.vocabulary {
        title = "of: \(vocabulary.text(of: ids))"
      }
      return Choice(key: "\(index)", title: title, isChosen: isChosen)
    }
    source =
      state.language.flatMap { state.text(of: $0)?.source }
      ?? (translation.source.indices.contains(state.sample) ? translation.source[state.sample] : [])
      .joined(separator: " ")
    let difference = Translation.firstDifference(translation.plain, translation.free)
    plain = Self.words(translation.plain, marked: nil)
    let said = translation.said.indices.contains(state.sample) ? translation.said[state.sample] : []
    now = Self.words(
      translation.isEdited ? said : translation.free, marked: translation.isEdited ? nil : difference)
  }

  private static func words(_ words: [String], marked: Int?) -> [Shown] {
    words.enumerated().map { index, word in
      index == marked
        ? Shown("≠\(word)", role: .edited) : Shown(word, role: index > marked ?? .max ? .dim : .plain)
    }
  }

  /// What happens here, in Python, with the states called as they are handed on.
  private static func python(_ link: Translation.Link, _ decoder: Trace) -> [String] {
    let states = link.isJoined ? ["state_h", "state_c"] : link.from.map(identifier)
    let first =
      link.encoder.flatMap { link.isJoined ? $0 : nil }.map {
        "_, state_h, state_c = \(Self.identifier($0.key))(x)   # LSTM(\($0.trace.units), return_state=True)"
      } ?? "# what the encoder ended with, as the model hands it on:"
    return [
      first,
      "outputs = \(identifier(link.decoder.key))(y, initial_state=[\(states.joined(separator: ", "))])",
    ]
  }

  /// The Python variable that a layer would be in: without the number of a call, and without what no name has.
  private static func identifier(_ key: String) -> String {
    let layer = key.split(separator: "#").first ?? ""
    let name = String(layer.map { $0.isLetter || $0.isNumber ? $0 : "_" })
    return name.first?.isNumber == false ? name : "_\(name)"
  }

  /// Whether an encoder's c arrives as h, and its h as c.
  private static func isSwapped(_ link: Translation.Link) -> Bool {
    link.from.count == 2 && link.from[0].hasSuffix("_c") && link.from[1].hasSuffix("_h")
      && link.from[0].dropLast(2) == link.from[1].dropLast(2)
  }

  func draw(into canvas: inout Canvas) {
    Frame.caption(caption, x: area.x, y: area.y, width: area.width, into: &canvas)
    for (row, line) in python.enumerated() {
      canvas.write(line.cut(to: area.width - 4), x: area.x + 2, y: area.y + 1 + row, role: .accent)
    }
    let top = area.y + 1 + python.count
    let hasHanded = rows.first?.handed != nil
    let pair = numberWidth + 3
    let ends = hasHanded ? [8 + pair, 8 + 2 * pair, 10 + 3 * pair, 10 + 4 * pair] : [8 + pair, 8 + 2 * pair]
    let heads = hasHanded ? ["h handed", "⇒ h0", "c handed", "⇒ c0"] : ["h0", "c0"]
    let barStart = area.x + (ends.last ?? 0) + 5
    let hasBars = area.right - barStart >= 2 * Self.barWidth + 34
    canvas.write("unit", x: area.x + 2, y: top, role: .dim)
    for (head, end) in zip(heads, ends) { canvas.write(head, endingAt: area.x + end, y: top, role: .dim) }
    for (place, row) in rows.enumerated() {
      let y = top + 1 + place
      if row.isCursor { canvas[area.x, y] = Cell("▸", role: .cursor) }
      canvas.write("\(row.unit)", endingAt: area.x + 5, y: y, role: row.isCursor ? .cursor : .dim)
      let values = row.handed.map { [$0[0], row.arriving[0], $0[1], row.arriving[1]] } ?? row.arriving
      for (value, end) in zip(values, ends) { canvas.write(value, endingAt: area.x + end, y: y) }
      if hasBars {
        for (index, bar) in row.bars.enumerated() where !bar.isCovered {
          canvas.signedBar(bar, x: barStart + index * (Self.barWidth + 1), y: y, width: Self.barWidth)
        }
      }
    }
    if hasBars {
      canvas.write("h0", x: barStart + Self.barWidth / 2 - 1, y: top, role: .dim)
      canvas.write("c0", x: barStart + Self.barWidth / 2 + Self.barWidth, y: top, role: .dim)
    }
    let left = hasBars ? barStart + 2 * Self.barWidth + 4 : area.x + (ends.last ?? 0) + 5
    guard speaks else { return }
    drawChoices(from: top, left: left, into: &canvas)
    drawSentences(into: &canvas)
  }

  private func drawChoices(from top: Int, left: Int, into canvas: inout Canvas) {
    guard left + 20 < area.right else { return }
    canvas.write("what arrives", x: left, y: top, role: .dim)
    for (row, choice) in choices.enumerated() where top + 1 + row < area.bottom - Self.sentenceRows {
      let y = top + 1 + row
      if choice.isChosen { canvas[left, y] = Cell("▸", role: .cursor) }
      canvas.write(choice.key, x: left + 2, y: y, role: .key)
      canvas.write(
        choice.title.cut(to: area.right - left - 5), x: left + 4, y: y,
        role: choice.isChosen ? .accent : .plain)
    }
  }

  private func drawSentences(into canvas: inout Canvas) {
    // Under the table, where that leaves room.
    let used = 1 + python.count + 1 + max(rows.count, choices.count) + 2
    let y = area.y + min(used, area.height - Self.sentenceRows + 1)
    Frame.caption("what it says", x: area.x, y: y - 1, width: area.width, into: &canvas)
    canvas.write("reads", x: area.x + 2, y: y, role: .dim)
    canvas.write(source.cut(to: area.width - 14), x: area.x + 12, y: y)
    for (row, (label, words)) in [("as it is", plain), ("now", now)].enumerated() {
      canvas.write(label, x: area.x + 2, y: y + 1 + row, role: .dim)
      var x = area.x + 12
      for word in words where x + word.text.columns < area.right {
        x = canvas.write(word.text, x: x, y: y + 1 + row, role: word.role) + 1
      }
    }
  }

  static func sentence(_ state: State) -> String {
    guard let translation = state.translation else { return "" }
    let link = translation.link(of: state.subject.call) ?? translation.links.first
    guard translation.hasWords else {
      let from = link?.from.joined(separator: ", ") ?? ""
      return link?.isJoined == true
        ? "The last h and c of \(link?.encoder?.key ?? "") are the first of \(link?.decoder.key ?? ""), number for number. "
          + "Numbers are read and put out here, not words: Model shows the outputs."
        : "\(link?.decoder.key ?? "") begins with h and c from \(from), and not with zeros."
    }
    guard let request = translation.request else {
      return "The encoder's states start the decoder. Arrays were given: :text SENTENCE lets it speak."
    }
    if translation.isEdited {
      return "An edit stands on the way: * marks what differs. \(translation.summary)"
    }
    guard request.experiment == .asIs else { return translation.summary }
    if let link, isSwapped(link) {
      return
        "\(link.from[0]) arrives as h and \(link.from[1]) as c: Keras wants initial_state=[h, c]. Are they swapped?"
    }
    let beside =
      translation.readsEncoderBeside
      ? "Beside them the decoder looks at what the encoder put out at every word."
      : "All that the decoder knows of the sentence went over here."
    return link?.isJoined == true
      ? "The encoder's last h and c are the decoder's first, number for number. \(beside)"
      : "The decoder begins with what \(link?.from.joined(separator: ", ") ?? "") made of the encoder's states. "
        + beside
  }
}

extension BridgeExperiment {
  /// Whether it is the same kind, whatever its numbers.
  fileprivate func isLike(_ other: BridgeExperiment) -> Bool {
    switch (self, other) {
    case (.asIs, .asIs), (.memoryOnly, .memoryOnly), (.carryOnly, .carryOnly), (.swapped, .swapped),
      (.zero, .zero), (.rounded, .rounded), (.noise, .noise), (.other, .other):
      true
    case (.asIs, _), (.memoryOnly, _), (.carryOnly, _), (.swapped, _), (.zero, _), (.rounded, _),
      (.noise, _), (.other, _):
      false
    }
  }
}
