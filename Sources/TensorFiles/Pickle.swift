/// What a pickle says, read as data: nothing in it is looked up, called or built.
///
/// Every container stands in `nodes` and is referred to by its place, so that neither sharing, nor a circle, nor
/// a million levels of nesting costs more than the file is long.
///
/// - Source: CPython, `Lib/pickletools.py` and `Lib/pickle.py`, protocols 0 to 5.
package struct Pickle: Sendable, Equatable {
  package enum Value: Sendable, Equatable {
    case none
    case bool(Bool)
    case integer(Int)
    /// A whole number beyond 64 bits.
    case largeInteger
    case number(Double)
    case text(String)
    case bytes([UInt8])
    /// A class or function, by module and name.
    case global(String, String)
    /// A container or object, by its place in `nodes`.
    case node(Int)
  }

  package enum Node: Sendable, Equatable {
    case list([Value])
    case tuple([Value])
    case dictionary([Pair])
    /// What the file would have made by calling `callable` with `arguments`; it was not called.
    case object(Object)
    /// Something that is kept outside of the pickle, such as a tensor's storage.
    case persistent(Value)
  }

  package struct Pair: Sendable, Equatable {
    package let key: Value
    package let value: Value
  }

  package struct Object: Sendable, Equatable {
    package let callable: Value
    package let arguments: Value
    /// What BUILD gives it: as a rule its attributes.
    package var state: Value?
    package var items: [Value] = []
    package var pairs: [Pair] = []
  }

  package internal(set) var nodes: [Node] = []
  package internal(set) var root = Value.none

  package init() {}
}

extension Pickle {
  package func list(_ value: Value?) -> [Value]? {
    guard case .node(let place)? = value else { return nil }
    switch nodes[place] {
    case .list(let items), .tuple(let items): return items
    case .object(let object) where !object.items.isEmpty: return object.items
    case .dictionary, .object, .persistent: return nil
    }
  }

  package func object(_ value: Value?) -> Object? {
    guard case .node(let place)? = value, case .object(let object) = nodes[place] else { return nil }
    return object
  }

  /// The pairs of a dictionary, also of one that is an object such as an OrderedDict.
  package func pairs(_ value: Value?) -> [Pair]? {
    guard case .node(let place)? = value else { return nil }
    switch nodes[place] {
    case .dictionary(let pairs): return pairs
    case .object(let object):
      return object.pairs.isEmpty && !isDictionary(object.callable) ? nil : object.pairs
    case .list, .tuple, .persistent: return nil
    }
  }

  /// The last value under a key.
  package subscript(value: Value?, key: String) -> Value? {
    pairs(value)?.last { $0.key == .text(key) }?.value
  }

  private func isDictionary(_ callable: Value) -> Bool {
    [.global("collections", "OrderedDict"), .global("builtins", "dict"), .global("__builtin__", "dict")]
      .contains(callable)
  }

  /// `torch.nn.modules.rnn.LSTM` of an object, whichever way the file makes it.
  package func className(_ object: Object) -> String? {
    // PyTorch before 1.6 keeps the class of a module outside, with its source: `('module', class, file, source)`.
    if case .node(let place) = object.callable, case .persistent(let id) = nodes[place],
      let parts = list(id), parts.count >= 2, parts[0] == .text("module"),
      case .global(let module, let name) = parts[1]
    {
      return "\(module).\(name)"
    }
    if case .global(let module, let name) = object.callable {
      // `copyreg._reconstructor(class, object, None)`, `copyreg.__newobj__(class)`.
      guard module.hasPrefix("copy"), let first = list(object.arguments)?.first,
        case .global(let module, let name) = first
      else { return "\(module).\(name)" }
      return "\(module).\(name)"
    }
    return nil
  }
}

/// How a pickle is not one, or not one that is read.
package enum PickleError: Error, Equatable {
  case cutOff(byte: Int)
  case unknownCode(UInt8, byte: Int)
  case unknownProtocol(Int)
  /// An instruction that finds nothing, or something else than it needs, on the stack.
  case inconsistent(byte: Int, needed: String)
  case notText(byte: Int)
  case tooLarge(byte: Int)
  /// A name that only a file with a purpose of its own refers to.
  case dangerous(String)

  package var message: String {
    switch self {
    case .cutOff(let byte): "the pickle is cut off at byte \(byte); copy or save the file again"
    case .unknownCode(let code, let byte):
      "the pickle has the instruction 0x\(code < 16 ? "0" : "")\(String(code, radix: 16)) at byte \(byte), which is none"
        + " of Python's; save the file again"
    case .unknownProtocol(let number): "the pickle is of protocol \(number), and 0 to 5 are read"
    case .inconsistent(let byte, let needed):
      "the pickle contradicts itself at byte \(byte): \(needed) is needed there; save the file again"
    case .notText(let byte): "the pickle has a text at byte \(byte) that is not UTF-8; save the file again"
    case .tooLarge(let byte): "the pickle asks at byte \(byte) for more than any model needs"
    case .dangerous(let name):
      "the pickle would call \(name) when Python loads it, which no model needs; nothing was run. Do not torch.load"
        + " this file; ask whoever made it for a state_dict or safetensors"
    }
  }
}
