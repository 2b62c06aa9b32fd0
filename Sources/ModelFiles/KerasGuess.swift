import TensorFiles

/// What a file of weights without an architecture shows of its LSTMs: chains of them, by the shapes of their arrays.
///
/// An LSTM has kernel (features, 4·units), recurrent_kernel (units, 4·units) and, as a rule, bias (4·units).
struct KerasGuess {
  private(set) var architecture: KerasArchitecture
  private(set) var weights = KerasWeights()

  /// Arrays that stand together, in the order of the file.
  struct Group {
    /// Where they stand: a folder of the file.
    let place: String
    /// The layer's name, where the file has one.
    let name: String
    /// `forward_layer` or `backward_layer` of a Bidirectional.
    let direction: String?
    let arrays: [WeightArray]
  }

  /// One LSTM that was recognised.
  fileprivate struct Found {
    let group: Group
    let features: Int
    let units: Int
    let arrays: [WeightArray]
  }

  /// One layer: an LSTM, or both directions of a Bidirectional.
  fileprivate struct Guessed {
    let name: String
    let directions: [Found]

    var features: Int { directions.first?.features ?? 0 }
    var width: Int { directions.reduce(0) { $0 + $1.units } }
  }

  /// - Parameters:
  ///   - recurrentActivation: The default of the version that wrote the file.
  ///   - all: Every array, for what is left over.
  /// - Returns: nil where nothing looks like an LSTM.
  init?(_ groups: [Group], recurrentActivation: String, all: [WeightArray]) {
    let guessed = KerasGuess.paired(groups.compactMap(KerasGuess.recognised))
    guard !guessed.isEmpty else { return nil }
    var layers: [KerasLayer] = []
    var inputs: [KerasReference] = []
    var outputs: [KerasReference] = []
    var chains: [[String]] = []
    var names: Set<String> = []
    var before: (name: String, width: Int)?
    for guess in guessed {
      let name = KerasGuess.unused(guess.name, &names)
      if let before, before.width == guess.features {
        chains[chains.count - 1].append(name)
      } else {
        if let before { outputs.append(KerasReference(layer: before.name)) }
        let input = KerasGuess.unused(name + "_input", &names)
        layers.append(
          KerasLayer(
            name: input, className: "InputLayer", config: .object(["name": .text(input)]),
            batchShape: [nil, nil, guess.features]))
        weights.layers.append(KerasWeights.LayerWeights(place: ""))
        inputs.append(KerasReference(layer: input))
        before = (input, guess.features)
        chains.append([name])
      }
      let source = KerasReference(layer: before?.name ?? name)
      let made = guess.layer(name, recurrentActivation: recurrentActivation, after: source)
      layers.append(made.layer)
      weights.layers.append(made.weights)
      before = (name, guess.width)
    }
    if let before { outputs.append(KerasReference(layer: before.name)) }
    architecture = KerasArchitecture(name: "weights", layers: layers, inputs: inputs, outputs: outputs)
    let claimed = Set(weights.layers.flatMap(\.paths))
    weights.leftOver = all.filter { !claimed.contains($0.path) }
    weights.guesses = KerasGuess.guesses(chains, recurrentActivation, leftOver: weights.leftOver)
  }

  private static func guesses(
    _ chains: [[String]], _ recurrentActivation: String, leftOver: [WeightArray]
  ) -> [String] {
    var guesses = [
      "the file has weights and no architecture: LSTMs are told by the shapes of their arrays, with activation"
        + " tanh, recurrent_activation \(recurrentActivation), return_sequences, forwards, without a mask;"
        + " --config FILE gives the architecture"
    ]
    for chain in chains where chain.count > 1 {
      guesses.append(
        "\(chain.joined(separator: " → ")) are run one after the other, because the features of each are the units"
          + " of the one before")
    }
    if chains.count > 1 {
      guesses.append(
        "\(chains.map { $0[0] }.joined(separator: ", ")) each have an input of their own, because their features fit"
          + " no LSTM before them")
    }
    if !leftOver.isEmpty {
      guesses.append(
        "the \(leftOver.count) other arrays of the file are not run: what they belong to is not told")
    }
    return guesses
  }

  private static func unused(_ name: String, _ names: inout Set<String>) -> String {
    var result = name
    var number = 1
    while !names.insert(result).inserted {
      number += 1
      result = "\(name)_\(number)"
    }
    return result
  }

  // MARK: Recognising

  private static func recognised(_ group: Group) -> Found? {
    func tensor(_ role: String) -> Tensor? { group.arrays.first { $0.role == role }?.tensor }
    if let u = tensor("U_i"), let w = tensor("W_i"), u.shape.count == 2, w.shape.count == 2 {
      guard u.shape[0] == u.shape[1], w.shape[1] == u.shape[1], w.shape[0] > 0, u.shape[0] > 0 else {
        return nil
      }
      return Found(group: group, features: w.shape[0], units: u.shape[0], arrays: group.arrays)
    }
    let matrices = group.arrays.filter { $0.tensor?.shape.count == 2 }
    let vectors = group.arrays.filter { $0.tensor?.shape.count == 1 }
    guard matrices.count == 2, vectors.count <= 1, group.arrays.count == matrices.count + vectors.count,
      let kernel = matrices[0].tensor?.shape, let recurrent = matrices[1].tensor?.shape, recurrent[0] > 0,
      recurrent[0] < 1 << 24, recurrent[1] == 4 * recurrent[0], kernel[1] == recurrent[1], kernel[0] > 0
    else { return nil }
    if let bias = vectors.first?.tensor?.shape[0], bias != recurrent[1], bias != 2 * recurrent[1] {
      return nil
    }
    let roles = ["kernel", "recurrent_kernel", "bias"]
    return Found(
      group: group, features: kernel[0], units: recurrent[0],
      arrays: zip(roles, matrices + vectors).map {
        WeightArray(role: $0, path: $1.path, content: $1.content)
      })
  }

  /// Puts the directions of a Bidirectional together.
  private static func paired(_ found: [Found]) -> [Guessed] {
    var result: [Guessed] = []
    var index = 0
    while index < found.count {
      let this = found[index]
      if index + 1 < found.count {
        let next = found[index + 1]
        let directions = [this.group.direction, next.group.direction]
        if this.group.name == next.group.name, this.features == next.features, this.units == next.units {
          if directions == ["forward_layer", "backward_layer"] {
            result.append(Guessed(name: this.group.name, directions: [this, next]))
            index += 2
            continue
          }
          // Alphabetical order, as HDF5 keeps names.
          if directions == ["backward_layer", "forward_layer"] {
            result.append(Guessed(name: this.group.name, directions: [next, this]))
            index += 2
            continue
          }
        }
      }
      result.append(Guessed(name: this.group.name, directions: [this]))
      index += 1
    }
    return result
  }
}

extension KerasGuess.Guessed {
  fileprivate func layer(
    _ name: String, recurrentActivation: String, after source: KerasReference
  ) -> (layer: KerasLayer, weights: KerasWeights.LayerWeights) {
    let calls = [KerasCall(inputs: [source])]
    func lstm(_ found: KerasGuess.Found, _ name: String, goBackwards: Bool, _ calls: [KerasCall])
      -> KerasLayer
    {
      let hasBias = found.arrays.contains { $0.role == "bias" || $0.role == "b_i" }
      return KerasLayer(
        name: name, className: "LSTM",
        config: .object([
          "name": .text(name), "units": .number(Double(found.units)), "activation": .text("tanh"),
          "recurrent_activation": .text(recurrentActivation), "use_bias": .bool(hasBias),
          "return_sequences": .bool(true), "return_state": .bool(false), "go_backwards": .bool(goBackwards),
        ]), calls: calls)
    }
    func held(_ found: KerasGuess.Found) -> KerasWeights.LayerWeights {
      KerasWeights.LayerWeights(place: found.group.place, arrays: found.arrays)
    }
    guard directions.count == 2 else {
      return (lstm(directions[0], name, goBackwards: false, calls), held(directions[0]))
    }
    let wrapped = [
      lstm(directions[0], "forward_" + name, goBackwards: false, []),
      lstm(directions[1], "backward_" + name, goBackwards: true, []),
    ]
    return (
      KerasLayer(
        name: name, className: "Bidirectional",
        config: .object(["name": .text(name), "merge_mode": .text("concat"), "layer": .null]), calls: calls,
        wrapped: wrapped),
      KerasWeights.LayerWeights(place: directions[0].group.place, children: directions.map(held))
    )
  }
}
