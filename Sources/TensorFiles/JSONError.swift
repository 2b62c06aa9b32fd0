/// How a text is not JSON, or JSON not an array.
package enum JSONError: Error, Equatable {
  case notJSON(reason: String)
  case notNumber(place: String, found: String)
  case ragged(place: String, needed: Int, found: String)

  package var message: String {
    switch self {
    case .notJSON(let reason):
      "not JSON: \(reason)"
    case .notNumber(let place, let found):
      "\(Self.named(place)) should be a number and is \(found)"
    case .ragged(let place, let needed, let found):
      "\(Self.named(place)) should be a list of \(needed), like those before it, and is \(found)"
    }
  }

  private static func named(_ place: String) -> String {
    place.isEmpty ? "the value" : "the value at \(place)"
  }
}
