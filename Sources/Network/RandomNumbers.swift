import Glibc

/// Standard normal numbers that are the same for a seed on every machine.
///
/// - Source: SplitMix64 (Steele, Lea, Flood 2014); Box and Muller 1958.
package struct RandomNumbers {
  private var state: UInt64

  package init(seed: UInt64) {
    state = seed
  }

  package mutating func normals(_ count: Int) -> [Float] {
    (0..<count).map { _ in
      let radius = sqrt(-2 * log(1 - uniform()))
      return Float(radius * cos(2 * Double.pi * uniform()))
    }
  }

  /// Whole numbers from 1 to `bound` - 1, evenly; 0 is left out, because it is the id of padding.
  package mutating func ids(_ count: Int, below bound: Int) -> [Float] {
    (0..<count).map { _ in Float(1 + Int(uniform() * Double(max(1, bound - 1)))) }
  }

  /// 0 ≤ u < 1.
  private mutating func uniform() -> Double {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    bits ^= bits >> 31
    return Double(bits >> 11) * 0x1p-53
  }
}
