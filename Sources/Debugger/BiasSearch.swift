import LSTM
import Network

/// Finds the biases that the recorded numbers ask for, whatever stands between the two: other layers, a head, only
/// the last output.
///
/// The biases are the unknowns of a least-squares fit through the whole model, whose slopes are differences of runs.
/// It needs more recorded numbers than unknowns, and a model that is not too large.
///
/// - Source: Levenberg 1944, Marquardt 1963.
struct BiasSearch {
  /// Whose biases are unknown.
  enum Scope: Equatable { case heads, lstm(layer: String), lstms, all }

  enum Reach { case possible, tooFewNumbers, tooLarge }

  private let trial: Trial
  private let tolerance: Float
  /// Multiplications that one fit may take: a few seconds.
  static let budget = 12_000_000_000.0
  /// What a bias is moved by to see what follows; rounding and bending are both small then.
  private static let step: Float = 1 / 256

  private let tries: Detective.Tries?

  init(_ trial: Trial, tolerance: Float, _ tries: Detective.Tries? = nil) {
    self.trial = trial
    self.tolerance = tolerance
    self.tries = tries
  }

  // MARK: The unknowns

  /// A bias as a stretch of the unknowns.
  private struct Unknown {
    enum Owner {
      case lstm(layer: String)
      case head(layer: String)

      var layer: String {
        switch self {
        case .lstm(let layer), .head(let layer): layer
        }
      }
    }
    let owner: Owner
    let start: Int
    let values: [Float]
    let isNew: Bool
  }

  private func unknowns(_ scope: Scope) -> [Unknown] {
    var unknowns: [Unknown] = []
    var start = 0
    func add(_ owner: Unknown.Owner, _ bias: [Float]?, count: Int) {
      unknowns.append(
        Unknown(
          owner: owner, start: start, values: bias ?? Array(repeating: 0, count: count), isNew: bias == nil))
      start += count
    }
    if scope != .heads {
      for member in trial.layers where scope.holds(member.layer) {
        let own = trial.parameters(of: member)
        add(.lstm(layer: member.layer), own.bias, count: 4 * own.units)
      }
    }
    if scope == .heads || scope == .all {
      for head in trial.heads { add(.head(layer: head.layer), head.weights.bias, count: head.weights.units) }
    }
    return unknowns
  }

  /// The trial with other biases.
  private func applied(_ moves: [Double], to trial: Trial, _ unknowns: [Unknown]) -> Trial {
    var trial = trial
    for unknown in unknowns {
      let bias = unknown.values.enumerated().map { $1 + Float(moves[unknown.start + $0]) }
      set(bias, of: unknown, in: &trial)
    }
    return trial
  }

  private func set(_ bias: [Float], of unknown: Unknown, in trial: inout Trial) {
    switch unknown.owner {
    case .lstm(let layer): _ = trial.change(layers: [layer]) { $0.replacing(bias: bias) }
    case .head(let layer): _ = trial.changeHeads(layers: [layer]) { $0.replacing(bias: bias) }
    }
  }

  // MARK: What is looked at

  /// A part of the trial with at least three times as many numbers as unknowns, or as many as there are.
  private func part(for unknowns: Int) -> (trial: Trial, numbers: Int)? {
    let batch = max(1, trial.baseline.calls.map(\.trace.batch).max() ?? 1)
    let length = max(1, trial.baseline.calls.map(\.trace.timesteps).max() ?? 1)
    var (samples, timesteps) = (2, 6)
    while true {
      let isWhole = samples >= batch && (timesteps >= length || !trial.isCausal)
      let part = trial.shortened(samples: samples, timesteps: trial.isCausal ? timesteps : nil)
      guard let numbers = part.differences()?.count else { return nil }
      if numbers >= 3 * unknowns || isWhole {
        return Double(numbers) >= 1.25 * Double(unknowns) ? (part, numbers) : nil
      }
      if samples < batch { samples *= 2 } else { timesteps *= 2 }
    }
  }

  /// Multiplications of one run of a part.
  private func work(of part: Trial) -> Double {
    let rows =
      part.inputs.compactMap { $0?.shape }.map { shape in
        Double(shape.prefix(2).reduce(1, *))
      }.max() ?? Double(part.feeding.values.map { $0.batch * $0.timesteps }.max() ?? 1)
    let weights = trial.members.reduce(0) {
      $0 + 4 * $1.lstm.parameters.units * ($1.lstm.parameters.features + $1.lstm.parameters.outputs)
    }
    // Laying the weights out costs about as much as a few rows.
    return Double(weights) * (rows + 4)
  }

  /// Whether what is recorded can tell the biases of the LSTMs.
  var reach: Reach {
    let count = unknowns(.lstms).last.map { $0.start + $0.values.count } ?? 0
    guard count > 0, let (part, numbers) = part(for: count) else { return .tooFewNumbers }
    return cost(count, numbers, part) > Self.budget ? .tooLarge : .possible
  }

  private func cost(_ unknowns: Int, _ numbers: Int, _ part: Trial) -> Double {
    let slopes = Double(unknowns) * work(of: part)
    let products = Double(unknowns * unknowns) * (Double(numbers) / 2 + Double(unknowns) / 6)
    return 8 * (slopes + products)
  }

  // MARK: The fit

  /// What makes the comparison hold, the fewest unknowns first; nil where no biases do.
  func found() -> BiasFound? {
    var budget = Self.budget
    let layers = trial.layers.map(\.layer)
    let alone = layers.count > 1 ? layers.prefix(8).map { Scope.lstm(layer: $0) } : []
    return found(among: [.heads] + alone + [.lstms, .all], &budget)
  }

  /// The same beside another change, where what is looked for is in every layer.
  ///
  /// - Parameter budget: The multiplications that were used are taken away; none is begun that it does not suffice for.
  func found(_ budget: inout Double) -> BiasFound? { found(among: [.lstms, .all], &budget) }

  private func found(among scopes: [Scope], _ budget: inout Double) -> BiasFound? {
    for scope in scopes where !trial.heads.isEmpty || (scope != .heads && scope != .all) {
      let unknowns = unknowns(scope)
      let count = unknowns.reduce(0) { $0 + $1.values.count }
      guard count > 0, let (part, numbers) = part(for: count) else { continue }
      let cost = cost(count, numbers, part)
      guard cost < budget else { continue }
      budget -= cost
      guard let moves = fit(part, unknowns, count: count), let found = confirmed(moves, part, unknowns) else {
        continue
      }
      return found
    }
    return nil
  }

  /// Keeps those that are moved by more than rounding, and looks whether all that is recorded holds with them.
  private func confirmed(_ moves: [Double], _ part: Trial, _ unknowns: [Unknown]) -> BiasFound? {
    let all = applied(moves, to: trial, unknowns)
    guard let outcome = all.outcome(tolerance: tolerance), outcome.passes else { return nil }
    let places = unknowns.compactMap { unknown -> BiasFound.Place? in
      let own = moves[unknown.start..<unknown.start + unknown.values.count]
      let isHead = if case .head = unknown.owner { true } else { false }
      let place = BiasFound.Place(
        layer: unknown.owner.layer, isHead: isHead, own: unknown.isNew ? nil : unknown.values,
        found: zip(unknown.values, own).map { $0 + Float($1) })
      return place.largest > 1e-3 ? place : nil
    }
    guard !places.isEmpty else { return nil }
    let found = BiasFound(
      trial: all, outcome: outcome, places: places,
      isEverywhere: Set(places.filter { !$0.isHead }.map(\.layer)) == Set(trial.layers.map(\.layer)),
      uncertainty: uncertainty(moves, part, unknowns))
    return found.isPlausible ? found : nil
  }

  /// How far a bias can be moved before anything recorded shows it beyond rounding.
  private func uncertainty(_ moves: [Double], _ part: Trial, _ unknowns: [Unknown]) -> Float {
    let count = moves.count
    guard let rest = applied(moves, to: part, unknowns).differences(),
      let slopes = slopes(part, unknowns, moves, rest)
    else { return .infinity }
    var square = products(slopes, rows: rest.count, columns: count)
    let floor = Self.rounding * Self.rounding
    // Biases are of the order of 1: beyond that nothing is asked.
    for place in 0..<count { square[place * count + place] += floor }
    guard let variances = Cholesky(square, count: count)?.inverseDiagonal else { return .infinity }
    return Float(Self.rounding * (variances.max() ?? 0).squareRoot())
  }

  /// Of float32, as two frameworks differ.
  static let rounding = 3e-7

  /// Draws the biases to those of the file at first, and ever less: left free from the start they run away to where
  /// gates are saturated and nothing leads back.
  ///
  /// In parts of how much the recorded numbers themselves draw.
  private static let pulls = [1e-1, 1e-3, 1e-5, 1e-7, 1e-9, 0]

  /// How much of the squared differences is left at most after the first stages where nothing but biases is wrong.
  private static let steps = [0.2, 5e-3, 2e-5]

  private struct State {
    var moves: [Double]
    /// Ours less what is recorded.
    var rest: [Float]
    var damping = 1e-3
    let pull: Double
    /// At these moves, where they are known already.
    var slopes: [Float]?

    /// What is made small.
    var error: Double { squared + pull * moves.reduce(0) { $0 + $1 * $1 } }
    var squared: Double { rest.reduce(0) { $0 + Double($1) * Double($1) } }
  }

  private func fit(_ part: Trial, _ unknowns: [Unknown], count: Int) -> [Double]? {
    var moves = [Double](repeating: 0, count: count)
    guard var rest = applied(moves, to: part, unknowns).differences(), rest.allSatisfy(\.isFinite) else {
      return nil
    }
    let begin = rest.reduce(0) { $0 + Double($1) * Double($1) }
    guard let first = slopes(part, unknowns, moves, rest) else { return nil }
    let weight = first.reduce(0) { $0 + Double($1) * Double($1) } / Double(count)
    for (stage, pull) in Self.pulls.enumerated() {
      var state = State(moves: moves, rest: rest, pull: pull * weight, slopes: stage == 0 ? first : nil)
      guard descend(&state, part, unknowns, rounds: stage == 0 ? 8 : 30, least: stage == 0 ? 0.9 : 0.98)
      else {
        return nil
      }
      (moves, rest) = (state.moves, state.rest)
      if stage < Self.steps.count, state.squared > begin * Self.steps[stage] { return nil }
      if isNear(rest) { break }
    }
    return moves
  }

  /// Whether no difference is more than rounding.
  private func isNear(_ rest: [Float]) -> Bool { rest.allSatisfy { abs($0) < tolerance / 40 } }

  /// - Returns: false where it cannot go on.
  private func descend(
    _ state: inout State, _ part: Trial, _ unknowns: [Unknown], rounds: Int, least: Double
  ) -> Bool {
    let count = state.moves.count
    for _ in 0..<rounds where !isNear(state.rest) {
      guard let slopes = state.slopes ?? slopes(part, unknowns, state.moves, state.rest) else { return false }
      state.slopes = nil
      var square = products(slopes, rows: state.rest.count, columns: count)
      for place in 0..<count { square[place * count + place] += state.pull }
      let before = state.error
      // The slopes serve as long as they lead down steeply: a new set costs a run for each unknown.
      var refusals = 0
      while refusals < 8, !isNear(state.rest) {
        let gradient = zip(product(slopes, state.rest, columns: count), state.moves).map {
          $0 + state.pull * $1
        }
        guard let move = solved(square, gradient, damping: state.damping, count: count) else { return false }
        var next = state
        for place in 0..<count { next.moves[place] -= move[place] }
        guard let rest = applied(next.moves, to: part, unknowns).differences() else { return false }
        next.rest = rest
        guard next.error < state.error else {
          state.damping *= 4
          refusals += 1
          continue
        }
        let isSteep = next.error < state.error / 4
        next.damping = max(state.damping / 8, 1e-9)
        state = next
        if !isSteep { break }
      }
      if state.error > before * least { break }
    }
    return true
  }

  /// How each difference moves with each bias, a column for each bias.
  private func slopes(_ part: Trial, _ unknowns: [Unknown], _ moves: [Double], _ rest: [Float]) -> [Float]? {
    var slopes: [Float] = []
    slopes.reserveCapacity(rest.count * moves.count)
    let base = applied(moves, to: part, unknowns)
    for unknown in unknowns {
      let bias = unknown.values.enumerated().map { $1 + Float(moves[unknown.start + $0]) }
      for place in bias.indices {
        var moved = bias
        moved[place] += Self.step
        var trial = base
        set(moved, of: unknown, in: &trial)
        guard tries?.goesOn(counting: 0) ?? true, let there = trial.differences(), there.count == rest.count
        else { return nil }
        // What was really added, after its rounding.
        let scale = 1 / (moved[place] - bias[place])
        for (a, b) in zip(there, rest) { slopes.append((a - b) * scale) }
      }
    }
    return slopes
  }

  /// The lower half of slopesᵀ·slopes.
  private func products(_ slopes: [Float], rows: Int, columns: Int) -> [Double] {
    var square = [Double](repeating: 0, count: columns * columns)
    slopes.withUnsafeBufferPointer { slopes in
      for a in 0..<columns {
        for b in 0...a { square[a * columns + b] = dot(slopes, a * rows, slopes, b * rows, rows) }
      }
    }
    return square
  }

  private func product(_ slopes: [Float], _ rest: [Float], columns: Int) -> [Double] {
    slopes.withUnsafeBufferPointer { slopes in
      rest.withUnsafeBufferPointer { rest in
        (0..<columns).map { dot(slopes, $0 * rest.count, rest, 0, rest.count) }
      }
    }
  }

  private func dot(
    _ a: UnsafeBufferPointer<Float>, _ startA: Int, _ b: UnsafeBufferPointer<Float>, _ startB: Int,
    _ count: Int
  ) -> Double {
    var sums = SIMD8<Float>.zero
    var place = 0
    while place + 8 <= count {
      var (first, second) = (SIMD8<Float>.zero, SIMD8<Float>.zero)
      for lane in 0..<8 {
        first[lane] = a[startA + place + lane]
        second[lane] = b[startB + place + lane]
      }
      sums += first * second
      place += 8
    }
    var sum = Double(sums.sum())
    while place < count {
      sum += Double(a[startA + place]) * Double(b[startB + place])
      place += 1
    }
    return sum
  }

  /// Solves (square + damping · its diagonal) · move = gradient; nil where it cannot be solved.
  private func solved(_ square: [Double], _ gradient: [Double], damping: Double, count: Int) -> [Double]? {
    var damped = square
    let largest = (0..<count).reduce(0) { max($0, square[$1 * count + $1]) }
    guard largest > 0 else { return nil }
    for row in 0..<count {
      damped[row * count + row] = square[row * count + row] * (1 + damping) + largest * 1e-12
    }
    return Cholesky(damped, count: count)?.solved(gradient)
  }
}

extension BiasSearch.Scope {
  fileprivate func holds(_ layer: String) -> Bool {
    switch self {
    case .heads: false
    case .lstm(layer): true
    case .lstm: false
    case .lstms, .all: true
    }
  }
}
