import Glibc
import Network

/// Why the program stops: a sentence for the person and a status for the shell.
struct Failure: Error {
  let status: ExitStatus
  /// What was found, where, and what to try.
  let sentence: String
  /// The option whose value it is about, without its dashes; nil where no one is to blame. A session that gave the
  /// value is named by it.
  let option: String?
  /// What else is wrong, a sentence each.
  let further: [String]

  init(_ status: ExitStatus, _ sentence: String, option: String? = nil, further: [String] = []) {
    self.status = status
    self.sentence = sentence
    self.option = option
    self.further = further
  }

  /// What went wrong inside, as a sentence about the model or what it was given; nil for other errors.
  init?(of error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as LayerError: self.init(.badData, error.message)
    case let error as DecodingError: self.init(.badData, error.message)
    case let error as GraphError: self.init(.badData, error.message)
    default: return nil
    }
  }
}

/// How the program ends, after BSD's sysexits.
enum ExitStatus: Int32 {
  case usage = 64
  case badData = 65
  case noInput = 66
  case noTerminal = 69
  case ourFault = 70
  case cannotCreate = 73
  case writingFailed = 74
}

/// Messages, which go to standard error; results alone go to standard output.
enum Messages {
  static func print(_ sentence: String) {
    write("lstmscope: \(sentence.withoutControls())\n")
  }

  static func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      if count < 0 {
        guard errno == EINTR else { return }
      } else {
        bytes = bytes.dropFirst(count)
      }
    }
  }
}

extension String {
  /// The text with a question mark for each control character: names come from files, and a terminal would obey.
  func withoutControls(but kept: Unicode.Scalar? = nil) -> String {
    func isControl(_ scalar: Unicode.Scalar) -> Bool {
      scalar != kept && (scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value))
    }
    guard unicodeScalars.contains(where: isControl) else { return self }
    return String(String.UnicodeScalarView(unicodeScalars.map { isControl($0) ? "?" : $0 }))
  }
}
