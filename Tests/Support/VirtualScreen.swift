package import Canvas
package import Theme

/// What a terminal shows after the bytes that a program sent: enough of one for the descriptions of `TestTerminfo`
/// and the one for 24-bit colour that the program carries.
///
/// What it doesn't understand is listed in `unknown`, which a test expects to be empty.
package struct VirtualScreen: Sendable {
  package let width: Int
  package let height: Int
  /// Row by row.
  package private(set) var cells: [Appearance]
  package private(set) var isAlternate = false
  package private(set) var showsCursor = true
  package private(set) var marksPastes = false
  /// Frames that were shown whole, by synchronised output.
  package private(set) var synchronisedFrames = 0
  /// Whether a frame has begun, by synchronised output, that has not ended: what is shown is half old, half new.
  package private(set) var isMidFrame = false
  package private(set) var unknown: [String] = []

  private var x = 0
  private var y = 0
  private var style = Style()
  /// Whether a character after the last column goes to the next row.
  private var wraps = true
  /// The first screen while the alternate one is shown.
  private var first: (cells: [Appearance], x: Int, y: Int)?
  private var rest: [UInt8] = []

  package init(width: Int, height: Int) {
    self.width = width
    self.height = height
    cells = Array(repeating: Appearance(), count: width * height)
  }

  /// The characters of a row without trailing blanks.
  package func text(row: Int) -> String {
    var scalars = String.UnicodeScalarView()
    for cell in cells[row * width..<(row + 1) * width] where cell.scalar != Cell.covered {
      scalars.append(cell.scalar)
      scalars.append(contentsOf: cell.marks)
    }
    while scalars.last == " " { scalars.removeLast() }
    return String(scalars)
  }

  /// All rows, one a line.
  package var text: String {
    (0..<height).map { text(row: $0) }.joined(separator: "\n")
  }

  /// The first place where the screen is not what a canvas should look like; nil if it is the same everywhere.
  package func difference(from canvas: Canvas, palette: Palette) -> String? {
    for y in 0..<height {
      for x in 0..<width {
        let found = cells[y * width + x]
        var wanted = palette.appearance(of: canvas[x, y])
        wanted.style.foreground = Self.sendable(wanted.foreground)
        wanted.style.background = Self.sendable(wanted.background)
        if found != wanted { return "column \(x), row \(y): wanted \(wanted), found \(found)" }
      }
    }
    return nil
  }

  /// Where 24 bits are sent, the numbers 0…15 mean the terminal's own colours, and black is the darkest blue.
  private static func sendable(_ ink: Ink) -> Ink {
    if case .rgb(0, 0, 0..<16) = ink { return .rgb(0, 0, 16) }
    return ink
  }

  /// Takes bytes as they come; a sequence may be cut in two.
  package mutating func feed(_ bytes: some Sequence<UInt8>) {
    rest.append(contentsOf: bytes)
    while let byte = rest.first {
      switch byte {
      case 0x1B:
        guard let length = escapeLength() else { return }
        obey(Array(rest[..<length]))
        rest.removeFirst(length)
      case 0..<0x20, 0x7F:
        control(byte)
        rest.removeFirst()
      default:
        let length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
        guard rest.count >= length else { return }
        let text = String(decoding: rest[..<length], as: UTF8.self)
        for scalar in text.unicodeScalars { put(scalar) }
        rest.removeFirst(length)
      }
    }
  }

  private mutating func put(_ scalar: Unicode.Scalar) {
    if x >= width, wraps {
      x = 0
      lineFeed()
    }
    if scalar.properties.generalCategory == .nonspacingMark {
      let before = y * width + max(0, x - 1)
      cells[cells[before].scalar == Cell.covered ? before - 1 : before].marks.append(scalar)
      return
    }
    x = min(x, width - 1)
    set(Appearance(scalar, style: style))
    if scalar.isWide, x < width { set(Appearance(Cell.covered, style: style), isSecondHalf: true) }
  }

  /// What is written over half of a character of two columns takes the other half away.
  private mutating func set(_ cell: Appearance, isSecondHalf: Bool = false) {
    let place = y * width + x
    if cells[place].scalar == Cell.covered, !isSecondHalf { cells[place - 1].scalar = " " }
    if x + 1 < width, cells[place].scalar != Cell.covered, cells[place + 1].scalar == Cell.covered {
      cells[place + 1].scalar = " "
    }
    cells[place] = cell
    x += 1
  }

  private mutating func control(_ byte: UInt8) {
    switch byte {
    case 0x0D: x = 0
    case 0x0A: lineFeed()
    case 0x08: x = max(0, x - 1)
    default: unknown.append("byte \(byte)")
    }
  }

  private mutating func lineFeed() {
    if y < height - 1 {
      y += 1
    } else {
      cells.removeFirst(width)
      cells.append(contentsOf: Array(repeating: Appearance(), count: width))
    }
  }

  /// How long the sequence at the beginning of `rest` is; nil if its end hasn't come.
  private func escapeLength() -> Int? {
    guard rest.count > 1 else { return nil }
    switch rest[1] {
    case UInt8(ascii: "["):
      return rest[2...].firstIndex { $0 >= 0x40 }.map { $0 + 1 }
    case UInt8(ascii: "]"):
      for place in rest.indices.dropFirst(2) {
        if rest[place] == 0x07 { return place + 1 }
        if rest[place] == 0x1B { return place + 1 < rest.count ? place + 2 : nil }
      }
      return nil
    default: return 2
    }
  }

  private mutating func obey(_ sequence: [UInt8]) {
    let text = String(decoding: sequence.dropFirst(), as: UTF8.self)
    guard let final = text.last, text.first == "[" else {
      if !["=", ">"].contains(text), !text.hasPrefix("]11;?") { unknown.append("ESC " + text) }
      return
    }
    let parameters = String(text.dropFirst().dropLast())
    let numbers = parameters.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    let count = max(1, numbers.first ?? 1)
    switch final {
    case "H": (y, x) = (min(height, count) - 1, min(width, max(1, numbers.count > 1 ? numbers[1] : 1)) - 1)
    case "G": x = min(width, count) - 1
    case "d": y = min(height, count) - 1
    case "A": y = max(0, y - count)
    case "B": y = min(height - 1, y + count)
    case "C": x = min(width - 1, x + count)
    case "D": x = max(0, x - count)
    case "J": erase(numbers.first == 2 ? 0..<cells.count : place..<cells.count)
    case "K": erase(numbers.first == 1 ? y * width..<place + 1 : place..<(y + 1) * width)
    case "m": select(numbers.isEmpty ? [0] : numbers)
    case "h", "l": mode(parameters, isOn: final == "h")
    case "c": break
    default: unknown.append("CSI \(parameters) \(final)")
    }
  }

  private var place: Int { y * width + min(x, width - 1) }

  private mutating func erase(_ range: Range<Int>) {
    for index in range { cells[index] = Appearance() }
  }

  private mutating func mode(_ name: String, isOn: Bool) {
    switch name {
    case "?1049":
      if isOn, first == nil {
        first = (cells, x, y)
        erase(0..<cells.count)
      } else if !isOn, let saved = first {
        (cells, x, y) = saved
        first = nil
      }
      isAlternate = isOn
    case "?25": showsCursor = isOn
    case "?2004": marksPastes = isOn
    case "?2026":
      isMidFrame = isOn
      synchronisedFrames += isOn ? 0 : 1
    case "?7": wraps = isOn
    case "?1": break
    default: unknown.append("mode \(name)")
    }
  }

  private mutating func select(_ numbers: [Int]) {
    var rest = numbers[...]
    while let number = rest.popFirst() {
      switch number {
      case 0: style = Style()
      case 1: style.attributes.insert(.bold)
      case 4: style.attributes.insert(.underline)
      case 7: style.attributes.insert(.reverse)
      case 24: style.attributes.remove(.underline)
      case 27: style.attributes.remove(.reverse)
      case 30...37: style.foreground = .index(UInt8(number - 30))
      case 40...47: style.background = .index(UInt8(number - 40))
      case 39: style.foreground = .standard
      case 49: style.background = .standard
      case 38: style.foreground = ink(&rest)
      case 48: style.background = ink(&rest)
      default: unknown.append("SGR \(number)")
      }
    }
  }

  private mutating func ink(_ rest: inout ArraySlice<Int>) -> Ink {
    let kind = rest.popFirst()
    if kind == 5, let index = rest.popFirst() { return .index(UInt8(clamping: index)) }
    if kind == 2, rest.count >= 3 {
      let channels = rest.prefix(3).map { UInt8(clamping: $0) }
      rest = rest.dropFirst(3)
      return .rgb(channels[0], channels[1], channels[2])
    }
    unknown.append("SGR colour \(kind ?? -1)")
    return .standard
  }
}
