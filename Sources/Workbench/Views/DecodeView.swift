import Canvas
import LSTM

extension View {
  /// What the decoder says, word by word: what it is fed, how sure it is, what else it could say.
  static let decode = View(
    position: { state in
      let step = state.decoderStep
      return
        "\(state.translation?.feeding ?? "") · t \(step)/0…\(max(0, (state.translation?.steps ?? 0) - 1))"
    },
    draw: { state, area, canvas in DecodeView(state, area)?.draw(into: &canvas) },
    sentence: DecodeView.sentence)
}

extension State {
  /// The decoder's timestep that is looked at: the cursor's, or the first while the encoder is looked at.
  var decoderStep: Int {
    guard let translation, translation.isDecoder(subject.call) else { return 0 }
    return min(step, max(0, translation.steps - 1))
  }
}

struct DecodeView: Equatable {
  struct Row: Equatable {
    let step: Int
    let isCursor: Bool
    let fed: String
    let said: String
    let probability: Float?
    /// What it should say, and whether that is what it says.
    let wanted: String?
    let wantedProbability: Float?
    let isOther: Bool
    let others: String
  }

  struct Candidate: Equatable {
    let word: String
    let probability: Float
    let isChosen: Bool
  }

  struct BeamRow: Equatable {
    let text: String
    let score: String
    let isCursor: Bool
    let isWalked: Bool
  }

  let area: Area
  let rows: [Row]
  let window: Window
  let candidates: [Candidate]
  let step: Int
  let beams: [BeamRow]
  let beamWindow: Window
  /// What the third column of words has: a teacher's, or the beam's.
  let wantedHead: String

  init?(_ state: State, _ area: Area) {
    guard let translation = state.translation else { return nil }
    self.area = area
    let sample = state.sample
    step = state.decoderStep
    let fed = translation.fed.indices.contains(sample) ? translation.fed[sample] : []
    let said = translation.said.indices.contains(sample) ? translation.said[sample] : []
    beams = translation.beams.enumerated().map { index, beam in
      BeamRow(
        text: translation.sentence(beam.words) + (beam.isEnded ? "" : " …"),
        score: Number.signed(Float(beam.score), .four), isCursor: index == state.chosenBeam,
        isWalked: index == translation.request?.beam && translation.request?.isForced == false)
    }
    let candidateRows = min(6, max(3, area.height / 4))
    let beamRows = beams.count > 1 ? min(beams.count, max(3, area.height / 3)) + 1 : 0
    beamWindow = Window(total: beams.count, fitting: max(1, beamRows - 1), cursor: state.chosenBeam)
    window = Window(
      total: fed.count, fitting: max(2, area.height - 3 - candidateRows - beamRows), cursor: step)
    let step = step
    let path = translation.wanted
    wantedHead = translation.request?.isForced == true ? ":target" : "beam"
    rows = window.range.map { index in
      let best = translation.candidates(sample: sample, step: index, count: 3)
      let out = said.indices.contains(index) ? said[index] : ""
      let wanted = path.map { $0.indices.contains(index) ? $0[index] : "" }
      return Row(
        step: index, isCursor: index == step, fed: fed[index], said: out,
        probability: best.first?.probability,
        wanted: wanted,
        wantedProbability: wanted.flatMap { translation.probability(of: $0, sample: sample, step: index) },
        isOther: wanted.map { $0 != out } ?? false,
        others: best.dropFirst().map { "\($0.word) \(Number.probability($0.probability))" }
          .joined(separator: "  "))
    }
    let next = fed.indices.contains(step + 1) ? fed[step + 1] : said.indices.contains(step) ? said[step] : ""
    candidates = translation.candidates(sample: sample, step: step, count: candidateRows - 1).map {
      Candidate(word: $0.word, probability: $0.probability, isChosen: $0.word == next)
    }
  }

  func draw(into canvas: inout Canvas) {
    Frame.caption("decode · one row a word", x: area.x, y: area.y, width: area.width, into: &canvas)
    if let caption = window.caption {
      canvas.write(" \(caption) ", endingAt: area.right - 3, y: area.y, role: .dim)
    }
    let hasWanted = rows.contains { $0.wanted != nil }
    let width = min(
      16, max(8, (rows.flatMap { [$0.fed, $0.said, $0.wanted ?? ""] }.map(\.columns).max() ?? 0) + 2))
    let columns = (fed: 8, said: 8 + width, wanted: 8 + 2 * width)
    let sure = columns.wanted + (hasWanted ? width + 12 : 0) + 9
    let y = area.y + 1
    for (text, x) in [("t", 4), ("in", columns.fed), ("out", columns.said)] {
      canvas.write(text, x: area.x + x, y: y, role: .dim)
    }
    if hasWanted { canvas.write(wantedHead, x: area.x + columns.wanted + 2, y: y, role: .dim) }
    canvas.write("sure", endingAt: area.x + sure - 1, y: y, role: .dim)
    canvas.write("next best", x: area.x + sure + 2, y: y, role: .dim)
    for (place, row) in rows.enumerated() {
      let y = area.y + 2 + place
      if row.isCursor { canvas[area.x, y] = Cell("▸", role: .cursor) }
      let role: Role = row.isCursor ? .bright : .plain
      canvas.write("\(row.step)", endingAt: area.x + 4, y: y, role: row.isCursor ? .cursor : .dim)
      canvas.write(row.fed.cut(to: width - 1), x: area.x + columns.fed, y: y, role: .dim)
      canvas.write(row.said.cut(to: width - 1), x: area.x + columns.said, y: y, role: role)
      if let wanted = row.wanted {
        canvas.write(
          (row.isOther ? "≠ " : "  ") + wanted.cut(to: width - 1), x: area.x + columns.wanted, y: y,
          role: row.isOther ? .edited : .dim)
        if let probability = row.wantedProbability {
          canvas.write(
            Number.probability(probability), endingAt: area.x + columns.wanted + width + 9, y: y,
            role: row.isOther ? .edited : .dim)
        }
      }
      if let probability = row.probability {
        canvas.write(Number.probability(probability), endingAt: area.x + sure - 1, y: y, role: role)
      }
      canvas.write(
        row.others.cut(to: area.right - area.x - sure - 3), x: area.x + sure + 2, y: y, role: .dim)
    }
    let next = NextWords(candidates: candidates.map { ($0.word, $0.probability, $0.isChosen) })
    var top = area.y + 2 + window.count
    next.draw(
      caption: "what it could say at t \(step)",
      in: Area(x: area.x, y: top, width: area.width, height: candidates.count + 1),
      into: &canvas)
    top += candidates.count + 1
    guard beams.count > 1, top < area.bottom else { return }
    Frame.caption("beams · the sum of ln p", x: area.x, y: top, width: area.width, into: &canvas)
    if let caption = beamWindow.caption {
      canvas.write(" \(caption) ", endingAt: area.right - 3, y: top, role: .dim)
    }
    for (place, beam) in beams[beamWindow.range].enumerated() where top + 1 + place < area.bottom {
      let y = top + 1 + place
      if beam.isCursor { canvas[area.x, y] = Cell("▸", role: .cursor) }
      canvas.write(beam.isWalked ? "●" : " ", x: area.x + 2, y: y, role: .accent)
      canvas.write(beam.score, endingAt: area.x + 13, y: y, role: .dim)
      canvas.write(
        beam.text.cut(to: area.width - 17), x: area.x + 15, y: y, role: beam.isCursor ? .bright : .plain)
    }
  }

  static func sentence(_ state: State) -> String {
    guard let translation = state.translation else { return "" }
    if translation.request != nil { return translation.summary }
    return "The decoder is fed what was given. :text SENTENCE lets it speak by itself, word by word."
  }
}

/// The likeliest next words with bars.
struct NextWords: Equatable {
  struct Line: Equatable {
    let word: String
    let probability: Float
    let isChosen: Bool
  }

  let lines: [Line]

  init(candidates: [(word: String, probability: Float, isChosen: Bool)]) {
    lines = candidates.map { Line(word: $0.word, probability: $0.probability, isChosen: $0.isChosen) }
  }

  func draw(caption: String, in area: Area, into canvas: inout Canvas) {
    guard area.height > 1 else { return }
    Frame.caption(caption, x: area.x, y: area.y, width: area.width, into: &canvas)
    let width = min(16, max(8, (lines.map(\.word.columns).max() ?? 0) + 1))
    let start = area.x + 4 + width + 10
    for (row, line) in lines.enumerated() where area.y + 1 + row < area.bottom {
      let y = area.y + 1 + row
      if line.isChosen { canvas[area.x + 2, y] = Cell("▸", role: .result) }
      canvas.write(
        line.word.cut(to: width), x: area.x + 4, y: y, role: line.isChosen ? .bright : .plain)
      canvas.write(
        Number.probability(line.probability), endingAt: start - 2, y: y, role: line.isChosen ? .bright : .dim)
      let room = max(0, area.right - 2 - start)
      let length = Int((min(1, max(0, line.probability)) * Float(room)).rounded())
      canvas.fill("█", x: start, y: y, count: length, role: .positive)
    }
  }
}
