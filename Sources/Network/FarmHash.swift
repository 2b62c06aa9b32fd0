/// The hash by which TensorFlow puts texts into bins: the same number on every machine, in every version.
///
/// - Source: FarmHash, `farmhashna::Hash64`, which `Fingerprint64` is; TensorFlow, `StringToHashBucketFast`.
struct FarmHash {
  private static let k0: UInt64 = 0xc3a5_c85c_97cb_3127
  private static let k1: UInt64 = 0xb492_b66f_be98_f273
  private static let k2: UInt64 = 0x9ae1_6a3b_2f90_404f

  private let bytes: [UInt8]
  private var count: UInt64 { UInt64(bytes.count) }

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The fingerprint of some bytes.
  static func hash(_ bytes: [UInt8]) -> UInt64 {
    let hash = FarmHash(bytes)
    return switch bytes.count {
    case 0...16: hash.upTo16
    case 17...32: hash.upTo32
    case 33...64: hash.upTo64
    default: hash.beyond64
    }
  }

  /// The bin of a text among some.
  static func bin(of text: String, count: Int) -> Int { Int(hash(Array(text.utf8)) % UInt64(count)) }

  // MARK: - By length

  private var upTo16: UInt64 {
    let last = bytes.count
    if last >= 8 {
      let mul = Self.k2 &+ count &* 2
      let (a, b) = (word(0) &+ Self.k2, word(last - 8))
      let c = turned(b, 37) &* mul &+ a
      let d = (turned(a, 25) &+ b) &* mul
      return mixed(c, d, mul)
    }
    if last >= 4 {
      return mixed(count &+ half(0) << 3, half(last - 4), Self.k2 &+ count &* 2)
    }
    guard last > 0 else { return Self.k2 }
    let y = UInt64(bytes[0]) &+ UInt64(bytes[last >> 1]) << 8
    let z = count &+ UInt64(bytes[last - 1]) << 2
    return shifted(y &* Self.k2 ^ z &* Self.k0) &* Self.k2
  }

  private var upTo32: UInt64 {
    let last = bytes.count
    let mul = Self.k2 &+ count &* 2
    let (a, b) = (word(0) &* Self.k1, word(8))
    let (c, d) = (word(last - 8) &* mul, word(last - 16) &* Self.k2)
    return mixed(
      turned(a &+ b, 43) &+ turned(c, 30) &+ d, a &+ turned(b &+ Self.k2, 18) &+ c, mul)
  }

  private var upTo64: UInt64 {
    let last = bytes.count
    let mul = Self.k2 &+ count &* 2
    let (a, b) = (word(0) &* Self.k2, word(8))
    let (c, d) = (word(last - 8) &* mul, word(last - 16) &* Self.k2)
    let y = turned(a &+ b, 43) &+ turned(c, 30) &+ d
    let z = mixed(y, a &+ turned(b &+ Self.k2, 18) &+ c, mul)
    let (e, f) = (word(16) &* mul, word(24))
    let g = (y &+ word(last - 32)) &* mul
    let h = (z &+ word(last - 24)) &* mul
    return mixed(turned(e &+ f, 43) &+ turned(g, 30) &+ h, e &+ turned(f &+ a, 18) &+ g, mul)
  }

  private var beyond64: UInt64 {
    let seed: UInt64 = 81
    var x = seed
    var y = seed &* Self.k1 &+ 113
    var z = shifted(y &* Self.k2 &+ 113) &* Self.k2
    var (v, w): ((UInt64, UInt64), (UInt64, UInt64)) = ((0, 0), (0, 0))
    x = x &* Self.k2 &+ word(0)
    func round(_ start: Int, _ mul: UInt64, _ nine: UInt64) {
      x = turned(x &+ y &+ v.0 &+ word(start + 8), 37) &* mul
      y = turned(y &+ v.1 &+ word(start + 48), 42) &* mul
      x ^= w.1 &* nine
      y = y &+ v.0 &* nine &+ word(start + 40)
      z = turned(z &+ w.0, 33) &* mul
      v = weak(start, v.1 &* mul, x &+ w.0)
      w = weak(start + 32, z &+ w.1, y &+ word(start + 16))
      (x, z) = (z, x)
    }
    for start in stride(from: 0, to: (bytes.count - 1) / 64 * 64, by: 64) { round(start, Self.k1, 1) }
    let mul = Self.k1 &+ (z & 0xff) << 1
    w.0 = w.0 &+ UInt64((bytes.count - 1) & 63)
    v.0 = v.0 &+ w.0
    w.0 = w.0 &+ v.0
    round(bytes.count - 64, mul, 9)
    return mixed(
      mixed(v.0, w.0, mul) &+ shifted(y) &* Self.k0 &+ z, mixed(v.1, w.1, mul) &+ x, mul)
  }

  // MARK: - Parts

  /// Eight bytes, the first the lowest.
  private func word(_ place: Int) -> UInt64 {
    (0..<8).reduce(0) { $0 | UInt64(bytes[place + $1]) << (8 * UInt64($1)) }
  }

  private func half(_ place: Int) -> UInt64 {
    (0..<4).reduce(0) { $0 | UInt64(bytes[place + $1]) << (8 * UInt64($1)) }
  }

  private func turned(_ value: UInt64, _ by: UInt64) -> UInt64 { value >> by | value << (64 - by) }

  private func shifted(_ value: UInt64) -> UInt64 { value ^ value >> 47 }

  /// `HashLen16`.
  private func mixed(_ u: UInt64, _ v: UInt64, _ mul: UInt64) -> UInt64 {
    let a = shifted((u ^ v) &* mul)
    return shifted((v ^ a) &* mul) &* mul
  }

  /// `WeakHashLen32WithSeeds`.
  private func weak(_ place: Int, _ first: UInt64, _ second: UInt64) -> (UInt64, UInt64) {
    var (a, b) = (first &+ word(place), second)
    b = turned(b &+ a &+ word(place + 24), 21)
    let c = a
    a = a &+ word(place + 8) &+ word(place + 16)
    b = b &+ turned(a, 44)
    return (a &+ word(place + 24), b &+ c)
  }
}
