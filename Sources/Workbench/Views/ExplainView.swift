import Canvas
import Commands
import LSTM

/// What a number is made of, over the whole screen.
///
/// It is no view that Tab goes to: it lies over the view one came from until Esc.
enum ExplainView {
  static let view = View(
    position: { state in
      guard let frame = state.explained.last else { return "" }
      var address = frame.number?.place ?? frame.address
      address.layer = nil
      if case .parts? = frame.number?.origin { return "the parts of z · t \(address.timestep ?? 0)" }
      return address.text
    },
    draw: { state, area, canvas in
      canvas.fill("─", x: area.x, y: area.y, count: area.width, role: .rule)
      guard let page = state.explainPage, let frame = state.explained.last, let number = frame.number else {
        return
      }
      let room = Area(x: area.x, y: area.y + 1, width: area.width, height: area.height - 1)
      ExplainPane(
        page, truth: truth(state, number, page, height: room.height), cursor: frame.cursor, area: room,
        decimals: state.decimals
      ).draw(into: &canvas)
    },
    sentence: { state in
      guard let page = state.explainPage, let frame = state.explained.last else { return "…" }
      return page.sentence(cursor: frame.cursor)
    })

  /// The truth where it is asked for, and where there is room for it anyhow.
  private static func truth(
    _ state: State, _ number: Explanation<Address>, _ page: ExplainPage, height: Int
  ) -> TruthPanel? {
    if case .parts = number.origin { return nil }
    let all = TruthPanel(number, order: nil)
    let isRoomy = height >= page.rows.count + all.lines.count + 18
    if state.showsTruth { return isRoomy ? all : TruthPanel(number, order: state.summation) }
    return isRoomy && number.exact != nil ? all : nil
  }

  /// What the header names: the layer of the number.
  static func layer(of state: State) -> String {
    guard let frame = state.explained.last else { return "" }
    let layer = (frame.number?.place ?? frame.address).layer ?? state.subject.layerName
    return layer == state.subject.layerName ? "\(layer) · LSTM(\(state.parameters.units))" : layer
  }
}
