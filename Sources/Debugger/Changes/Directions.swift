import LSTM
import Network

/// The two halves of a Bidirectional, and layers that stand in each other's place.
extension Change {
  static let backwardNotReversed = Change("backward-not-reversed", [.directions]) { trial in
    let units = trial.halfUnits
    guard !units.isEmpty else { return [] }
    return [
      Version(
        sentence: "the backward half was left in its own order of time",
        remedy: [
          "y_backward = y_backward[:, ::-1]         # before np.concatenate([y_forward, y_backward], axis=-1)"
        ], isOfWeights: false
      ) { trial in
        trial.changeExpected { entry in
          guard let width = units.first(where: { entry.isConcatenated(units: $0) }),
            let (count, inner) = entry.target.timesteps(entry.numbers.shape)
          else { return nil }
          var entry = entry
          let values = entry.numbers.values
          for place in values.indices where place % inner >= width {
            let row = place / inner
            let mirrored = row / count * count + count - 1 - row % count
            entry.numbers.values[place] = values[mirrored * inner + place % inner]
          }
          return entry
        }
      }
    ]
  }

  static let lastPosition = Change("last-position", [.directions]) { trial in
    guard trial.members.contains(where: { $0.lstm.direction == .backward && !$0.lstm.returnSequences }) else {
      return []
    }
    return [
      Version(
        sentence: "y has both directions at the last timestep, where the backward one has only begun",
        remedy: [
          "y = torch.cat([h_n[-2], h_n[-1]], dim=-1)  # not output[:, -1]: the backward half ends at timestep 0"
        ], isOfWeights: false
      ) { trial in
        trial.overrides.takesLastPosition = true
        return true
      }
    ]
  }

  static let backwardNotTurned = Change("backward-not-turned", [.directions]) { trial in
    let turns = trial.members.contains {
      $0.lstm.direction == nil && $0.lstm.parameters.goBackwards && $0.lstm.returnSequences
    }
    guard turns else { return [] }
    return [
      Version(
        sentence: "what the LSTM that goes backwards puts out is joined in its own order of time",
        remedy: [
          "backward = keras.ops.flip(backward, axis=1)  # before it is concatenated; Bidirectional does it by itself"
        ], isOfWeights: false
      ) { trial in
        trial.overrides.turnsBackwardsRound = true
        return true
      }
    ]
  }

  static let halvesSwapped = Change("halves-swapped", [.directions]) { trial in
    let units = trial.halfUnits
    guard !units.isEmpty else { return [] }
    return [
      Version(
        sentence: "the halves of the output stand in each other's place: the backward one first",
        remedy: ["y = np.concatenate([y_forward, y_backward], axis=-1)"], isOfWeights: false
      ) { trial in
        trial.changeExpected { entry in
          guard let width = units.first(where: { entry.isConcatenated(units: $0) }) else { return nil }
          var entry = entry
          let values = entry.numbers.values
          for place in values.indices {
            let column = place % (2 * width)
            entry.numbers.values[place] = values[place - column + (column + width) % (2 * width)]
          }
          return entry
        }
      }
    ]
  }

  /// Of a layer in a stack: by itself it is as if x were turned.
  static let goesBackwards = Change("goes-backwards", [.time]) { trial in
    guard trial.layers.count > 1 else { return [] }
    let turned = trial.layers.filter { $0.lstm.direction == nil && $0.lstm.parameters.goBackwards }
    return turned.map { member in
      Version(
        sentence: "\(member.layer) goes backwards where it should go forwards",
        remedy: ["LSTM(…, go_backwards=False)"], isOfWeights: false
      ) { trial in
        trial.change(layers: [member.layer]) {
          $0.turned(goBackwards: false, zeroOutputForMask: $0.zeroOutputForMask)
        }
      }
    }
  }

  static let directionsSwapped = Change("directions-swapped", [.layers]) { trial in
    let pairs = trial.directionPairs
    guard !pairs.isEmpty else { return [] }
    let sentence = "the weights of the forward and the backward half were taken for each other"
    let remedy = ["# PyTorch's backward half is the one whose names end in _reverse"]
    var versions = [
      Version(sentence: sentence, remedy: remedy) { trial in
        for (one, other) in pairs { trial.exchange(one, other) }
        return true
      }
    ]
    guard pairs.count > 1 else { return versions }
    for (one, other) in pairs.prefix(8) {
      let layer = one.dropLast("/forward".count)
      versions.append(
        Version(sentence: "\(sentence), in \(layer) alone", remedy: remedy, isGeneral: false) { trial in
          trial.exchange(one, other)
          return true
        })
    }
    return versions
  }

  static let layersSwapped = Change("layers-swapped", [.layers]) { trial in
    let layers = trial.layers
    var versions: [Version] = []
    for (index, one) in layers.prefix(6).enumerated() {
      for other in layers.prefix(6).dropFirst(index + 1)
      where one.lstm.direction == other.lstm.direction && one.hasSize(of: other) {
        versions.append(
          Version(
            sentence: "the weights of \(one.layer) and \(other.layer) were taken for each other",
            remedy: ["# PyTorch numbers layers from weight_ih_l0; layer 0 meets x"]
          ) { trial in
            trial.exchange(one.layer, other.layer)
            return true
          })
      }
    }
    return versions
  }
}

extension Trial.Member {
  fileprivate func hasSize(of other: Trial.Member) -> Bool {
    lstm.parameters.units == other.lstm.parameters.units
      && lstm.parameters.outputs == other.lstm.parameters.outputs
      && lstm.parameters.features == other.lstm.parameters.features
  }
}

extension Trial {
  /// The layers of both halves of each Bidirectional, where they are of one size.
  fileprivate var directionPairs: [(String, String)] {
    members.filter { $0.lstm.direction == .forward }.compactMap { forward in
      let name = forward.layer.dropLast("/forward".count) + "/backward"
      guard let backward = members.first(where: { $0.layer == name }), forward.hasSize(of: backward) else {
        return nil
      }
      return (forward.layer, backward.layer)
    }
  }

  /// The units of the halves of each Bidirectional, the last one's first.
  fileprivate var halfUnits: [Int] {
    members.filter { $0.lstm.direction == .backward }
      .map(\.lstm.parameters.outputs).reversed()
  }

  /// Exchanges the weights of two layers. Directions and activations stay where they are.
  fileprivate mutating func exchange(_ one: String, _ other: String) {
    let all = members
    guard let a = all.first(where: { $0.layer == one }).map({ parameters(of: $0) }),
      let b = all.first(where: { $0.layer == other }).map({ parameters(of: $0) })
    else { return }
    func with(_ weights: Parameters, in layer: Parameters) -> Parameters {
      layer.replacing(
        kernel: weights.kernel, recurrentKernel: weights.recurrentKernel, bias: weights.bias)
    }
    for member in all where member.layer == one { overrides.parameters[member.key] = with(b, in: a) }
    for member in all where member.layer == other { overrides.parameters[member.key] = with(a, in: b) }
  }
}

extension Trial.Expected {
  /// Whether its last axis holds both halves: of every timestep, or the final ones.
  fileprivate func isConcatenated(units: Int) -> Bool {
    guard case .output = target else { return false }
    return (2...3).contains(numbers.shape.count) && numbers.shape.last == 2 * units
  }
}
