/// A layer that cannot be made, or cannot run on what it was given.
package struct LayerError: Error, Equatable {
  /// The layer's path.
  package let layer: String
  package let className: String
  package let problem: LayerProblem

  package init(layer: String, className: String, problem: LayerProblem) {
    self.layer = layer
    self.className = className
    self.problem = problem
  }

  package var message: String { "layer \(layer) (\(className)): \(problem.message)" }
}

/// What is wrong with a layer, without saying which layer it is.
package enum LayerProblem: Error, Equatable {
  case option(String, found: ConfigValue?, wanted: String)
  case missingWeight(String, shape: String)
  case weight(String, found: [Int], wanted: [Int])
  case children(found: Int, wanted: String)
  case inputCount(found: Int, wanted: String)
  /// The shape of an input, the batch first.
  case input(found: [Int], wanted: String)
  case mask(found: [Int], wanted: [Int])
  case initialState(found: [Int], wanted: [Int])
  case initialStateCount(found: Int, wanted: Int)
  /// More values than `Bounds.limit`.
  case tooLarge([Int])
  /// An id that the table has no row for.
  case id(Float, rows: Int)
  case texts(wanted: Bool)
  /// A whole sentence about something that we do not run.
  case unsupported(String)
  /// The caller's progress closure said so.
  case cancelled

  package var message: String {
    switch self {
    case .option(let name, let found?, let wanted):
      "its option \(name) is \(found.spelled) where \(wanted) is needed"
    case .option(let name, nil, let wanted): "its option \(name) is missing; \(wanted) is needed"
    case .missingWeight(let name, let shape): "its array \(name) of shape \(shape) is missing"
    case .weight(let name, let found, let wanted):
      "its array \(name) has shape \(describe(found)) where its options and inputs need \(describe(wanted))"
    case .children(let found, let wanted): "it holds \(found) layers where it needs \(wanted)"
    case .inputCount(let found, let wanted): "it is given \(found) inputs where it takes \(wanted)"
    case .input(let found, let wanted): "it is given shape \(describe(found)) where it takes \(wanted)"
    case .mask(let found, let wanted):
      "it is given a mask of shape \(describe(found)) where it takes \(describe(wanted))"
    case .initialState(let found, let wanted):
      "it is given an initial state of shape \(describe(found)) where it takes \(describe(wanted))"
    case .initialStateCount(let found, let wanted):
      "it is given \(found) initial states where it takes \(wanted)"
    case .tooLarge(let shape):
      "an array of shape \(describe(shape)) is more than \(Bounds.limit) values; give it less input"
    case .id(let id, let rows):
      "the id \(Int(exactly: id).map { "\($0)" } ?? "\(id)") is outside its table of \(rows) rows; ids go from 0 to \(rows - 1)"
    case .texts(let wanted):
      wanted ? "it takes texts and is given numbers" : "it takes numbers and is given texts"
    case .unsupported(let sentence): sentence
    case .cancelled: "stopped"
    }
  }
}

/// How large an array may become.
package enum Bounds {
  /// 2²⁸ values, 1 GiB of float32.
  package static let limit = 1 << 28

  /// The number of values of a shape.
  ///
  /// - Throws: `tooLarge` beyond `limit`, and where a size is negative or the product overflows.
  package static func count(_ shape: [Int], limit: Int = limit) throws(LayerProblem) -> Int {
    var count = 1
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflow else { throw .tooLarge(shape) }
      count = product
    }
    // An axis of length 0 must not hide others that overflow when they are used alone.
    guard count <= limit, shape.allSatisfy({ $0 <= limit }) else { throw .tooLarge(shape) }
    return count
  }
}
