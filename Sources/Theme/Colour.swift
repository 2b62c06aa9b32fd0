import Glibc

/// A colour of the sRGB space, eight bits a channel.
package struct Colour: Hashable, Sendable {
  package let red: UInt8
  package let green: UInt8
  package let blue: UInt8

  package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// The colour written as `0xRRGGBB`.
  package init(_ value: UInt32) {
    self.init(UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255))
  }

  /// Reads six hexadecimal digits, with or without `#` before them; nil for anything else.
  package init?(hex: String) {
    let digits = hex.hasPrefix("#") ? hex.dropFirst() : hex[...]
    guard digits.utf8.count == 6, digits.allSatisfy(\.isHexDigit), let value = UInt32(digits, radix: 16)
    else {
      return nil
    }
    self.init(value)
  }

  /// The colour that entry 16…255 of the xterm palette has: a cube of 6 × 6 × 6, then 24 greys.
  ///
  /// Entries 0…15 are whatever the person has set; they have no fixed colour and count as black here.
  ///
  /// - Source: xterm, `256colres.pl`.
  package init(xterm index: UInt8) {
    guard index >= 16 else {
      self.init(0, 0, 0)
      return
    }
    guard index < 232 else {
      let grey = 8 + 10 * (index - 232)
      self.init(grey, grey, grey)
      return
    }
    func channel(_ step: UInt8) -> UInt8 { step == 0 ? 0 : 55 + 40 * step }
    let cube = index - 16
    self.init(channel(cube / 36), channel(cube / 6 % 6), channel(cube % 6))
  }

  /// Six hexadecimal digits in lower case after a `#`, as HTML and SVG take them.
  package var hex: String {
    "#"
      + [red, green, blue].map { channel in
        let digits = String(channel, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
      }.joined()
  }

  /// Relative luminance, 0 for black and 1 for white.
  ///
  /// - Source: WCAG 2.1, "relative luminance".
  package var luminance: Double {
    0.2126 * Self.linear(red) + 0.7152 * Self.linear(green) + 0.0722 * Self.linear(blue)
  }

  /// Contrast with another colour, 1…21; text wants 4.5, large or secondary text 3.
  ///
  /// - Source: WCAG 2.1, "contrast ratio".
  package func contrast(with other: Colour) -> Double {
    let (first, second) = (luminance, other.luminance)
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)
  }

  /// Whether black reads better on it than white.
  package var isLight: Bool {
    contrast(with: Colour(0, 0, 0)) > contrast(with: Colour(255, 255, 255))
  }

  /// The colour moved towards white or black, as little as gives the contrast wanted.
  ///
  /// - Returns: `self` if it has that contrast already; black or white if no shade of it can.
  package func readable(on background: Colour, contrast minimum: Double) -> Colour {
    guard contrast(with: background) < minimum else { return self }
    let white = Colour(255, 255, 255)
    let black = Colour(0, 0, 0)
    let end = background.contrast(with: white) >= background.contrast(with: black) ? white : black
    for step in 1..<50 {
      let shade = mixed(with: end, Double(step) / 50)
      if shade.contrast(with: background) >= minimum { return shade }
    }
    return end
  }

  /// The colour with more of its hue, as near to a chroma in Oklab as sRGB comes; grey has no hue and stays.
  package func vivid(chroma wanted: Double) -> Colour {
    var lab = Oklab(self)
    let chroma = lab.chroma
    guard chroma > 0.02, chroma < wanted else { return self }
    lab.a *= wanted / chroma
    lab.b *= wanted / chroma
    return lab.colour
  }

  /// The colour at `part` of the way to another, evenly to the eye: the straight line in Oklab.
  package func mixed(with other: Colour, _ part: Double) -> Colour {
    let (start, end) = (Oklab(self), Oklab(other))
    func between(_ path: KeyPath<Oklab, Double>) -> Double {
      start[keyPath: path] + (end[keyPath: path] - start[keyPath: path]) * part
    }
    return Oklab(lightness: between(\.lightness), a: between(\.a), b: between(\.b)).colour
  }

  /// The light of a channel, 0…1.
  ///
  /// - Source: IEC 61966-2-1, sRGB.
  static func linear(_ channel: UInt8) -> Double {
    let value = Double(channel) / 255
    return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
  }

  /// The channel that gives a light, the nearest where it gives none.
  static func encoded(_ light: Double) -> UInt8 {
    let value = light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055
    return UInt8((max(0, min(1, value)) * 255).rounded())
  }
}

/// A colour in a space where distances are about as large as they look.
///
/// - Source: Björn Ottosson, "A perceptual color space for image processing" (2020).
struct Oklab: Equatable, Sendable {
  var lightness: Double
  var a: Double
  var b: Double

  init(lightness: Double, a: Double, b: Double) {
    self.lightness = lightness
    self.a = a
    self.b = b
  }

  init(_ colour: Colour) {
    let red = Colour.linear(colour.red)
    let green = Colour.linear(colour.green)
    let blue = Colour.linear(colour.blue)
    let l = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    let m = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    let s = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s
    a = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s
    b = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s
  }

  /// The nearest colour of sRGB.
  var colour: Colour {
    func cube(_ value: Double) -> Double { value * value * value }
    let l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b)
    let m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b)
    let s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b)
    return Colour(
      Colour.encoded(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
      Colour.encoded(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
      Colour.encoded(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s))
  }

  /// How far from grey.
  var chroma: Double { (a * a + b * b).squareRoot() }

  func squaredDistance(to other: Oklab) -> Double {
    let (l, da, db) = (lightness - other.lightness, a - other.a, b - other.b)
    return l * l + da * da + db * db
  }
}
