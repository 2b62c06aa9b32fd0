import Canvas
import CNcurses
import Glibc
import Theme

/// The part of the terminal that curses draws.
///
/// A class because curses keeps the screen behind a pointer, and there must be one owner who ends it, once.
final class Screen {
  /// How many colours the terminal's description has.
  let colours: Int
  private let handle: OpaquePointer
  /// The terminal, which gets whole frames.
  private let output: Int32
  private let frame: FrameFile
  private var isUp = true
  /// Whether the terminal is given back for now.
  private var isAway = false

  private var shown: Canvas?
  private var palette: Palette?
  private var cells: [CellStyle] = []
  private var row: [cchar_t] = []

  /// A style as curses wants it.
  private struct CellStyle {
    var attributes: attr_t = 0
    var pair: Int32 = 0
  }

  /// Takes the terminal over.
  ///
  /// - Parameters:
  ///   - term: The name of the terminal's description.
  ///   - description: The description itself, for `TERMINFO`; nil if the system has it.
  init(
    term: String, description: String? = nil, output: Int32,
    input: UnsafeMutablePointer<FILE>,
    width: Int, height: Int
  ) throws(TerminalError) {
    guard let frame = FrameFile() else { throw .pipeFailed(code: errno) }
    let made = Terminfo.with(description) { newterm(term, frame.stream, input) }
    guard let made else { throw .unknownTerm(term) }
    handle = made
    self.frame = frame
    self.output = output
    cbreak()
    noecho()
    nonl()
    curs_set(0)
    leaveok(stdscr, true)
    intrflush(stdscr, false)
    if has_colors() {
      start_color()
      use_default_colors()
      colours = Int(COLORS)
    } else {
      colours = 0
    }
    resize(width: width, height: height)
  }

  deinit { end() }

  var width: Int { Int(getmaxx(stdscr)) }
  var height: Int { Int(getmaxy(stdscr)) }

  /// Adopts a new size; the next canvas is drawn whole.
  func resize(width: Int, height: Int) {
    shown = nil
    guard width > 0, height > 0 else { return }
    resizeterm(Int32(height), Int32(width))
  }

  /// Sends what differs from the canvas before.
  func present(_ canvas: Canvas, palette: Palette) {
    guard isUp else { return }
    if palette != self.palette { adopt(palette) }
    guard canvas != shown else { return }
    let previous = shown?.width == canvas.width && shown?.height == canvas.height ? shown : nil
    if previous == nil { werase(stdscr) }
    let columns = min(width, canvas.width)
    if row.count < columns { row = Array(repeating: cchar_t(), count: columns) }
    for y in 0..<min(height, canvas.height) {
      let range = y * canvas.width..<y * canvas.width + columns
      if let previous, previous.cells[range] == canvas.cells[range] { continue }
      write(canvas.cells[range], at: y, palette: palette)
    }
    shown = canvas
    flush()
  }

  /// Gives the terminal back for a while: suspended, or while another program has it.
  func leave() {
    guard isUp, !isAway else { return }
    isAway = true
    endwin()
    Bytes.write(frame.take(), to: output)
  }

  /// Takes the terminal again after `leave()`; the next canvas is drawn whole.
  func enter() {
    isAway = false
    shown = nil
    clearok(stdscr, true)
    wrefresh(stdscr)
    Bytes.write(frame.take(), to: output)
  }

  /// Gives the terminal back for good. Calling it again does nothing.
  func end() {
    guard isUp else { return }
    leave()
    isUp = false
    delscreen(handle)
  }

  /// Makes the mode that curses has set now the one that it returns to after `leave()`.
  func keepMode() {
    def_prog_mode()
  }

  /// What has to be sent so that the terminal is as it was: colours, cursor, first screen.
  var restoringBytes: [UInt8] {
    ["sgr0", "op", "cnorm", "rmcup"].flatMap { Terminfo.string($0) ?? [] }
  }

  private func write(_ slice: ArraySlice<Cell>, at y: Int, palette: Palette) {
    row.withUnsafeMutableBufferPointer { row in
      // Curses takes a character of two columns as one, and counts on by itself.
      var count = 0
      for (index, cell) in zip(slice.indices, slice) {
        let style = cells[palette.styleIndex(of: cell)]
        let isLead = index + 1 < slice.endIndex && slice[index + 1].isCovered
        var scalar = palette.scalar(of: cell)
        if scalar == Cell.covered {
          guard !Self.fits(palette.scalar(of: slice[index - 1]), columns: 2) else { continue }
          scalar = " "
        } else if !Self.fits(scalar, columns: isLead && palette.isUnicode ? 2 : 1) {
          scalar = "?"
        }
        // Most cells have none, and an array for each would cost more than the rest.
        let marks = cell.marks.isEmpty ? [] : palette.marks(of: cell).filter { Self.fits($0, columns: 0) }
        nc_set_cell(
          &row[count], wchar_t(bitPattern: scalar.value), wchar_t(bitPattern: marks.first?.value ?? 0),
          wchar_t(bitPattern: marks.dropFirst().first?.value ?? 0), style.attributes, style.pair)
        count += 1
      }
      _ = mvwadd_wchnstr(stdscr, Int32(y), 0, row.baseAddress, Int32(count))
    }
  }

  /// Whether the system counts as many columns: curses goes by it, and a row would be pushed aside.
  private static func fits(_ scalar: Unicode.Scalar, columns: Int) -> Bool {
    scalar.value < 0x300 ? columns == 1 : nc_width(wchar_t(bitPattern: scalar.value)) == columns
  }

  private func adopt(_ palette: Palette) {
    self.palette = palette
    shown = nil
    var pairs: [[Ink]: Int32] = [[.standard, .standard]: 0]
    cells = palette.styles.map { style in
      var cell = CellStyle()
      if style.attributes.contains(.bold) { cell.attributes |= NC_BOLD }
      if style.attributes.contains(.underline) { cell.attributes |= NC_UNDERLINE }
      if style.attributes.contains(.reverse) { cell.attributes |= NC_REVERSE }
      guard colours > 0 else { return cell }
      let inks = [style.foreground, style.background]
      let next = Int32(pairs.count)
      if pairs[inks] == nil, next < COLOR_PAIRS {
        init_extended_pair(next, number(style.foreground), number(style.background))
        pairs[inks] = next
      }
      cell.pair = pairs[inks] ?? 0
      return cell
    }
  }

  /// The number that curses knows a colour by. In our description of direct colour 0…15 are entries of the
  /// terminal's palette, so that the sixteen darkest blues have to make way.
  private func number(_ ink: Ink) -> Int32 {
    switch ink {
    case .standard: -1
    case .index(let index): Int32(index)
    case .rgb(let red, let green, let blue): max(16, Int32(red) << 16 | Int32(green) << 8 | Int32(blue))
    }
  }

  /// Sends the frame, marked as one where the terminal can show it at once.
  private func flush() {
    wrefresh(stdscr)
    let drawn = frame.take()
    let isSynchronised = colours >= 256
    Bytes.write(
      isSynchronised ? Array("\u{1B}[?2026h".utf8) + drawn + Array("\u{1B}[?2026l".utf8) : drawn, to: output)
  }
}

/// Sending without a buffer.
enum Bytes {
  static func write(_ text: String, to descriptor: Int32) {
    write(Array(text.utf8), to: descriptor)
  }

  static func write(_ bytes: [UInt8], to descriptor: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
