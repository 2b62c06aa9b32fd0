import Canvas
import Commands
import LSTM

/// The curve of an activation with the point on it where the number stands.
struct CurvePlot: Equatable, Sendable {
  let application: Application<Address>
  /// The ends of the horizontal axis.
  private let reach: Double

  /// nil where there is no point to show.
  init?(_ application: Application<Address>) {
    guard application.argument.value.isFinite, application.value.isFinite else { return nil }
    self.application = application
    reach = max(4, (abs(Double(application.argument.value)) * 1.25).rounded(.up))
  }

  /// The rows of a plot: the curve in dots, four to a row and two to a column.
  struct Drawn: Equatable {
    let rows: [[Unicode.Scalar]]
    /// Column and row of the point.
    let point: (x: Int, y: Int)
    /// The column of x = 0, and the row of y = 0 where it is in sight.
    let axis: (x: Int, y: Int?)
    let top: Double
    let bottom: Double

    static func == (a: Drawn, b: Drawn) -> Bool { a.rows == b.rows && a.point == b.point }
  }

  func drawn(width: Int, height: Int) -> Drawn? {
    guard width >= 8, height >= 3 else { return nil }
    let dots = 2 * width
    let arguments = (0..<dots).map { reach * (2 * (Double($0) + 0.5) / Double(dots) - 1) }
    let values = application.curve(arguments)
    let finite = values.filter(\.isFinite) + [Double(application.value)]
    var (bottom, top) = (finite.min() ?? 0, finite.max() ?? 1)
    if top - bottom < 1e-6 { (bottom, top) = (bottom - 0.5, top + 0.5) }
    // A curve without a bound must not press the part near the point flat.
    let limit = max(2, 3 * abs(Double(application.value)))
    (bottom, top) = (max(bottom, -limit), min(top, limit))
    let levels = 4 * height
    func level(_ value: Double) -> Int {
      Int(((top - value) / (top - bottom) * Double(levels - 1)).rounded())
    }
    var bits = Array(repeating: Array(repeating: UInt32(0), count: width), count: height)
    // Braille's dots: 1 2 3 7 down the left, 4 5 6 8 down the right.
    let masks: [[UInt32]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]
    for (place, value) in values.enumerated() where value.isFinite && value >= bottom && value <= top {
      let y = level(value)
      bits[y / 4][place / 2] |= masks[place % 2][y % 4]
    }
    let rows = bits.map { row in row.map { $0 == 0 ? " " : Unicode.Scalar(0x2800 + $0) ?? " " } }
    let x = Int(((Double(application.argument.value) / reach + 1) / 2 * Double(width - 1)).rounded())
    let zero = bottom <= 0 && top >= 0 ? level(0) / 4 : nil
    return Drawn(
      rows: rows,
      point: (min(max(0, x), width - 1), level(min(top, max(bottom, Double(application.value)))) / 4),
      axis: (width / 2, zero), top: top, bottom: bottom)
  }

  func draw(in area: Area, into canvas: inout Canvas) {
    guard let drawn = drawn(width: area.width - 6, height: area.height - 2) else { return }
    let left = area.x + 6
    let name = application.activation.name
    canvas.write(
      "\(name)(\(application.argument.place.quantity)), slope \(TruthPanel.figures(application.slope))",
      x: left, y: area.y, role: .dim, limit: area.width - 6)
    for y in drawn.rows.indices {
      for x in drawn.rows[y].indices {
        let scalar = drawn.rows[y][x]
        if scalar != " " {
          canvas[left + x, area.y + 1 + y] = Cell(scalar, role: .plain)
        } else if x == drawn.axis.x {
          canvas[left + x, area.y + 1 + y] = Cell(y == drawn.axis.y ? "┼" : "│", role: .rule)
        } else if y == drawn.axis.y {
          canvas[left + x, area.y + 1 + y] = Cell("─", role: .rule)
        }
      }
    }
    canvas[left + drawn.point.x, area.y + 1 + drawn.point.y] = Cell("●", role: .result)
    func end(_ value: Double) -> String { Number.signed(Float(value), .two, width: 5) }
    canvas.write(end(drawn.top), endingAt: left - 2, y: area.y + 1, role: .dim)
    canvas.write(end(drawn.bottom), endingAt: left - 2, y: area.y + drawn.rows.count, role: .dim)
    let foot = area.y + 1 + drawn.rows.count
    canvas.write(end(-reach), x: left, y: foot, role: .dim)
    canvas.write("0", x: left + drawn.axis.x, y: foot, role: .dim)
    canvas.write(end(reach), endingAt: area.right - 1, y: foot, role: .dim)
  }
}
