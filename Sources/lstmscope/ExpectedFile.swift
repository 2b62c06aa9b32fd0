import Debugger
import Glibc
import Network
import TensorFiles

/// A file of recorded numbers: arrays by `trace`'s keys, or one array without a name.
enum ExpectedFile {
  enum Content {
    case named([(name: String, numbers: Numbers)])
    case bare(Numbers)
  }

  /// - Parameter text: A path, `FILE.npz:KEY` for one array of several, or `-` for standard input.
  static func read(_ text: String) throws -> Content {
    let isPart = text != "-" && !Files.exists(text) && text.contains(".npz:")
    guard !isPart else { return .bare(numbers(try ArrayFile.read(text, key: ""))) }
    let name = text == "-" ? "standard input" : text
    let bytes =
      text == "-" ? try Files.readAll(STDIN_FILENO, path: name) : try Files.readAll(text)
    do {
      if bytes.starts(with: [0x50, 0x4b]) {
        let members = try Npz.members(of: FileSource(name: name, bytes: bytes))
        return .named(members.map { ($0.name, numbers($0.tensor)) })
      }
      if bytes.first(where: { !" \n\r\t".utf8.contains($0) }) == UInt8(ascii: "{") {
        let members = try JSON(parsing: bytes).object ?? [:]
        return .named(
          try members.sorted { $0.key < $1.key }.map { ($0.key, numbers(try $0.value.tensor())) })
      }
    } catch let error as NpzError {
      throw Failure(.badData, "\(name): \(error.message)")
    } catch let error as JSONError {
      throw Failure(.badData, "\(name): \(error.message)")
    }
    return .bare(numbers(try ArrayFile.decode(bytes, name: name, key: "", chosen: nil)))
  }

  /// What of a run it is to be compared with.
  static func recorded(
    _ text: String, quantity: String?, in run: NetworkRun
  ) throws -> [Recorded] {
    let content = try read(text)
    do throws(RecordingError) {
      return switch content {
      case .named(let arrays): try Recording(run).recorded(arrays, quantity: quantity)
      case .bare(let numbers): try Recording(run).recorded(numbers, quantity: quantity)
      }
    } catch {
      let status: ExitStatus = if case .unknownQuantity = error { .usage } else { .badData }
      let hint =
        if case .unknownKey(let key, _, _) = error { "; \(text):\(key) compares it without a name" } else {
          ""
        }
      throw Failure(status, "\(text): \(error.message)\(text.hasSuffix(".npz") ? hint : "")")
    }
  }

  private static func numbers(_ tensor: Tensor) -> Numbers {
    Numbers(shape: tensor.shape, values: tensor.floats)
  }
}
