import Commands
import LSTM
import Workbench

/// An explanation as JSON, every term in it.
struct ExplanationJSON {
  private let number: Explanation<Address>

  init(_ number: Explanation<Address>) {
    self.number = number
  }

  var text: String {
    var fields = [
      ("version", "1"), ("address", quote(number.place.text)), ("value", value(number.value)),
      ("thrown_away", "\(number.isThrownAway)"),
    ]
    fields += origin
    var truth: [(String, String)] = []
    if let exact = number.exact { truth.append(("float64", value(exact))) }
    if let exact = number.exactRun { truth.append(("float64_run", value(exact))) }
    if let recorded = number.recorded { truth.append(("recorded", value(recorded))) }
    if let exact = number.exact, let distance = ULP.distance(number.value, exact) {
      truth.append(("ulp", value(distance)))
    }
    if let exact = number.exactRun, let distance = ULP.distance(number.value, exact) {
      truth.append(("ulp_run", value(distance)))
    }
    if let sum = number.sum {
      truth.append(
        ("orders", object(SummationOrder.allCases.map { ($0.rawValue, value(sum.value($0))) })))
    }
    return object(fields + [("truth", object(truth))]) + "\n"
  }

  private var origin: [(String, String)] {
    switch number.origin {
    case .given(let given): return [("origin", quote("given")), ("from", quote(word(given)))]
    case .same(let source, let reason):
      return [
        ("origin", quote("same")), ("because", quote(word(reason))), ("operands", list([operand(source)])),
      ]
    case .sum(let sum): return [("origin", quote("sum")), ("sum", json(sum))]
    case .activated(let application, let sum):
      return [("origin", quote("activation")), ("activation", json(application))]
        + (sum.map { [("sum", json($0))] } ?? [])
    case .gated(let gate, let application):
      return [
        ("origin", quote("product")), ("operands", list([operand(gate)])), ("activation", json(application)),
      ]
    case .product(let operands), .parts(let operands):
      return [("origin", quote("product")), ("operands", list(operands.map(operand)))]
    case .looked(let row, let id):
      return [("origin", quote("row")), ("operands", list([operand(row), operand(id)]))]
    case .stopped(let layer, let reason):
      return [("origin", quote("stopped")), ("layer", quote(layer)), ("reason", quote(reason))]
    }
  }

  private func word(_ given: Given) -> String {
    switch given {
    case .input: "input"
    case .weight: "weight"
    case .zeroState: "zero_state"
    case .initialState: "initial_state"
    case .zeroForMask: "mask"
    case .zeroFrom(let layer): layer
    case .underMask: "under_mask"
    }
  }

  private func word(_ reason: SameReason) -> String {
    switch reason {
    case .before: "before"
    case .held: "held"
    case .output: "output"
    case .flows: "flows"
    case .handedOver: "handed_over"
    }
  }

  private func json(_ sum: Sum<Address>) -> String {
    object([
      ("address", quote(sum.total.place.text)), ("value", value(sum.total.value)),
      ("divisor", value(sum.divisor)), ("clip", sum.limit.map(value) ?? "null"),
      ("unclipped", (sum.uncut?.total.value).map(value) ?? "null"),
      (
        "terms",
        list(
          sum.bySize.map { term in
            object([("value", value(term.value)), ("operands", list(term.factors.map(operand)))])
          })
      ),
    ])
  }

  private func json(_ application: Application<Address>) -> String {
    object([
      ("name", quote(application.activation.name)), ("argument", operand(application.argument)),
      ("value", value(application.value)), ("slope", value(application.slope)),
    ])
  }

  private func operand(_ operand: Explanation<Address>.Operand) -> String {
    object([("address", quote(operand.place.text)), ("value", value(operand.value))])
  }

  private func quote(_ text: String) -> String { TraceWriter.quoted(text) }
  private func list(_ values: [String]) -> String { "[" + values.joined(separator: ", ") + "]" }

  private func object(_ fields: [(String, String)]) -> String {
    "{" + fields.map { "\(quote($0.0)): \($0.1)" }.joined(separator: ", ") + "}"
  }

  private func value(_ value: some BinaryFloatingPoint & CustomStringConvertible) -> String {
    value.isNaN
      ? "\"NaN\"" : value.isFinite ? value.description : value < 0 ? "\"-Infinity\"" : "\"Infinity\""
  }
}
