import Canvas
import Testing

@testable import Theme

/// That everybody can read every theme that the program comes with, and tell a map's strengths and signs.
@Suite struct LegibilityTests {
  /// What is drawn and not written: lines and bars, for which WCAG 2.1, 1.4.11 asks 3.
  static let drawn: Set<Role> = [.rule, .positive, .negative, .gate]
  static let maps: Set<Role> = [.heatSigned, .heatGate]
  static let depths = [ColourDepth.direct, .indexed256]

  /// The smallest contrast of each role's text with its ground, marked or not; of a map, of the numbers in it.
  static func contrasts(_ theme: Theme, _ depth: ColourDepth) throws -> [(role: Role, contrast: Double)] {
    let palette = Palette(theme: theme, depth: depth, isUnicode: true, paintsBackground: true)
    return try Role.allCases.map { role in
      let levels = role == .heatSigned ? -31...31 : role == .heatGate ? 0...31 : 0...0
      let contrasts = try levels.flatMap { level in
        try [false, true].map { isMarked in
          let cell = Cell("7", role: role, level: Int8(level), isMarked: isMarked)
          let appearance = palette.appearance(of: cell)
          let text = try #require(colour(appearance.foreground))
          return text.contrast(with: try #require(colour(appearance.background)))
        }
      }
      return (role, contrasts.min() ?? 0)
    }
  }

  @Test(
    "Every text has a contrast of 4.5 with its ground, every line and bar of 3.", arguments: shipped, depths)
  func contrast(file: ShippedTheme, depth: ColourDepth) throws {
    for (role, contrast) in try Self.contrasts(file.theme(), depth) {
      let least = Self.drawn.contains(role) ? 3 : 4.5
      #expect(contrast >= least, "\(file.name) \(depth) \(role): \(contrast)")
    }
  }

  @Test("The table of contrasts: the smallest of a theme's texts, numbers on maps, lines and bars.")
  func table() throws {
    print("theme                   text  numbers on maps  lines and bars   (24 bits; 256 colours)")
    for file in shipped {
      var columns: [[String]] = [[], [], []]
      for depth in Self.depths {
        let all = try Self.contrasts(file.theme(), depth)
        let groups = [
          all.filter { !Self.drawn.contains($0.role) && !Self.maps.contains($0.role) },
          all.filter { Self.maps.contains($0.role) }, all.filter { Self.drawn.contains($0.role) },
        ]
        for (place, group) in groups.enumerated() {
          let smallest = try #require(group.map(\.contrast).min())
          columns[place].append("\((smallest * 10).rounded(.down) / 10)")
        }
      }
      let name = file.name.padding(to: 22)
      print(name, columns.map { $0.joined(separator: "; ").padding(to: 15) }.joined(separator: " "))
    }
    #expect(shipped.count >= 12)
  }

  /// For each arm the grounds of its levels, from its zero.
  static func grounds(_ theme: Theme, _ depth: ColourDepth) throws -> [Arm: [Colour]] {
    let palette = Palette(theme: theme, depth: depth, isUnicode: true, paintsBackground: true)
    var grounds: [Arm: [Colour]] = [:]
    for arm in Arm.allCases {
      grounds[arm] = try (0...31).map { level in
        let cell = Cell(role: arm.role, level: Int8(level * arm.sign))
        return try #require(colour(palette.appearance(of: cell).background))
      }
    }
    return grounds
  }

  enum Arm: CaseIterable {
    case negative, positive, gate
    var role: Role { self == .gate ? .heatGate : .heatSigned }
    var sign: Int { self == .negative ? -1 : 1 }
  }

  @Test(
    "A stronger value is never fainter: not in colours, not in grey, not for any kind of colour blindness.",
    arguments: shipped, depths)
  func order(file: ShippedTheme, depth: ColourDepth) throws {
    let grounds = try Self.grounds(file.theme(), depth)
    for vision in ColourVision.allCases {
      for (arm, colours) in grounds {
        let luminance = colours.map { vision.seen($0).luminance }
        let isRising = luminance[31] > luminance[0]
        for (level, (before, after)) in zip(luminance, luminance.dropFirst()).enumerated() {
          // Less than what one step of eight bits makes is nothing.
          let isOrdered = isRising ? after >= before - 0.001 : after <= before + 0.001
          #expect(isOrdered, "\(file.name) \(depth) \(vision) \(arm) \(level): \(before) \(after)")
        }
        let (first, last) = (luminance[0] + 0.05, luminance[31] + 0.05)
        #expect(
          max(first, last) / min(first, last) >= 3,
          "\(file.name) \(depth) \(vision) \(arm): the ends are too near")
      }
    }
  }

  @Test(
    "The two signs can be told apart from a quarter of the strength on, for every kind of colour blindness.",
    arguments: shipped, depths)
  func signs(file: ShippedTheme, depth: ColourDepth) throws {
    let grounds = try Self.grounds(file.theme(), depth)
    let positive = try #require(grounds[.positive])
    let negative = try #require(grounds[.negative])
    for vision in ColourVision.allCases where vision != .grey {
      for level in 8...31 {
        let seen = [positive, negative].map { Oklab(vision.seen($0[level])) }
        let difference = seen[0].squaredDistance(to: seen[1]).squareRoot()
        #expect(difference > 0.05, "\(file.name) \(depth) \(vision) \(level): \(difference)")
      }
    }
  }

  @Test("The simulated eye: grey stays grey, and red and green of one lightness fall together.")
  func vision() {
    for vision in ColourVision.allCases {
      for grey: UInt8 in [0, 90, 200, 255] {
        let seen = vision.seen(Colour(grey, grey, grey))
        #expect([seen.red, seen.green, seen.blue].allSatisfy { abs(Int($0) - Int(grey)) <= 1 }, "\(vision)")
      }
    }
    let (red, green) = (Colour(0xC8_5A_3C), Colour(0x6E_96_3C))
    let apart = { (vision: ColourVision) in
      Oklab(vision.seen(red)).squaredDistance(to: Oklab(vision.seen(green))).squareRoot()
    }
    #expect(apart(.deuteranopia) < apart(.full) / 3)
    #expect(apart(.tritanopia) > apart(.full) / 2)
  }
}

extension ShippedTheme {
  /// The theme, with those beside it to inherit from.
  func theme() throws -> Theme {
    try Theme.parse(text, name: name) { wanted in shipped.first { $0.name == wanted }?.text }
  }
}

private func colour(_ ink: Ink) -> Colour? {
  switch ink {
  case .standard: nil
  case .index(let index): Colour(xterm: index)
  case .rgb(let red, let green, let blue): Colour(red, green, blue)
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
