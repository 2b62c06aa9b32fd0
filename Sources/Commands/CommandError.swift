/// What is wrong with a line of the `:` language.
package enum CommandError: Error, Equatable {
  case unknown(String, nearest: String?)
  case notAnAddress(String, reason: String)
  case notAnExpression(String, reason: String)
  case missingArgument(command: String, needs: String)
  case badArgument(command: String, found: String, needs: String)

  package var message: String {
    switch self {
    case .unknown(let name, let nearest?): "there is no command '\(name)'; did you mean '\(nearest)'?"
    case .unknown(let name, nil): "there is no command '\(name)'; ? lists them"
    case .notAnAddress(let text, let reason): "'\(text)' is not an address such as c[3]@5: \(reason)"
    case .notAnExpression(let text, let reason): "'\(text)' cannot be computed: \(reason)"
    case .missingArgument(let command, let needs): "\(command) needs \(needs)"
    case .badArgument(let command, let found, let needs): "\(command) needs \(needs), not '\(found)'"
    }
  }
}
