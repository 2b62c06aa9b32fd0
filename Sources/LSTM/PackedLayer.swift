internal import CKernels

/// A layer made ready to run: its weights laid out as the arithmetic reads them.
///
/// Packing reads every weight once, which costs as much as a few timesteps. Whoever runs a layer more than
/// once, as an editor of inputs does, keeps this; `Parameters` stays a plain value that knows nothing of it.
///
/// A class because it owns memory that is aligned to the processor's vectors, shared by all its users and
/// never written after `init`, which also makes it safe to send.
package final class PackedLayer: @unchecked Sendable {
  package let parameters: Parameters
  package let instructions: InstructionSet
  private let weights: UnsafeMutableBufferPointer<Float>
  let layer: kernels_layer

  /// - Precondition: This processor has `instructions`.
  package init(_ parameters: Parameters, instructions: InstructionSet = .best) {
    precondition(instructions.isAvailable, "this processor has no \(instructions)")
    self.parameters = parameters
    self.instructions = instructions
    let isa = instructions.isa
    let units = parameters.units
    guard parameters.additions == .none else {
      // The plain code reads the parameters themselves.
      weights = UnsafeMutableBufferPointer.allocate(capacity: 0)
      layer = kernels_layer(
        isa: isa, features: parameters.features, units: units, backwards: parameters.goBackwards, kernel: nil,
        recurrent: nil, bias: nil, activation: parameters.activation.kernel,
        recurrent_activation: parameters.recurrentActivation.kernel)
      return
    }
    let padded = kernels_padded(isa, units)
    let kernelCount = parameters.features * 4 * padded
    let recurrentCount = units * 4 * padded
    let byteCount = (kernelCount + recurrentCount + 4 * padded) * MemoryLayout<Float>.size
    // Large weights are read through once a timestep: on large pages, so that the look-up of pages costs nothing.
    let alignment = byteCount < 1 << 21 ? 64 : 1 << 21
    weights = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: alignment)
      .bindMemory(to: Float.self)
    kernels_prepare(weights.baseAddress, weights.count)
    weights.initialize(repeating: 0)
    let kernel = weights.baseAddress
    let recurrent = kernel.map { $0 + kernelCount }
    let bias = recurrent.map { $0 + recurrentCount }
    kernels_pack(isa, parameters.kernel, parameters.features, units, kernel)
    kernels_pack(isa, parameters.recurrentKernel, units, units, recurrent)
    // The bias is a matrix of one row, but in four runs of units, for it is read gate by gate.
    for (column, value) in (parameters.bias ?? []).enumerated() {
      bias?[column / units * padded + column % units] = value
    }
    layer = kernels_layer(
      isa: isa, features: parameters.features, units: units, backwards: parameters.goBackwards,
      kernel: kernel, recurrent: recurrent, bias: parameters.bias == nil ? nil : bias,
      activation: parameters.activation.kernel, recurrent_activation: parameters.recurrentActivation.kernel)
  }

  deinit {
    weights.deallocate()
  }
}

extension Parameters {
  /// Made ready for more than one run.
  package func packed() -> PackedLayer { PackedLayer(self) }
}
