internal import CKernels

/// What the processor's vectors are used with.
package enum InstructionSet: String, CaseIterable, Sendable {
  /// What every processor of the kind has: SSE2 on x86-64, NEON on arm64.
  case plain
  case avx2
  case avx512

  package var isAvailable: Bool { kernels_has(isa) }

  /// The widest that this processor has.
  package static let best: InstructionSet = allCases.last { $0.isAvailable } ?? .plain

  var isa: kernels_isa {
    switch self {
    case .plain: KERNELS_PLAIN
    case .avx2: KERNELS_AVX2
    case .avx512: KERNELS_AVX512
    }
  }
}
