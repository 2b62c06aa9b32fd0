import Canvas
import LSTM
import Network

/// c and h of the selected unit along the sequence, with the cursor; x at the present timestep.
///
/// Where a bridge is, the encoder's sequence goes on as the decoder's: one row of time. Where words are read
/// they stand over their timesteps.
struct Timeline: Equatable {
  struct Row: Equatable {
    let label: String
    let cells: [Shown]
  }

  let window: Window
  let labelWidth: Int
  /// Where each column in sight ends, counted from the labels' right edge.
  let ends: [Int]
  let rows: [Row]
  /// The first column behind the bridge; nil where there is none.
  let bridge: Int?
  /// Whether something else arrives than was handed over.
  let isChanged: Bool
  /// What the two sides are, over the timeline.
  let captions: [String]
  /// Whether x has a row of its own.
  let hasFields: Bool
  /// x at this timestep, or the edit row.
  let fields: [Field]
  let fieldsLabel: String

  struct Field: Equatable {
    let label: String
    let value: String
    let role: Role
    var isEdited = false
  }

  /// A step of one of the tracks.
  private struct Column {
    let track: Track
    let step: Int
    let isCursor: Bool

    var isMasked: Bool = false
  }

  /// - Parameter height: Rows that there are room for: four, or more.
  init(_ state: State, width: Int, height: Int) {
    let unit = state.unit
    let tracks = state.tracks
    let moment = Moment(state)
    let total = tracks.reduce(0) { $0 + $1.trace.timesteps }
    /// Made for those in sight alone: a sequence may have millions.
    func column(_ index: Int) -> Column {
      var step = index
      var place = 0
      while place < tracks.count - 1, step >= tracks[place].trace.timesteps {
        step -= tracks[place].trace.timesteps
        place += 1
      }
      let track = tracks[place]
      return Column(
        track: track, step: step, isCursor: track.isHere && step == state.step,
        isMasked: track.trace.isMasked(step: step, sample: state.sample))
    }
    let hasWords = tracks.contains { $0.words != nil }
    let hasSaid = tracks.contains { $0.said != nil }
    let isJoined = tracks.count > 1
    labelWidth =
      hasWords
      ? "h[\(state.parameters.units - 1)]".count + (width < 140 ? 3 : 12)
      : max(21, 2 + "h[\(state.parameters.units - 1)] memory, hidden".count + 1)
    let decimals = Self.decimals(state, columns: total, room: width - labelWidth - 1, hasWords)
    let widest = "\(tracks.last?.trace.timesteps ?? 0)".count
    let isMasked = tracks.contains { $0.trace.input.mask != nil }
    let plain =
      hasWords
      ? decimals.signedWidth + 1 : max(decimals.signedWidth + 2, widest + (isMasked ? 8 : 3))
    let bridge = isJoined ? tracks[0].trace.timesteps : nil
    self.bridge = bridge
    isChanged = state.translation?.isChanged ?? false
    func wordWidth(_ column: Column) -> Int {
      let words = [column.track.words, column.track.said].compactMap { words in
        words.flatMap { $0.indices.contains(column.step) ? $0[column.step].columns : nil }
      }
      // Brackets and a gap.
      return min(words.max() ?? 0, Self.longestWord) + (column.isMasked ? 4 : 3)
    }
    let before = tracks.firstIndex(where: \.isHere).map {
      tracks[..<$0].reduce(0) { $0 + $1.trace.timesteps }
    }
    let cursor = (before ?? 0) + state.step
    let room = width - labelWidth - 1
    if hasWords, total <= Self.mostMeasured {
      // Room for the bridge before the first column behind it.
      let widths = (0..<total).map { max(plain, wordWidth(column($0))) + ($0 == bridge ? 2 : 0) }
      window = Window(widths: widths, room: room, cursor: cursor, joint: bridge)
      ends = window.range.reduce(into: []) { $0.append(($0.last ?? 0) + widths[$1]) }
    } else {
      let widest = hasWords ? max(plain, Self.longestWord + 4) : plain + (isJoined ? 2 : 0)
      window = Window(total: total, fitting: room / widest, cursor: cursor, joint: bridge)
      ends = (1...max(1, window.count)).map { $0 * widest }
    }
    let window = window
    let shown = window.range.map(column)

    func cells(_ quantity: Quantity, done: FormulaLine, reads: Set<FormulaLine>) -> [Shown] {
      shown.enumerated().map { offset, column in
        let trace = column.track.trace
        // A projection leaves h fewer columns than there are units.
        guard unit < trace.width(of: quantity) else { return unit < trace.units ? .absent : .missing }
        let number = trace.value(quantity, unit: unit, step: column.step, sample: state.sample)
        if column.isCursor, !moment.isDone(done) { return .missing }
        let mark: Shown.Mark =
          if column.isCursor, moment.line == done {
            .result
          } else if column.isCursor, moment.line == .result || (quantity == .c && moment.line == .memory) {
            .operand
          } else if window.start + offset == cursor - 1, reads.contains(moment.line) {
            .operand
          } else {
            .none
          }
        let old = column.track.before?.value(quantity, unit: unit, step: column.step, sample: state.sample)
        let isEdited = old.map { $0.bitPattern != number.bitPattern } ?? false
        let role: Role = column.isCursor ? .bright : .dim
        return Shown(number, mark: mark, isEdited: isEdited, otherwise: role) { Number.signed($0, decimals) }
      }
    }
    func words(_ list: (Track) -> [String]?) -> [Shown] {
      shown.enumerated().map { offset, column in
        let all = list(column.track)
        guard let all, all.indices.contains(column.step) else { return Shown("") }
        // A masked timestep is frozen: h and c are held there.
        let held = column.isMasked ? "=" : ""
        // What comes behind the cursor is there to be seen, and has not been read or said yet.
        let isLater = window.start + offset > cursor
        return Shown(
          held + all[column.step].cut(to: Self.longestWord),
          role: column.isCursor ? .bright : isLater ? .dim : .plain)
      }
    }
    var rows: [Row] = []
    if hasWords {
      let read = words { track in
        track.words ?? track.trace.timestepIndex.map(String.init)
      }
      rows.append(
        Row(
          label: hasSaid ? "in" : "reads",
          cells: zip(shown, read).map { column, word in
            // Keras' own [start] is in brackets already.
            let isBracketed = word.text.hasPrefix("[")
            return column.isCursor
              ? Shown(isBracketed ? "▸\(word.text)" : "[\(word.text)]", role: .accent) : word
          }))
    } else {
      rows.append(
        Row(
          label: Self.label(state),
          cells: shown.map { column in
            let timestep = "\(column.track.trace.timestepIndex[column.step])\(column.isMasked ? " held" : "")"
            return column.isCursor
              ? Shown("[\(timestep)]", role: .accent) : Shown(timestep, role: .dim)
          }))
    }
    if hasSaid { rows.append(Row(label: "out", cells: words(\.said))) }
    rows.append(
      Row(
        label: hasWords ? "c[\(unit)]\(width < 140 ? "" : " carry")" : "c[\(unit)] carry, cell",
        cells: cells(.c, done: .carry, reads: [.cPrevious, .carry])))
    rows.append(
      Row(
        label: hasWords ? "h[\(unit)]\(width < 140 ? "" : " memory")" : "h[\(unit)] memory, hidden",
        cells: cells(.h, done: state.formula.memoryLine, reads: [.hPrevious, .recurrentProduct])))
    var isEditing = false
    if case .edit = state.mode { isEditing = true }
    // Where four rows are all there is, what is said makes room for the edit row.
    if isEditing, hasSaid, height <= 4 { rows.remove(at: 1) }
    if let row = Self.onlyFeature(state, shown, decimals, isEditing: isEditing), rows.count < height {
      // A single feature says in one row all that there is to say of x.
      rows.insert(row, at: 1)
      hasFields = false
    } else {
      hasFields = rows.count < height
    }
    if rows.count + (hasFields ? 1 : 0) < height {
      rows.append(Self.extra(state, shown, decimals, moment, hasWords: hasWords))
    }
    if state.hasStandings {
      rows.append(Self.standings(state, Array(shown), moment, labelWidth: labelWidth))
    }
    self.rows = rows
    captions = Self.captions(state, tracks)
    (fieldsLabel, fields) = Self.fields(state)
  }

  /// `timestep`, with the batch of a stateful layer and the way of a direction.
  private static func label(_ state: State) -> String {
    let isDirected = state.parameters.goBackwards || state.subject.layer.direction != nil
    let way = isDirected ? state.parameters.goBackwards ? " ← backwards" : " → forward" : ""
    return (state.subject.carriesStates ? "t, batch \(state.subject.batch)" : "timestep") + way
  }

  private static let longestWord = 12
  /// Timesteps whose words are measured, so that each gets the width that it needs.
  private static let mostMeasured = 2000

  /// Where recorded numbers differ: `≠≠≠` in the selected unit, `≠` in others, or in the model's output, alone.
  private static func standings(
    _ state: State, _ columns: [Column], _ moment: Moment, labelWidth: Int
  ) -> Row {
    let name = state.expectation?.name ?? state.expectations.outputs?.name ?? ""
    return Row(
      label: "≠ \(name)".cut(to: labelWidth - 2),
      cells: columns.map { column in
        guard column.track.isHere else { return Shown("") }
        if column.isCursor, !moment.isDone(.memory) { return .missing }
        return
          switch state.standing(at: column.step)
        {
        case .unitDiffers: Shown("≠≠≠", role: .error)
        case .othersDiffer: Shown("≠", role: .warning)
        case .agrees: Shown("=", role: .dim)
        case .notRecorded: Shown("")
        }
      })
  }

  /// Fewer decimals than asked for where only so a whole sentence is in sight.
  private static func decimals(
    _ state: State, columns: Int, room: Int, _ hasWords: Bool
  ) -> Decimals {
    guard hasWords, columns * (state.decimals.signedWidth + 1) > room else { return state.decimals }
    return .two
  }

  /// x along the sequence, where it has one feature and no words stand for it.
  private static func onlyFeature(
    _ state: State, _ columns: [Column], _ decimals: Decimals, isEditing: Bool
  ) -> Row? {
    guard state.trace.features == 1, state.words == nil, !isEditing, state.tracks.count == 1 else {
      return nil
    }
    let isRead = state.formula.lines[state.line] == .inputProduct
    let input = state.shownInput
    let original = state.original?.trace.input
    return Row(
      label: "x",
      cells: columns.map { column in
        let place =
          state.sample * column.track.trace.timesteps + column.track.trace.timestepIndex[column.step]
        let old = original.map { $0.x[place] }
        return Shown(
          input.x[place], mark: column.isCursor && isRead ? .operand : .none,
          isEdited: old.map { $0.bitPattern != input.x[place].bitPattern } ?? false,
          otherwise: column.isCursor ? .bright : .dim
        ) { Number.signed($0, decimals) }
      })
  }

  /// The changes of c over all units or, in their place, c before the edits, so that an edit moves nothing.
  private static func extra(
    _ state: State, _ columns: [Column], _ decimals: Decimals, _ moment: Moment, hasWords: Bool
  ) -> Row {
    if state.original != nil {
      return Row(
        label: hasWords ? "before" : "c before the edits",
        cells: columns.map { column in
          guard let before = column.track.before, state.unit < before.units else { return Shown("") }
          return Shown(
            before.value(.c, unit: state.unit, step: column.step, sample: state.sample), otherwise: .edited
          ) { Number.signed($0, decimals) }
        })
    }
    let changes = columns.map { $0.track.trace.meanCarryChange(step: $0.step, sample: state.sample) }
    // Of a run that explodes the axis is that of all of it: beside the last change in sight the others are nothing.
    let unit = state.run.linearParts[.c]
    let scale = Scale(
      largest: max(changes.filter(\.isFinite).max() ?? 0, unit == nil ? 0 : state.run.scales[.c] ?? 0),
      unit: unit)
    let label = unit == nil ? "|Δc| of all units" : "|Δc| all units, log"
    return Row(
      label: hasWords ? (unit == nil ? "|Δc|" : "|Δc| log") : label,
      cells: zip(columns, changes).map { column, change in
        if column.isCursor, !moment.isDone(.carry) { return .missing }
        if change.isCovered { return Shown("░░░░░", role: .missing) }
        guard change.isFinite else { return Shown("!", role: .error) }
        let bar = Bars.height(scale.largest > 0 ? scale.share(of: change) : 0)
        return Shown(
          String(repeating: String(bar), count: 5), role: column.isCursor ? .positive : .dim)
      })
  }

  /// `encoder · german, read from the last word`.
  private static func captions(_ state: State, _ tracks: [Track]) -> [String] {
    guard tracks.count > 1 || tracks.contains(where: { $0.words != nil }) else { return [] }
    return tracks.enumerated().map { index, track in
      let side =
        index == 1 || state.translation?.isDecoder(track.call) == true
        ? state.language?.target : state.language?.source
      let words = side.map { " · \($0.name)\($0.isReversed ? ", read from the last word" : "")" } ?? ""
      return track.key + words
    }
  }

  private static func fields(_ state: State) -> (String, [Field]) {
    let trace = state.trace
    guard trace.timesteps > 0 else { return ("x", []) }
    let timestep = state.timestep
    let input = state.shownInput
    let original = state.original?.trace.input ?? input
    var chosen: State.EditField?
    if case .edit(let field) = state.mode { chosen = field }
    let targets =
      chosen == nil ? Array(state.editTargets.dropLast(state.stateTargets.count)) : state.editTargets
    let isRead = state.formula.lines[state.line] == .inputProduct
    let fields = targets.enumerated().map { index, target in
      let (units, outputs) = (state.parameters.units, state.parameters.outputs)
      let value = input.value(of: target, sample: state.sample, units: units, outputs: outputs)
      let old = original.value(of: target, sample: state.sample, units: units, outputs: outputs)
      let label: String =
        switch target {
        case .x(let feature, _): "[\(feature)]"
        case .h0(let unit): "h0[\(unit)]"
        case .c0(let unit): "c0[\(unit)]"
        }
      if chosen?.index == index {
        return Field(
          label: label, value: (chosen?.text ?? Number.signed(value, state.decimals)) + "▏", role: .input)
      }
      let isEdited = old.bitPattern != value.bitPattern
      let role: Role =
        if value.isCovered { .missing } else if !value.isFinite { .error } else if isEdited {
          .edited
        } else if isRead { .operand } else { .plain }
      return Field(
        label: label, value: Number.signed(value, state.decimals), role: role, isEdited: isEdited)
    }
    let place = state.sample * trace.timesteps + timestep
    let origin =
      state.subject.origins.flatMap { $0.indices.contains(place) ? ", \($0[place])" : nil }
      ?? (state.subject.isRandom ? ", random" : "")
    // Where words stand over the timesteps, they tell what x is.
    if state.subject.words != nil { return (chosen == nil ? "x" : "edit", fields) }
    return ("\(chosen == nil ? "x" : "edit x") at t \(timestep)\(origin)", fields)
  }

  var height: Int { rows.count + (hasFields ? 1 : 0) }

  /// The field that must be in sight: the chosen one in the edit row.
  private func firstField(_ state: State, room: Int) -> Int {
    guard case .edit(let chosen) = state.mode else { return 0 }
    var first = 0
    while first < chosen.index, width(of: fields[first...chosen.index]) > room { first += 1 }
    return first
  }

  private func width(of fields: ArraySlice<Field>) -> Int {
    fields.reduce(0) { $0 + $1.label.columns + $1.value.columns + 3 }
  }

  func draw(_ state: State, in area: Area, into canvas: inout Canvas) {
    for (index, row) in rows.enumerated() {
      let y = area.y + index
      canvas.write(row.label, x: area.x + 2, y: y, role: index == 0 ? .dim : .plain, limit: labelWidth - 2)
      for (place, cell) in row.cells.enumerated() {
        canvas.write(cell, endingAt: area.x + labelWidth + ends[place] - 1, y: y)
      }
      if let bridge, window.range.contains(bridge) {
        canvas[area.x + labelWidth + left(of: bridge) + 1, y] = Cell(
          isChanged ? "≠" : "⇒", role: isChanged ? .edited : .accent)
      }
    }
    if state.subject.carriesStates, window.start == 0, rows.count > 2 {
      // The batch boundary: c and h go on from the batch before.
      for row in 1...2 { canvas[area.x + labelWidth, area.y + row] = Cell("⇒", role: .accent) }
    }
    if window.hasMoreBefore { canvas[area.x + labelWidth, area.y] = Cell("‹", role: .accent) }
    if window.hasMoreBehind { canvas[area.right - 1, area.y] = Cell("›", role: .accent) }
    if hasFields { drawFields(state, in: area, y: area.y + rows.count, into: &canvas) }
  }

  /// Where a column in sight begins, counted from the labels' right edge.
  private func left(of column: Int) -> Int {
    column == window.start ? 0 : ends[column - window.start - 1]
  }

  /// What the sides are, on a rule of its own, each over its columns.
  func drawCaptions(in area: Area, into canvas: inout Canvas) {
    guard !captions.isEmpty else { return }
    let start = area.x + labelWidth
    if let bridge, captions.count > 1, window.range.contains(bridge), bridge > window.start {
      let middle = start + left(of: bridge) + 1
      Frame.caption(captions[0], x: area.x, y: area.y, width: middle - area.x, into: &canvas)
      canvas[middle, area.y] = Cell("┬", role: .rule)
      Frame.caption(captions[1], x: middle + 1, y: area.y, width: area.right - middle - 1, into: &canvas)
    } else {
      let side = bridge.map { window.start >= $0 ? 1 : 0 } ?? 0
      Frame.caption(
        captions[min(side, captions.count - 1)], x: area.x, y: area.y, width: area.width, into: &canvas)
    }
  }

  private func drawFields(_ state: State, in area: Area, y: Int, into canvas: inout Canvas) {
    canvas.write(fieldsLabel, x: area.x + 2, y: y, role: .plain)
    var x = area.x + labelWidth + 1
    let first = firstField(state, room: area.right - x - 12)
    if first > 0 { canvas[x - 1, y] = Cell("‹", role: .accent) }
    for (index, field) in fields.enumerated().dropFirst(first) {
      let rest = fields.count - index
      let width = field.label.columns + 1 + field.value.columns
      if x + width + (rest > 1 ? 10 : 1) > area.right {
        canvas.write("… \(rest) more", x: x, y: y, role: .dim)
        return
      }
      x = canvas.write(field.label, x: x, y: y, role: .dim) + 1
      if field.isEdited { canvas[x - 1, y] = Cell("*", role: .edited) }
      x = canvas.write(field.value, x: x, y: y, role: field.role) + 2
    }
  }
}

/// The whole sequence of one unit's c on one row, for sequences that do not fit.
struct Overview: Equatable {
  /// What it is of, and that dots are below zero.
  let label: String
  let marks: [Cell]
  private static let labelWidth = 18

  init(_ state: State, width: Int) {
    let trace = state.trace
    let columns = max(1, width - 23)
    let perCell = max(1, (trace.timesteps + columns - 1) / columns)
    let extremes = state.run.overviews.extremes(
      of: .c, units: state.unit..<state.unit + 1, sample: state.sample, stride: perCell, in: trace)
    let largest = extremes.lazy.filter(\.isFinite).map(abs).max() ?? 0
    // A unit that takes no part in an explosion keeps a linear axis.
    let scale = Scale(
      largest: largest, unit: state.run.linearParts[.c].flatMap { largest > 100 * $0 ? $0 : nil })
    let name = "c[\(state.unit)]\(scale.unit == nil ? "," : " log,")"
    let stretches =
      perCell == 1 ? ["all of it", "all"] : ["\(perCell) t a cell", "\(perCell) t/cell", "\(perCell) t"]
    let labels = stretches.map { "\(name) \($0) ⣿<0" } + stretches.map { "\(name) \($0)" }
    label = labels.first { $0.columns <= Self.labelWidth } ?? name
    let cursor = state.step / perCell
    marks = extremes.enumerated().map { index, extreme in
      let role: Role =
        index == cursor ? .cursor : !extreme.isFinite ? .error : extreme < 0 ? .negative : .positive
      guard !extreme.isCovered else { return Cell("░", role: .missing) }
      if index == cursor { return Cell("▼", role: role) }
      guard extreme.isFinite else { return Cell("!", role: role) }
      return Cell(Bars.signedHeight(largest > 0 ? scale.share(of: extreme) : 0), role: role)
    }
  }

  func draw(in area: Area, into canvas: inout Canvas) {
    canvas.write(label, x: area.x + 2, y: area.y, role: .dim, limit: Self.labelWidth)
    for (index, cell) in marks.enumerated() { canvas[area.x + 21 + index, area.y] = cell }
  }
}
