import Glibc
import Theme

/// What is bundled with the program, found beside the executable, in an installed prefix, or in the source tree.
enum Resources {
  /// The folder that the executable is in.
  private static let folder: String = {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink("/proc/self/exe", &buffer, Int(PATH_MAX))
    let path =
      count > 0
      ? String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
      : CommandLine.arguments[0]
    return path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
  }()

  /// The folder and those above it, as far as a build directory is deep.
  private static var above: [String] {
    var folders: [String] = []
    var parts = folder.split(separator: "/", omittingEmptySubsequences: false)
    while folders.count < 6, parts.count > 1 {
      folders.append(parts.joined(separator: "/"))
      parts.removeLast()
    }
    return folders
  }

  /// The program that reads HDF5.
  static var hdf5Helper: String {
    let candidates = ["\(folder)/lstmscope-hdf5", "\(folder)/../libexec/lstmscope/lstmscope-hdf5"]
    return candidates.first(where: Files.exists) ?? candidates[0]
  }

  /// A bundled file by its name; nil where the installation lacks it.
  static func bundled(_ name: String) -> String? {
    let candidates =
      ["\(folder)/../share/lstmscope/\(name)"] + above.map { "\($0)/Sources/lstmscope/Resources/\(name)" }
    return candidates.first(where: Files.exists)
  }

  // MARK: - Themes

  private static var themeFolders: [String] {
    let configuration = Files.variable("XDG_CONFIG_HOME") ?? Files.variable("HOME").map { "\($0)/.config" }
    return [configuration.map { "\($0)/lstmscope/themes" }, "\(folder)/../share/lstmscope/Themes"].compactMap
    { $0 }
      + above.map { "\($0)/Themes" }
  }

  /// The names of all themes that can be chosen.
  static var themeNames: [String] {
    let files = themeFolders.flatMap(Files.list).filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
    let names = files.map { String($0.prefix(while: { $0 != "." })) }
    return Array(Set(names + Theme.builtins.map(\.name))).sorted()
  }

  /// Reads a theme by its name, or from a path.
  ///
  /// - Throws: `Failure` 64 for a name that is not known, 65 for a file that is no theme.
  static func theme(_ name: String) throws -> Theme {
    if let theme = Theme.builtin(named: name) { return theme }
    guard let path = themePath(name) else {
      throw Failure(
        .usage, "there is no theme '\(name)'; the themes are \(themeNames.joined(separator: ", "))")
    }
    let text = try text(of: path)
    do {
      return try Theme.parse(text, name: name) { parent in
        themePath(parent).flatMap { try? self.text(of: $0) }
      }
    } catch {
      throw Failure(.badData, "\(path): \(error.message)")
    }
  }

  private static func themePath(_ name: String) -> String? {
    let candidates =
      name.contains("/") || name.contains(".")
      ? [name] : themeFolders.flatMap { ["\($0)/\(name).yaml", "\($0)/\(name).yml"] }
    return candidates.first(where: Files.exists)
  }

  private static func text(of path: String) throws -> String {
    String(decoding: try Files.readAll(path), as: UTF8.self)
  }
}
