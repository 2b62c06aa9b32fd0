import LSTM
import Synchronization

/// A layer's weights, laid out for the arithmetic when they are first needed and kept from then on.
///
/// A class because all copies of an operation share what was laid out.
final class PackedOnce: Sendable {
  let parameters: Parameters
  private let made = Mutex<PackedLayer?>(nil)

  init(_ parameters: Parameters) {
    self.parameters = parameters
  }

  var packed: PackedLayer {
    made.withLock { made in
      if let made { return made }
      let packed = parameters.packed()
      made = packed
      return packed
    }
  }
}
