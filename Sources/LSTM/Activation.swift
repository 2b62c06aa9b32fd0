internal import CKernels

/// An activation function by the name that Keras gives it.
///
/// - Source: Keras 3, `keras.activations`, the defaults of each function's arguments; Keras 2 where said.
package struct Activation: Sendable, Equatable {
  /// Keras' name, as it stands in the formula: `tanh`, `sigmoid`, `hard_sigmoid`.
  package let name: String
  /// What it computes, in words that fit a line.
  package let formula: String
  private let kind: UInt32
  /// The constants of the function, where it has any: a slope, a threshold, the ends of a line.
  package let alpha: Double
  package let beta: Double

  private init(
    _ name: String, _ kind: kernels_activation, alpha: Double = 0, beta: Double = 0, _ formula: String
  ) {
    self.name = name
    self.formula = formula
    self.kind = kind.rawValue
    self.alpha = alpha
    self.beta = beta
  }

  /// The values of the function along a row; softmax and its kin run over the whole row.
  package func callAsFunction(_ row: [Float]) -> [Float] { self(row, on: .best) }

  func callAsFunction(_ row: [Float], on instructions: InstructionSet) -> [Float] {
    var values = row
    kernels_activate(instructions.isa, kernel, row, &values, row.count)
    return values
  }

  var kernel: kernels_function {
    kernels_function(kind: kernels_activation(rawValue: kind), alpha: alpha, beta: beta)
  }
}

extension Activation {
  package static let tanh = Activation("tanh", KERNELS_TANH, "tanh(x)")
  package static let sigmoid = Activation("sigmoid", KERNELS_SIGMOID, "1 / (1 + exp(-x))")
  package static let linear = Activation("linear", KERNELS_LINEAR, "x")
  package static let relu = Activation("relu", KERNELS_RELU, "max(0, x)")
  package static let relu6 = Activation("relu6", KERNELS_RELU6, "x, clipped to 0…6")
  package static let leakyRelu = leakyRelu(slope: 0.2)
  package static let elu = elu(alpha: 1)
  package static let selu = Activation(
    "selu", KERNELS_SELU, alpha: 1.6732632423543772, beta: 1.0507009873554805,
    "1.0507 * (x where x > 0, else 1.67326 * (exp(x) - 1))")
  package static let celu = Activation("celu", KERNELS_CELU, alpha: 1, "x where x > 0, else exp(x) - 1")
  package static let softplus = Activation("softplus", KERNELS_SOFTPLUS, "log(1 + exp(x))")
  package static let softsign = Activation("softsign", KERNELS_SOFTSIGN, "x / (1 + |x|)")
  package static let exponential = Activation("exponential", KERNELS_EXPONENTIAL, "exp(x)")
  package static let silu = Activation("silu", KERNELS_SILU, "x * sigmoid(x)")
  package static let gelu = Activation("gelu", KERNELS_GELU, "0.5 * x * (1 + erf(x / √2))")
  package static let mish = Activation("mish", KERNELS_MISH, "x * tanh(softplus(x))")
  package static let softmax = Activation(
    "softmax", KERNELS_SOFTMAX, "exp(x) / the sum of exp(x) over the units")
  package static let logSoftmax = Activation(
    "log_softmax", KERNELS_LOG_SOFTMAX, "x - log of the sum of exp(x) over the units")
  package static let sparsemax = Activation(
    "sparsemax", KERNELS_SPARSEMAX, "max(0, x - τ), with τ such that the units sum to 1")
  /// Keras 3's; `hardSigmoid2` is the one of Keras 1 and 2, under the same name.
  package static let hardSigmoid = Activation(
    "hard_sigmoid", KERNELS_HARD_SIGMOID, alpha: 1.0 / 6, beta: 0.5, "x / 6 + 0.5, clipped to 0…1")
  package static let hardSigmoid2 = hardSigmoid(alpha: 0.2, beta: 0.5)
  package static let hardSilu = Activation(
    "hard_silu", KERNELS_HARD_SILU, "x * (x / 6 + 0.5, clipped to 0…1)")
  package static let hardTanh = Activation("hard_tanh", KERNELS_HARD_TANH, "x, clipped to -1…1")
  package static let hardShrink = Activation(
    "hard_shrink", KERNELS_HARD_SHRINK, alpha: 0.5, "x where |x| > 0.5, else 0")
  package static let softShrink = Activation(
    "soft_shrink", KERNELS_SOFT_SHRINK, alpha: 0.5, "x ∓ 0.5 where |x| > 0.5, else 0")
  package static let tanhShrink = Activation("tanh_shrink", KERNELS_TANH_SHRINK, "x - tanh(x)")
  package static let logSigmoid = Activation("log_sigmoid", KERNELS_LOG_SIGMOID, "-log(1 + exp(-x))")
  package static let squareplus = Activation(
    "squareplus", KERNELS_SQUAREPLUS, beta: 4, "(x + √(x² + 4)) / 2")
  package static let sparsePlus = Activation(
    "sparse_plus", KERNELS_SPARSE_PLUS, "0 below -1, (x + 1)² / 4 to 1, then x")
  package static let sparseSigmoid = Activation(
    "sparse_sigmoid", KERNELS_SPARSE_SIGMOID, "(x + 1) / 2, clipped to 0…1")

  /// With another slope below zero than Keras' 0.2; ONNX has 0.01 unless told.
  package static func leakyRelu(slope: Double) -> Activation {
    Activation("leaky_relu", KERNELS_LEAKY_RELU, alpha: slope, "x where x > 0, else \(slope) * x")
  }

  package static func elu(alpha: Double) -> Activation {
    Activation(
      "elu", KERNELS_ELU, alpha: alpha,
      "x where x > 0, else \(alpha == 1 ? "" : "\(alpha) * (")exp(x) - 1\(alpha == 1 ? "" : ")")")
  }

  /// With any line; ONNX lets a file choose it.
  package static func hardSigmoid(alpha: Double, beta: Double) -> Activation {
    Activation(
      "hard_sigmoid", KERNELS_HARD_SIGMOID, alpha: alpha, beta: beta,
      "\(alpha) * x + \(beta), clipped to 0…1")
  }

  /// Every function with its default arguments, the most used first.
  package static let all: [Activation] = [
    tanh, sigmoid, hardSigmoid, hardSigmoid2, relu, linear, elu, selu, softplus, softsign, exponential, silu,
    gelu, mish, softmax, relu6, leakyRelu, celu, hardTanh, hardSilu, tanhShrink, logSigmoid, squareplus,
    logSoftmax, hardShrink, softShrink, sparsePlus, sparseSigmoid, sparsemax,
  ]

  /// Looks a function up by the name in a model's configuration.
  ///
  /// - Parameters:
  ///   - name: Keras' name or another that Keras takes for it; nil, which Keras takes for linear.
  ///   - kerasMajor: The version that wrote the file; `hard_sigmoid` changed with Keras 3.
  /// - Returns: nil where Keras has no such function.
  package static func named(_ name: String?, kerasMajor: Int = 3) -> Activation? {
    switch name {
    case nil: linear
    case "hard_sigmoid": kerasMajor < 3 ? hardSigmoid2 : hardSigmoid
    case "swish": silu
    case "hard_swish": hardSilu
    case let name: all.first { $0.name == name }
    }
  }
}
