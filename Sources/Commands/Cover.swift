/// What a lesson covers: a number, all numbers of a quantity, or what the model puts out.
package enum Cover: Equatable, Sendable {
  /// `c[1]@1` is one number, `c@1` those of all units at a timestep, `c` all of them.
  case numbers(Address)
  /// What the model puts out, in numbers and in words.
  case output

  package init(parsing text: String) throws(CommandError) {
    if text == "output" {
      self = .output
      return
    }
    let address = try Address(parsing: text)
    guard !Address.weights.contains(address.quantity) else {
      throw .badArgument(
        command: "hide", found: text, needs: "a number of the run, such as c[1]@1; weights stay")
    }
    self = .numbers(address)
  }

  package var text: String {
    switch self {
    case .numbers(let address): address.text
    case .output: "output"
    }
  }
}
