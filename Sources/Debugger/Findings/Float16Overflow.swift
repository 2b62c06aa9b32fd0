import Commands
import LSTM

extension FindingKind {
  /// Numbers that float16 cannot hold, in a run that is computed in float32 here.
  static let float16Overflow = FindingKind(
    "Float16Overflow",
    ofEach: { patient in
      let trace = patient.trace
      var worst: (quantity: Quantity, place: Int, value: Float, width: Int)?
      for (quantity, values, width) in [
        (Quantity.z, trace.z, 4 * trace.units), (.c, trace.c, trace.units), (.h, trace.h, trace.outputs),
      ] {
        for (place, value) in values.enumerated()
        where value.isFinite && abs(value) > max(largestFloat16 / 4, abs(worst?.value ?? 0)) {
          worst = (quantity, place, value, width)
        }
      }
      guard let worst else { return nil }
      let isOver = abs(worst.value) > largestFloat16
      let isHalf = patient.dtype.contains("float16") && !patient.dtype.contains("bfloat16")
      let row = worst.place / worst.width
      let address = patient.address(
        worst.quantity.rawValue, unit: worst.place % worst.width, step: row % trace.timesteps,
        sample: row / trace.timesteps)
      return Finding(
        "float16-overflow", isOver && isHalf ? .error : isOver ? .warning : .note,
        "\(patient.prefix)\(worst.quantity.rawValue) reaches \(written(worst.value)): float16 "
          + (isOver ? "ends at 65504" : "has little room above it, to 65504"),
        evidence: [("largest", "\(address.text) = \(written(worst.value))"), ("dtype", patient.dtype)],
        meaning: isHalf
          ? "the framework computes it in \(patient.dtype), where this is an infinity"
          : "in float16 or mixed_float16 it would be an infinity",
        advice: "bfloat16, which has float32's range; or keep this layer in float32", address: address)
    })
}

/// - Source: IEEE 754, binary16.
private let largestFloat16: Float = 65504
