import Network
import TensorFiles

extension Dialect {
  /// What `torch.save` wrote: a state dict, a checkpoint with one inside, or a whole module.
  static let pyTorch = Dialect(
    name: "PyTorch",
    claims: { contents in
      if let zip = contents.zip {
        return zip.entries.contains { $0.name.hasSuffix("/data.pkl") || $0.name == "data.pkl" }
      }
      return contents.head.starts(with: TorchFile.legacyHead)
    },
    model: { (contents) throws(ModelFileError) in
      let file: TorchFile
      do throws(TorchError) {
        if let zip = contents.zip {
          file = try TorchFile(zip)
        } else {
          file = try TorchFile(legacy: contents.source)
        }
      } catch {
        throw .torch(error)
      }
      var walk = TorchWalk(file)
      walk.visit(file.pickle.root, at: TorchWalk.Place())
      let set = ArraySet(kind: "a PyTorch file", tensors: walk.named(), isOrdered: true)
      let found = try set.layers(mapping: contents.mapping)
      let kind = walk.modules.isEmpty ? "state dict" : "whole module"
      let isTorch = found.contains(where: \.isTorch)
      let isTold = !found.isEmpty && found.allSatisfy { walk.settings(of: $0.module) != nil }
      var settings: [String: ArrayModel.LayerSettings] = [:]
      for layer in found { settings[layer.module] = walk.settings(of: layer.module) }
      return try ArrayModel(
        format: "PyTorch \(kind)\(file.isLegacy ? ", format of before 1.6" : "")", writer: nil, set: set,
        found: found, returnsState: true, settings: settings,
        guesses: set.guesses(isTorch: isTorch && !isTold, isMapped: !contents.mapping.isEmpty).filter {
          guess in
          isTold ? !guess.contains("no architecture") : true
        }, warnings: walk.warnings
      ).model()
    })
}

/// Looks through everything that a file of PyTorch holds for tensors and for modules that are LSTMs.
struct TorchWalk {
  /// Where in the file something stands: keys of dictionaries around it, then its name.
  struct Place {
    var wrapper: [String] = []
    var name = ""
    var depth = 0

    func inside(_ key: String) -> Place {
      Place(wrapper: wrapper, name: name.isEmpty ? key : "\(name).\(key)", depth: depth + 1)
    }
  }

  /// What an `nn.LSTM` says of itself.
  struct Module {
    let wrapper: [String]
    let name: String
    let isBatchFirst: Bool
  }

  private let file: TorchFile
  private var tensors: [(wrapper: [String], tensor: StoredTensor)] = []
  private(set) var modules: [Module] = []
  private(set) var warnings: [String] = []
  private var optimizers = 0
  private var visits = 0
  /// The wrapper that is left out of names, because all LSTMs are in it.
  private var common: [String] = []

  private static let deepest = 48
  private static let mostVisits = 1 << 20

  init(_ file: TorchFile) { self.file = file }

  mutating func visit(_ value: Pickle.Value, at place: Place) {
    visits += 1
    guard place.depth < TorchWalk.deepest, visits < TorchWalk.mostVisits, case .node = value else { return }
    if let tensor = file.tensor(value, name: place.name) {
      if (place.wrapper + [place.name]).contains(where: { $0.lowercased().hasPrefix("optim") }) {
        optimizers += 1
      } else {
        tensors.append((place.wrapper, tensor))
      }
      return
    }
    let pickle = file.pickle
    if let object = pickle.object(value), pickle[attributes(of: object), "_parameters"] != nil {
      visit(module: object, at: place)
    } else if let pairs = pickle.pairs(value) {
      for pair in pairs {
        guard let key = TorchWalk.key(pair.key) else { continue }
        if file.tensor(pair.value, name: key) != nil {
          visit(pair.value, at: place.inside(key))
        } else {
          let wrapper = place.wrapper + (place.name.isEmpty ? [key] : [place.name, key])
          visit(pair.value, at: Place(wrapper: wrapper, name: "", depth: place.depth + 1))
        }
      }
    } else if let list = pickle.list(value) {
      for (index, item) in list.enumerated() { visit(item, at: place.inside("\(index)")) }
    } else if let object = pickle.object(value), let state = attributes(of: object) {
      visit(state, at: Place(wrapper: place.wrapper, name: place.name, depth: place.depth + 1))
    }
  }

  /// Parameters and buffers by name, then the modules inside.
  private mutating func visit(module object: Pickle.Object, at place: Place) {
    let pickle = file.pickle
    let state = attributes(of: object)
    let name = pickle.className(object) ?? ""
    if name == "torch.nn.modules.rnn.LSTM" {
      modules.append(
        Module(
          wrapper: place.wrapper, name: place.name,
          isBatchFirst: pickle[state, "batch_first"] == .bool(true)))
    }
    for group in ["_parameters", "_buffers", "_modules"] {
      for pair in pickle.pairs(pickle[state, group]) ?? [] {
        guard let key = TorchWalk.key(pair.key) else { continue }
        visit(pair.value, at: place.inside(key))
      }
    }
  }

  /// The dictionary of an object's attributes, also where slots stand beside it.
  private func attributes(of object: Pickle.Object) -> Pickle.Value? {
    if file.pickle.pairs(object.state) != nil { return object.state }
    return file.pickle.list(object.state)?.first { file.pickle.pairs($0) != nil }
  }

  private static func key(_ value: Pickle.Value) -> String? {
    switch value {
    case .text(let text): text
    case .integer(let number): "\(number)"
    case .none, .bool, .largeInteger, .number, .bytes, .global, .node: nil
    }
  }

  /// The tensors under names that are as short as they can be and still differ.
  mutating func named() -> [StoredTensor] {
    if optimizers > 0 {
      warnings.append("\(optimizers) arrays of an optimizer are left out")
    }
    if visits >= TorchWalk.mostVisits {
      warnings.append("the file holds more than \(TorchWalk.mostVisits) values; the rest was not looked at")
    }
    let holders = tensors.filter { ArrayName($0.tensor.name)?.owner.isTorch ?? false }.map(\.wrapper)
    common = holders.allSatisfy { $0 == holders.first } ? holders.first ?? [] : []
    return tensors.map { $0.tensor.renamed(whole($0.tensor.name, in: $0.wrapper)) }
  }

  private func whole(_ name: String, in wrapper: [String]) -> String {
    wrapper == common ? name : (wrapper + (name.isEmpty ? [] : [name])).joined(separator: ".")
  }

  /// What a module of that name says of itself; nil where the file has tensors alone.
  func settings(of module: String) -> ArrayModel.LayerSettings? {
    modules.first { whole($0.name, in: $0.wrapper) == module }.map {
      ArrayModel.LayerSettings(isTimeMajor: !$0.isBatchFirst)
    }
  }
}
