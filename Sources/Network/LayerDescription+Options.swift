package import LSTM

extension LayerDescription {
  /// An option that is there and not null.
  func option(_ name: String) -> ConfigValue? {
    guard let value = options[name], value != .null else { return nil }
    return value
  }

  func flag(_ name: String, default fallback: Bool = false) throws(LayerProblem) -> Bool {
    guard let value = option(name) else { return fallback }
    guard let flag = value.bool else { throw .option(name, found: value, wanted: "True or False") }
    return flag
  }

  func integer(_ name: String, default fallback: Int? = nil) throws(LayerProblem) -> Int {
    guard let value = option(name) ?? fallback.map({ .number(Double($0)) }) else {
      throw .option(name, found: nil, wanted: "a whole number")
    }
    // Keras takes a list of one for a number, as in kernel_size=(3,).
    guard let number = value.integer ?? value.list.flatMap({ $0.count == 1 ? $0[0].integer : nil }) else {
      throw .option(name, found: value, wanted: "a whole number")
    }
    return number
  }

  /// A size from 1 to the limit of any array.
  func size(_ name: String, default fallback: Int? = nil) throws(LayerProblem) -> Int {
    let size = try integer(name, default: fallback)
    guard (1...Bounds.limit).contains(size) else {
      throw .option(name, found: option(name), wanted: "a number from 1 to \(Bounds.limit)")
    }
    return size
  }

  func number(_ name: String, default fallback: Double) throws(LayerProblem) -> Double {
    guard let value = option(name) else { return fallback }
    guard let number = value.number else { throw .option(name, found: value, wanted: "a number") }
    return number
  }

  func text(_ name: String, default fallback: String, among choices: [String]? = nil) throws(LayerProblem)
    -> String
  {
    guard let value = option(name) else { return fallback }
    guard let text = value.text, choices?.contains(text) ?? true else {
      throw .option(name, found: value, wanted: choices?.joined(separator: ", ") ?? "a text")
    }
    return text
  }

  /// Whole numbers in a list, or a single one.
  func integers(_ name: String) throws(LayerProblem) -> [Int]? {
    guard let value = option(name) else { return nil }
    let values = value.list ?? [value]
    let numbers = values.compactMap(\.integer)
    guard numbers.count == values.count else { throw .option(name, found: value, wanted: "whole numbers") }
    return numbers
  }

  /// Refuses channels_first, which no CPU build of Keras runs.
  func refuseChannelsFirst() throws(LayerProblem) {
    guard try text("data_format", default: "channels_last") == "channels_last" else {
      throw .unsupported("its option data_format is channels_first, and only channels_last is run")
    }
  }

  func activation(_ name: String, default fallback: Activation = .linear) throws(LayerProblem) -> Activation {
    guard let value = options[name] else { return fallback }
    if value == .null { return .linear }
    if let config = value["config"], let className = value["class_name"]?.text,
      let found = Self.activation(ofLayer: className, config, kerasMajor: kerasMajor)
    {
      return found
    }
    if let text = value.text ?? value["config"]?.text ?? value["name"]?.text,
      let activation = Activation.named(text, kerasMajor: kerasMajor)
    {
      return activation
    }
    throw .unsupported("its \(name), \(value.text ?? value.spelled), is not one of Keras' own functions")
  }

  /// The function that an activation layer computes, where it stands in the place of one: `LeakyReLU(…)`.
  ///
  /// - Parameter config: The layer's own.
  /// - Returns: nil where it is no such layer, or its settings make it none of the functions.
  package static func activation(
    ofLayer className: String, _ config: ConfigValue, kerasMajor: Int
  ) -> Activation? {
    switch className {
    case "LeakyReLU":
      (config["negative_slope"] ?? config["alpha"])?.number.map { Activation.leakyRelu(slope: $0) }
    case "HardSigmoid":
      config["alpha"]?.number.flatMap { alpha in
        config["beta"]?.number.map { Activation.hardSigmoid(alpha: alpha, beta: $0) }
      }
    case "ELU": config["alpha"]?.number.map { Activation.elu(alpha: $0) }
    case "ReLU" where (config["threshold"]?.number ?? 0) == 0:
      switch (config["max_value"]?.number, config["negative_slope"]?.number ?? 0) {
      case (nil, 0): .relu
      case (nil, let slope): .leakyRelu(slope: slope)
      case (6?, 0): .relu6
      case (_?, _): nil
      }
    case "Activation": config["activation"]?.text.flatMap { Activation.named($0, kerasMajor: kerasMajor) }
    default: nil
    }
  }

  func weight(named name: String) -> NamedArray? { weights.first { $0.name == name } }

  /// A weight that must be there with this shape.
  func weight(_ name: String, _ shape: [Int]) throws(LayerProblem) -> [Float] {
    guard let array = weight(named: name) else { throw .missingWeight(name, shape: describe(shape)) }
    guard array.shape == shape else { throw .weight(name, found: array.shape, wanted: shape) }
    return array.values
  }

  /// A weight of a number of axes, whatever their length.
  func weight(_ name: String, axes: [String]) throws(LayerProblem) -> NamedArray {
    let wanted = "(\(axes.joined(separator: ", ")))"
    guard let array = weight(named: name) else { throw .missingWeight(name, shape: wanted) }
    guard array.shape.count == axes.count, array.shape.allSatisfy({ $0 > 0 }) else {
      throw .unsupported("its array \(name) has shape \(describe(array.shape)) where \(wanted) is needed")
    }
    return array
  }
}

extension Activation {
  /// Along the last axis where the function needs a whole row, else over everything at once.
  func callAsFunction(_ numbers: [Float], width: Int) -> [Float] {
    guard self != .linear, !numbers.isEmpty else { return numbers }
    guard ["softmax", "log_softmax", "sparsemax"].contains(name), width < numbers.count else {
      return self(numbers)
    }
    var values: [Float] = []
    values.reserveCapacity(numbers.count)
    for start in stride(from: 0, to: numbers.count, by: width) {
      values += self(Array(numbers[start..<start + width]))
    }
    return values
  }

  func callAsFunction(_ value: Value) -> Value {
    Value(shape: value.shape, self(value.numbers, width: value.shape.last ?? 1), mask: value.mask)
  }
}
