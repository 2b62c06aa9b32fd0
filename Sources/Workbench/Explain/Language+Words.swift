package import Commands
import Sessions

extension Language {
  /// The word that a number stands for: an id of an input, or a class of the model's output.
  package func word(at address: Address, _ value: Float, output: ModelMap.Output?) -> String? {
    if address.quantity == "x", address.indices.isEmpty, let id = Int(exactly: value), id >= 0 {
      if address.layer == source.name { return source.vocabulary.word(id) }
      if let target, address.layer == target.name { return target.vocabulary.word(id) }
    }
    guard ["y", "z"].contains(address.quantity), let target, let output, address.layer == output.name,
      address.indices.count == 1, output.shape.last == target.vocabulary.words.count
    else { return nil }
    return target.vocabulary.word(address.indices[0])
  }
}
