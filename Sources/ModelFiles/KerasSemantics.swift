import Network
import TensorFiles

/// What a recurrent layer does by the version of Keras that wrote it, where no option of the file tells.
struct KerasSemantics: Sendable {
  /// `3.15.1`, `2.2.4-tf`; empty where the file does not tell.
  let version: String
  let major: Int
  let minor: Int

  /// - Parameter assumed: The major version where the file does not tell; of Keras 2 its last is meant.
  init(version: String?, assumed: Int) {
    self.version = version ?? ""
    let numbers = (version ?? "").split { !($0.isASCII && $0.isNumber) }.prefix(2).map { Int($0) ?? 0 }
    major = numbers.first ?? assumed
    minor = numbers.count > 1 ? numbers[1] : numbers.isEmpty && assumed == 2 ? 15 : 0
  }

  /// Keras as it was before it was a part of TensorFlow; TensorFlow 2.0 and 2.1 write `2.2.4-tf` and `2.3.0-tf`.
  var isStandalone: Bool { major < 2 || major == 2 && minor < 4 && !version.hasSuffix("-tf") }

  /// Whether a masked Bidirectional that returns sequences puts out zeros on masked steps; before, it holds.
  ///
  /// - Source: tf.keras 2.4 and Keras 3, `Bidirectional.__init__`.
  var zeroesBidirectional: Bool { major > 2 || major == 2 && minor >= 4 }

  /// Whether an LSTM heeds `zero_output_for_mask`; the fused one of TensorFlow 2.0 and 2.1 does not.
  ///
  /// - Source: TensorFlow 2.0, `recurrent_v2.LSTM.call`.
  var heedsZeroOutput: Bool { version != "2.2.4-tf" }

  /// Whether a looping LSTM puts out h0 on masked steps before the first that counts.
  ///
  /// - Source: Keras 1.2 to 2.2, `tensorflow_backend.rnn`: `where(mask, output, states[0])`.
  var putsOutInitialState: Bool { isStandalone && (major < 2 || minor < 3) }

  /// Settles the options by which the network knows.
  func apply(to options: inout [String: ConfigValue], of layer: KerasLayer) {
    if layer.className == "Bidirectional" { options["holdsMaskedOutput"] = .bool(!zeroesBidirectional) }
    if layer.className == "LSTM" && putsOutInitialState { options["putsOutInitialState"] = .bool(true) }
    if layer.className == "LSTM" && !heedsZeroOutput { options["zero_output_for_mask"] = .bool(false) }
  }
}
