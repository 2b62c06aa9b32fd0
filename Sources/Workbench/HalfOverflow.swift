package import Commands
package import LSTM

extension Trace.HalfOverflow {
  /// Where it is: `c[0]@3#0`.
  package func address(in trace: Trace) -> Address {
    Address(
      quantity: place.quantity.rawValue, indices: [place.unit], timestep: trace.timestepIndex[place.step],
      sample: place.sample)
  }

  /// What a person should know of it.
  package func sentence(in trace: Trace) -> String {
    let what = isProduct ? "a product in \(address(in: trace).text)" : address(in: trace).text
    return
      "\(what) is \(value), beyond 65504: in float16, which the model asks for, Keras has infinity there, and other "
      + "numbers from there on."
  }
}
