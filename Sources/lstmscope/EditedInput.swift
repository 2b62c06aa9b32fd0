import Glibc
import LSTM
import TensorFiles
import Workbench

/// The input as a person edited it, to be written to a file.
struct EditedInput {
  private let input: LayerInput
  private let key: String
  private let units: Int
  private let outputs: Int

  init(_ state: State) {
    input = state.editedInput
    key = state.editBase?.inputKey ?? state.subject.inputKey
    units = state.editBase?.units ?? state.parameters.units
    outputs = state.editBase?.outputs ?? state.parameters.outputs
  }

  /// Writes it in the form that the name's ending asks for.
  ///
  /// - Throws: `Failure` 64 for another ending, or where the form can't hold all of it.
  func write(to path: String, overwrite: Bool) throws {
    let ending = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
    switch ending {
    case "npz": try Files.write(try npz(), to: path, overwrite: overwrite)
    case "npy":
      try refuseStates(ending)
      try Files.write(Npy.bytes(of: x), to: path, overwrite: overwrite)
    case "json":
      try refuseStates(ending)
      try Files.write(try JSON(shape: x.shape, floats: input.x).bytes(), to: path, overwrite: overwrite)
    case "csv":
      try refuseStates(ending)
      guard input.batch == 1 else {
        throw Failure(.usage, "a .csv holds one sample and there are \(input.batch); write .npy or .npz")
      }
      let table = Tensor(shape: [input.timesteps, input.features], floats: input.x)
      try Files.write(Array(CSV(tensor: table).text.utf8), to: path, overwrite: overwrite)
    default:
      throw Failure(.usage, "\(path): the name must end in .npy, .npz, .csv or .json")
    }
  }

  /// Writes it where edits are kept when the program is ended from outside.
  ///
  /// - Returns: The path.
  func keep() throws -> String {
    let home = Files.variable("XDG_STATE_HOME") ?? (Files.variable("HOME") ?? "") + "/.local/state"
    let folder = "\(home)/lstmscope"
    Files.makeDirectory(folder)
    let path = "\(folder)/edits-\(time(nil))-\(getpid()).npz"
    try Files.write(try npz(), to: path, overwrite: true)
    return path
  }

  private var x: Tensor { Tensor(shape: [input.batch, input.timesteps, input.features], floats: input.x) }

  private func npz() throws -> [UInt8] {
    var members = [Npz.Member(name: key, tensor: x)]
    for (name, state, units) in [("h0", input.h0, outputs), ("c0", input.c0, units)] {
      guard let state else { continue }
      members.append(Npz.Member(name: name, tensor: Tensor(shape: [input.batch, units], floats: state)))
    }
    guard let bytes = Npz.bytes(of: members) else {
      throw Failure(.writingFailed, "there is not enough memory")
    }
    return bytes
  }

  private func refuseStates(_ ending: String) throws {
    guard input.h0 == nil, input.c0 == nil else {
      throw Failure(
        .usage,
        "a .\(ending) holds x alone and there are initial states too; write .npz, which holds x, h0 and c0")
    }
  }
}
