/// Reads one pickle into a `Pickle`: a machine with a stack and a memo that has no way to call anything.
struct PickleReader {
  private let source: FileSource
  /// The next byte of the file.
  private(set) var position: Int
  private var buffer: [UInt8] = []
  private var bufferStart = 0
  private var pickle = Pickle()
  private var stack: [Pickle.Value] = []
  private var marks: [Int] = []
  private var memo: [Int: Pickle.Value] = [:]
  /// Bytes and texts that were taken, all together.
  private var taken = 0
  private var steps = 0

  /// No pickle of a model has more instructions or more text; arrays stand outside of it.
  private static let mostSteps = 1 << 26
  private static let mostBytes = 1 << 28

  init(_ source: FileSource, at position: Int) {
    self.source = source
    self.position = position
  }

  /// Reads to STOP.
  mutating func read() throws(PickleError) -> Pickle {
    while true {
      let code = try byte()
      steps += 1
      guard steps < PickleReader.mostSteps else { throw .tooLarge(byte: position) }
      if code == UInt8(ascii: ".") {
        pickle.root = try pop()
        return pickle
      }
      guard let instruction = PickleCode(rawValue: code) else {
        throw .unknownCode(code, byte: position - 1)
      }
      try perform(instruction)
    }
  }

  // MARK: Bytes

  private mutating func byte() throws(PickleError) -> UInt8 {
    if !(bufferStart..<bufferStart + buffer.count).contains(position) {
      buffer = source.bytes(at: position, count: 1 << 16)
      bufferStart = position
      guard !buffer.isEmpty else { throw .cutOff(byte: position) }
    }
    defer { position += 1 }
    return buffer[position - bufferStart]
  }

  private mutating func bytes(_ count: Int) throws(PickleError) -> [UInt8] {
    guard count >= 0, count <= source.size - position else { throw .cutOff(byte: position) }
    taken += count
    guard taken <= PickleReader.mostBytes else { throw .tooLarge(byte: position) }
    let bytes: [UInt8]
    if position >= bufferStart, position + count <= bufferStart + buffer.count {
      bytes = Array(buffer[position - bufferStart..<position - bufferStart + count])
    } else {
      bytes = source.bytes(at: position, count: count)
    }
    guard bytes.count == count else { throw .cutOff(byte: position) }
    position += count
    return bytes
  }

  /// A little-endian number without sign of up to eight bytes.
  private mutating func unsigned(_ size: Int) throws(PickleError) -> Int {
    var value: UInt64 = 0
    for place in 0..<size { value |= UInt64(try byte()) << UInt64(8 * place) }
    guard let number = Int(exactly: value) else { throw .tooLarge(byte: position) }
    return number
  }

  private mutating func text(_ count: Int) throws(PickleError) -> String {
    let start = position
    guard let text = String(validating: try bytes(count), as: UTF8.self) else { throw .notText(byte: start) }
    return text
  }

  private mutating func line() throws(PickleError) -> String {
    var line: [UInt8] = []
    let start = position
    while true {
      let byte = try byte()
      if byte == UInt8(ascii: "\n") { break }
      line.append(byte)
      taken += 1
      guard line.count < 1 << 16, taken <= PickleReader.mostBytes else { throw .tooLarge(byte: start) }
    }
    guard let text = String(validating: line, as: UTF8.self) else { throw .notText(byte: start) }
    return text
  }

  /// Two's complement, little-endian, as many bytes as there are.
  private static func integer(_ bytes: [UInt8]) -> Pickle.Value {
    guard let last = bytes.last else { return .integer(0) }
    let sign: UInt8 = last & 0x80 == 0 ? 0 : 0xff
    guard bytes.dropFirst(8).allSatisfy({ $0 == sign }) else { return .largeInteger }
    var value = sign == 0 ? UInt64(0) : UInt64.max
    for byte in bytes.prefix(8).reversed() { value = value << 8 | UInt64(byte) }
    let number = Int64(bitPattern: value)
    return (number < 0) == (sign != 0) ? .integer(Int(number)) : .largeInteger
  }

  // MARK: The stack

  private func inconsistent(_ needed: String) -> PickleError {
    .inconsistent(byte: position - 1, needed: needed)
  }

  private mutating func pop() throws(PickleError) -> Pickle.Value {
    guard stack.count > (marks.last ?? 0), let value = stack.popLast() else {
      throw inconsistent("a value on the stack")
    }
    return value
  }

  private mutating func pop(_ count: Int) throws(PickleError) -> [Pickle.Value] {
    guard stack.count - (marks.last ?? 0) >= count else { throw inconsistent("\(count) values on the stack") }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws(PickleError) -> [Pickle.Value] {
    guard let mark = marks.popLast() else { throw inconsistent("a mark on the stack") }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[mark...])
  }

  private mutating func push(_ node: Pickle.Node) {
    stack.append(.node(pickle.nodes.count))
    pickle.nodes.append(node)
  }

  private mutating func remember(_ place: Int) throws(PickleError) {
    guard let top = stack.last else { throw inconsistent("a value on the stack") }
    memo[place] = top
  }

  private mutating func recall(_ place: Int) throws(PickleError) {
    guard let value = memo[place] else { throw inconsistent("entry \(place) of the memo") }
    stack.append(value)
  }

  private func pairs(_ values: [Pickle.Value]) throws(PickleError) -> [Pickle.Pair] {
    guard values.count % 2 == 0 else { throw inconsistent("keys and values in pairs") }
    return stride(from: 0, to: values.count, by: 2).map {
      Pickle.Pair(key: values[$0], value: values[$0 + 1])
    }
  }

  /// The container on top of the stack.
  private func top() throws(PickleError) -> Int {
    guard stack.count > (marks.last ?? 0), case .node(let place)? = stack.last else {
      throw inconsistent("a container on the stack")
    }
    return place
  }

  // MARK: Instructions

  private mutating func perform(_ code: PickleCode) throws(PickleError) {
    switch code {
    case .proto:
      let number = Int(try byte())
      guard number <= 5 else { throw .unknownProtocol(number) }
    case .frame: _ = try unsigned(8)
    case .mark: marks.append(stack.count)
    case .pop:
      if stack.count == marks.last { marks.removeLast() } else { _ = try pop() }
    case .popMark: _ = try popToMark()
    case .dup:
      let value = try pop()
      stack += [value, value]
    case .none: stack.append(.none)
    case .newTrue: stack.append(.bool(true))
    case .newFalse: stack.append(.bool(false))
    case .int: try integerLine()
    case .long:
      let line = try line()
      stack.append(
        Int(line.hasSuffix("L") ? line.dropLast() : line[...]).map { .integer($0) } ?? .largeInteger)
    case .binInt: stack.append(PickleReader.integer(try bytes(4)))
    case .binInt1: stack.append(.integer(try unsigned(1)))
    case .binInt2: stack.append(.integer(try unsigned(2)))
    case .long1: stack.append(PickleReader.integer(try bytes(try unsigned(1))))
    case .long4: stack.append(PickleReader.integer(try bytes(try unsigned(4))))
    case .float: stack.append(.number(Double(try line()) ?? .nan))
    case .binFloat:
      let bits = try bytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      stack.append(.number(Double(bitPattern: bits)))
    case .string:
      let line = try line()
      stack.append(.text(try unquoted(line)))
    case .binString: stack.append(.text(try latin(try unsigned(4))))
    case .shortBinString: stack.append(.text(try latin(try unsigned(1))))
    case .unicode: stack.append(.text(try line()))
    case .binUnicode: stack.append(.text(try text(try unsigned(4))))
    case .shortBinUnicode: stack.append(.text(try text(try unsigned(1))))
    case .binUnicode8: stack.append(.text(try text(try unsigned(8))))
    case .binBytes: stack.append(.bytes(try bytes(try unsigned(4))))
    case .shortBinBytes: stack.append(.bytes(try bytes(try unsigned(1))))
    case .binBytes8, .byteArray8: stack.append(.bytes(try bytes(try unsigned(8))))
    case .emptyList, .emptySet: push(.list([]))
    case .emptyTuple: push(.tuple([]))
    case .emptyDict: push(.dictionary([]))
    case .list, .frozenSet: push(.list(try popToMark()))
    case .tuple: push(.tuple(try popToMark()))
    case .tuple1: push(.tuple(try pop(1)))
    case .tuple2: push(.tuple(try pop(2)))
    case .tuple3: push(.tuple(try pop(3)))
    case .dict:
      let values = try popToMark()
      push(.dictionary(try pairs(values)))
    case .append:
      let item = try pop()
      try add([item])
    case .appends, .addItems:
      let items = try popToMark()
      try add(items)
    case .setItem:
      let values = try pop(2)
      try add(try pairs(values))
    case .setItems:
      let values = try popToMark()
      try add(try pairs(values))
    case .put:
      let line = try line()
      try remember(try index(line))
    case .binPut: try remember(try unsigned(1))
    case .longBinPut: try remember(try unsigned(4))
    case .memoize: try remember(memo.count)
    case .get:
      let line = try line()
      try recall(try index(line))
    case .binGet: try recall(try unsigned(1))
    case .longBinGet: try recall(try unsigned(4))
    case .global:
      let module = try line()
      stack.append(try PickleReader.checked(module, try line()))
    case .stackGlobal:
      let names = try pop(2)
      guard case .text(let module) = names[0], case .text(let name) = names[1] else {
        throw inconsistent("a module's and a class's name")
      }
      stack.append(try PickleReader.checked(module, name))
    case .reduce, .newObject:
      let parts = try pop(2)
      push(.object(Pickle.Object(callable: parts[0], arguments: parts[1])))
    case .newObjectEx:
      let parts = try pop(3)
      push(.object(Pickle.Object(callable: parts[0], arguments: parts[1])))
    case .object:
      let parts = try popToMark()
      guard let first = parts.first else { throw inconsistent("a class") }
      push(.tuple(Array(parts.dropFirst())))
      let arguments = try pop()
      push(.object(Pickle.Object(callable: first, arguments: arguments)))
    case .instance:
      let module = try line()
      let callable = try PickleReader.checked(module, try line())
      push(.tuple(try popToMark()))
      let arguments = try pop()
      push(.object(Pickle.Object(callable: callable, arguments: arguments)))
    case .build:
      let state = try pop()
      let place = try top()
      guard case .object(var object) = pickle.nodes[place] else { throw inconsistent("an object") }
      object.state = state
      pickle.nodes[place] = .object(object)
    case .persistent: push(.persistent(.text(try line())))
    case .binPersistent: push(.persistent(try pop()))
    }
  }

  private mutating func integerLine() throws(PickleError) {
    let line = try line()
    switch line {
    case "00": stack.append(.bool(false))
    case "01": stack.append(.bool(true))
    default: stack.append(Int(line).map { .integer($0) } ?? .largeInteger)
    }
  }

  private func index(_ line: String) throws(PickleError) -> Int {
    guard let index = Int(line) else { throw inconsistent("a number") }
    return index
  }

  /// Python 2's byte strings, which are names in all files of models.
  private mutating func latin(_ count: Int) throws(PickleError) -> String {
    String(String.UnicodeScalarView(try bytes(count).map { Unicode.Scalar($0) }))
  }

  private func unquoted(_ line: String) throws(PickleError) -> String {
    guard line.count >= 2, let quote = line.first, quote == line.last, "'\"".contains(quote) else {
      throw inconsistent("a text in quotes")
    }
    return String(line.dropFirst().dropLast())
  }

  private mutating func add(_ items: [Pickle.Value]) throws(PickleError) {
    let place = try top()
    switch pickle.nodes[place] {
    case .list(var list):
      // Taken out first, so that it is not copied.
      pickle.nodes[place] = .list([])
      list += items
      pickle.nodes[place] = .list(list)
    case .object(var object):
      pickle.nodes[place] = .list([])
      object.items += items
      pickle.nodes[place] = .object(object)
    case .tuple, .dictionary, .persistent: throw inconsistent("a list")
    }
  }

  private mutating func add(_ pairs: [Pickle.Pair]) throws(PickleError) {
    let place = try top()
    switch pickle.nodes[place] {
    case .dictionary(var dictionary):
      pickle.nodes[place] = .list([])
      dictionary += pairs
      pickle.nodes[place] = .dictionary(dictionary)
    case .object(var object):
      pickle.nodes[place] = .list([])
      object.pairs += pairs
      pickle.nodes[place] = .object(object)
    case .list, .tuple, .persistent: throw inconsistent("a dictionary")
    }
  }

  // MARK: Names

  /// Modules that run programs, open files or load code. No model refers to them; what does is made to do harm.
  private static let dangerous: Set<String> = [
    "posix", "nt", "os", "subprocess", "sys", "runpy", "importlib", "pty", "socket", "shutil", "ctypes",
    "commands", "webbrowser", "pdb", "bdb", "code", "codeop", "timeit", "platform", "pip", "asyncio",
    "multiprocessing", "threading", "_thread", "signal", "urllib", "http", "requests", "httplib", "ftplib",
    "smtplib", "tempfile", "marshal", "imp", "cProfile", "profile", "trace", "doctest", "distutils",
    "setuptools", "pydoc", "venv", "ensurepip", "nturl2path", "pickle", "_pickle", "cloudpickle", "dill",
  ]
  private static let dangerousNames: Set<String> = [
    "eval", "exec", "execfile", "compile", "open", "input", "raw_input", "__import__", "getattr", "setattr",
    "delattr", "globals", "locals", "vars", "breakpoint", "apply", "file", "reload", "map", "filter",
  ]

  private static func checked(_ module: String, _ name: String) throws(PickleError) -> Pickle.Value {
    let root = String(module.split(separator: ".").first ?? "")
    let isBuiltin = root == "builtins" || root == "__builtin__"
    let word = String(name.split(separator: ".").first ?? "")
    let isOperator = root == "operator" || root == "_operator"
    if PickleReader.dangerous.contains(root) || isBuiltin && PickleReader.dangerousNames.contains(word)
      || isOperator || module == "torch.hub" || module.hasPrefix("torch.utils.cpp_extension")
    {
      throw .dangerous("\(module).\(name)")
    }
    return .global(module, name)
  }
}

/// The instructions of a pickle, by their byte.
enum PickleCode: UInt8 {
  case mark = 0x28
  case pop = 0x30
  case popMark = 0x31
  case dup = 0x32
  case float = 0x46
  case int = 0x49
  case binInt = 0x4a
  case binInt1 = 0x4b
  case long = 0x4c
  case binInt2 = 0x4d
  case none = 0x4e
  case persistent = 0x50
  case binPersistent = 0x51
  case reduce = 0x52
  case string = 0x53
  case binString = 0x54
  case shortBinString = 0x55
  case unicode = 0x56
  case binUnicode = 0x58
  case append = 0x61
  case build = 0x62
  case global = 0x63
  case dict = 0x64
  case emptyDict = 0x7d
  case appends = 0x65
  case get = 0x67
  case binGet = 0x68
  case instance = 0x69
  case longBinGet = 0x6a
  case list = 0x6c
  case emptyList = 0x5d
  case object = 0x6f
  case put = 0x70
  case binPut = 0x71
  case longBinPut = 0x72
  case setItem = 0x73
  case tuple = 0x74
  case emptyTuple = 0x29
  case setItems = 0x75
  case binFloat = 0x47
  case binBytes = 0x42
  case shortBinBytes = 0x43
  case proto = 0x80
  case newObject = 0x81
  case tuple1 = 0x85
  case tuple2 = 0x86
  case tuple3 = 0x87
  case newTrue = 0x88
  case newFalse = 0x89
  case long1 = 0x8a
  case long4 = 0x8b
  case shortBinUnicode = 0x8c
  case binUnicode8 = 0x8d
  case binBytes8 = 0x8e
  case emptySet = 0x8f
  case addItems = 0x90
  case frozenSet = 0x91
  case newObjectEx = 0x92
  case stackGlobal = 0x93
  case memoize = 0x94
  case frame = 0x95
  case byteArray8 = 0x96
}
