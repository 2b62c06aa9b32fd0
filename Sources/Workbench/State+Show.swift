package import Commands
import LSTM

extension State {
  /// Changes the view; where it maps one quantity, that is the address's.
  package mutating func show(_ view: ViewName, of address: Address? = nil) {
    self.view = view
    if let quantity = address.flatMap({ Quantity(rawValue: $0.quantity) }),
      SequenceView.quantities.contains(quantity)
    {
      self.quantity = quantity
    }
  }

  /// What a picture of the screen is of: `question.keras › lstm · Step`.
  package var title: String { "\(subject.fileName) › \(subject.layerName) · \(view.title)" }
}

extension Size {
  /// The sizes that a picture may have: the views need the least, and the most is a poster.
  package static let leastOfPicture = Size(width: Frame.leastWidth, height: Frame.leastHeight)
  package static let mostOfPicture = Size(width: 1000, height: 500)
}
