package import Commands
import LSTM
import Lessons

/// Why something cannot be computed or judged, in a sentence.
package struct Problem: Error, Equatable {
  package let sentence: String

  package init(_ sentence: String) { self.sentence = sentence }
}

extension State {
  /// A claim beside what the model says.
  package struct Verdict: Equatable, Sendable {
    package let isTrue: Bool
    /// `c[0]@1 is +0.3105`.
    package let found: String
  }

  package func verdict(on claim: Claim) -> Result<Verdict, Problem> {
    switch claim {
    case .says(let words):
      guard let translation, !translation.free.isEmpty || translation.request != nil else {
        return .failure(Problem("nothing is said: the model is no decoder that was given a text"))
      }
      let said = translation.sentence(translation.free)
      return .success(Verdict(isTrue: said == words, found: "it says: \(said)"))
    case .about(let left, let relation, let right, let tolerance, let written):
      do throws(Problem) {
        let (a, b) = (try value(of: left), try value(of: right))
        return .success(
          Verdict(
            isTrue: Claim.holds(a, relation, b, tolerance: tolerance),
            found: "it is \(Number.fact(a)), claimed is \(relation.rawValue) \(written)"))
      } catch {
        return .failure(error)
      }
    }
  }

  /// What an expression comes to, of the numbers as they are, covered or not.
  package func value(of expression: Expression) throws(Problem) -> Double {
    switch expression {
    case .number(let number): return number
    case .address(let address): return Double(try value(at: address))
    case .fact(let fact): return try value(of: fact)
    case .apply(let function, let inner):
      let x = try value(of: inner)
      switch function {
      case .sigmoid: return 1 / (1 + Elementary.exp(-x))
      case .tanh: return Elementary.tanh(x)
      case .exp: return Elementary.exp(x)
      case .ln: return Elementary.ln(x)
      case .sqrt: return x.squareRoot()
      case .abs: return abs(x)
      case .round: return x.rounded()
      }
    case .combine(let infix, let left, let right):
      let (a, b) = (try value(of: left), try value(of: right))
      switch infix {
      case .add: return a + b
      case .subtract: return a - b
      case .multiply: return a * b
      case .divide: return a / b
      case .power: return Elementary.power(a, b)
      }
    }
  }

  /// The number at an address; what it leaves out is that of the cursor.
  package func value(at address: Address) throws(Problem) -> Float {
    let (trace, parameters) = try trace(of: address)
    let sample = address.sample ?? self.sample
    guard (0..<trace.batch).contains(sample) else {
      throw Problem("\(address.text): there is no sample \(sample)")
    }
    func element(_ values: [Float], _ indices: [Int], _ widths: [Int]) throws(Problem) -> Float {
      guard indices.count == widths.count, zip(indices, widths).allSatisfy({ (0..<$1).contains($0) }) else {
        throw Problem(
          "\(address.text): it takes \(widths.count) ind\(widths.count == 1 ? "ex" : "ices") below "
            + widths.map(String.init).joined(separator: ", "))
      }
      return values[zip(indices, widths).reduce(0) { $0 * $1.1 + $1.0 }]
    }
    let columns = 4 * trace.units
    switch address.quantity {
    case "kernel", "recurrent_kernel", "bias", "projection", "peephole":
      guard let parameters else {
        throw Problem("\(address.text): weights are those of the LSTM looked at, \(subject.layerName)")
      }
      if address.quantity == "kernel" {
        return try element(parameters.kernel, address.indices, [parameters.features, columns])
      }
      if address.quantity == "recurrent_kernel" {
        return try element(parameters.recurrentKernel, address.indices, [parameters.outputs, columns])
      }
      let additions = parameters.additions
      let (found, widths) =
        switch address.quantity {
        case "projection": (additions.projection, [parameters.units, parameters.outputs])
        case "peephole": (additions.peephole, [3, parameters.units])
        default: (parameters.bias, [columns])
        }
      guard let found else { throw Problem("\(address.text): the layer has no \(address.quantity)") }
      return try element(found, address.indices, widths)
    case "h_raw":
      guard let parameters, parameters.additions.projection != nil else {
        throw Problem("\(address.text): the layer has no projection; what the output gate shows is h itself")
      }
      let unit = address.indices.first ?? unit
      guard (0..<trace.units).contains(unit) else {
        throw Problem("\(address.text): there is no unit \(unit)")
      }
      return trace.unprojected(
        of: parameters, unit: unit, step: try step(of: address, in: trace), sample: sample)
    case "h0", "c0":
      let isMemory = address.quantity == "h0"
      let width = isMemory ? trace.outputs : trace.units
      let unit = address.indices.first ?? min(unit, width - 1)
      guard (0..<width).contains(unit) else {
        throw Problem("\(address.text): there is no unit \(unit)")
      }
      return (isMemory ? trace.h0 : trace.c0)[sample * width + unit]
    default: break
    }
    guard let quantity = Quantity(rawValue: address.quantity) else {
      throw Problem("\(address.text) is no number of a run")
    }
    let index = address.indices.first ?? (quantity == .x ? 0 : min(unit, trace.width(of: quantity) - 1))
    guard (0..<trace.width(of: quantity)).contains(index) else {
      throw Problem("\(address.text): there is no \(quantity == .x ? "feature" : "unit") \(index)")
    }
    return trace.value(quantity, unit: index, step: try step(of: address, in: trace), sample: sample)
  }

  private func step(of address: Address, in trace: Trace) throws(Problem) -> Int {
    let timestep = address.timestep ?? self.timestep
    guard let step = trace.timestepIndex.firstIndex(of: timestep) else {
      throw Problem("\(address.text): there is no timestep \(timestep); the last is \(trace.timesteps - 1)")
    }
    return step
  }

  /// The run that an address means: of the LSTM looked at, or of the other side of a bridge.
  private func trace(of address: Address) throws(Problem) -> (Trace, Parameters?) {
    guard let layer = address.layer, layer != subject.layerName else { return (trace, parameters) }
    for link in translation?.links ?? [] {
      for part in [link.encoder, link.decoder].compactMap(\.self) where part.key == layer {
        return (part.trace, nil)
      }
    }
    throw Problem("\(address.text): the LSTM looked at is \(subject.layerName); layer \(layer) goes there")
  }

  private func value(of fact: Expression.Fact) throws(Problem) -> Double {
    switch fact {
    case .batch, .samples: return Double(trace.batch)
    case .timesteps: return Double(trace.timesteps)
    case .features: return Double(trace.features)
    case .units: return Double(trace.units)
    case .parameters:
      return Double(
        parameters.kernel.count + parameters.recurrentKernel.count + (parameters.bias?.count ?? 0)
          + (parameters.additions.projection?.count ?? 0) + (parameters.additions.peephole?.count ?? 0))
    case .output(let index, let timestep):
      guard let output = subject.map.outputs.first, let width = output.shape.last, width > 0 else {
        throw Problem("the model has no output")
      }
      let perSample = output.values.count / max(1, output.shape.first ?? 1)
      let row = perSample > width ? timestep ?? self.timestep : 0
      let place = sample * perSample + row * width + index
      guard index < width, (row + 1) * width <= perSample, output.values.indices.contains(place) else {
        throw Problem("output[\(index)]: there is no such element")
      }
      return Double(output.values[place])
    case .sure(let timestep):
      guard let translation,
        let best = translation.candidates(sample: sample, step: timestep ?? decoderStep, count: 1).first
      else { throw Problem("sure: there is no decoder that says a word there") }
      return Double(best.probability)
    }
  }

  // MARK: - Answers

  /// Judges an answer.
  func judge(_ text: String, _ question: Question) -> Result<LessonWalk.Answer, Problem> {
    switch question {
    case .number(let expression, let tolerance):
      do throws(Problem) {
        let right = try value(of: expression)
        // A comma is how half of the world writes the point.
        let plain = String(text.map { $0 == "," ? "." : $0 == "−" ? "-" : $0 })
        guard let given = Double(plain.split(separator: " ").joined()), !given.isNaN else {
          return .failure(Problem("'\(text)' is not a number; type one such as 0.5"))
        }
        let distance = abs(given - right)
        let isRight = given == right || distance <= tolerance
        let off = distance == 0 ? "" : ", \(Number.fact(distance)) off"
        return .success(
          LessonWalk.Answer(
            given: text, isRight: isRight,
            remark:
              "\(isRight ? "right" : "not quite"): it is \(Number.fact(right)), you said \(plain)\(off)",
            choice: nil))
      } catch {
        return .failure(error)
      }
    case .choice(let choices, let right):
      let chosen =
        Int(text).map { $0 - 1 } ?? choices.firstIndex { $0.lowercased() == text.lowercased() } ?? -1
      guard choices.indices.contains(chosen) else {
        return .failure(Problem("the answers run from 1 to \(choices.count)"))
      }
      let isRight = chosen == right
      return .success(
        LessonWalk.Answer(
          given: choices[chosen], isRight: isRight,
          remark: isRight ? "right: \(choices[right])" : "no: \(right + 1), \(choices[right])", choice: chosen
        ))
    case .place(let right, let tolerance):
      guard let given = Int(text.filter { $0 != "t" && $0 != " " }) else {
        return .failure(Problem("'\(text)' is not a timestep; type one such as 3"))
      }
      let distance = abs(given - right)
      let isRight = distance <= tolerance
      let off = distance == 0 ? "" : ", \(distance) timestep\(distance == 1 ? "" : "s") off"
      return .success(
        LessonWalk.Answer(
          given: text, isRight: isRight,
          remark: "\(isRight ? "right" : "no"): it is t \(right), you said \(given)\(off)", choice: nil))
    case .text(let answers):
      func plain(_ text: String) -> String {
        text.lowercased().filter { $0.isLetter || $0.isNumber || $0 == "_" }
      }
      let isRight = answers.contains { plain($0) == plain(text) }
      return .success(
        LessonWalk.Answer(
          given: text, isRight: isRight,
          remark: isRight ? "right: \(answers[0])" : "no: it is \(answers[0]), you said \(text)", choice: nil)
      )
    }
  }

  /// What is right, for who reveals without answering.
  package func solution(of question: Question) -> String {
    switch question {
    case .number(let expression, _): (try? value(of: expression)).map { "it is \(Number.fact($0))" } ?? ""
    case .choice(let choices, let right): "it is \(right + 1), \(choices[right])"
    case .place(let right, _): "it is t \(right)"
    case .text(let answers): "it is \(answers[0])"
    }
  }
}

extension Number {
  /// A number in a sentence: four decimals, whole where it is whole.
  static func fact(_ value: Double) -> String {
    if value.isFinite, value == value.rounded(), abs(value) < 1e9 { return "\(Int(value))" }
    if value.isFinite, abs(value) < 1e-3 { return "\(Float(value))" }
    let text = signed(Float(value), .four, width: 12)
    return text.hasPrefix("+") ? String(text.dropFirst()) : text
  }
}
