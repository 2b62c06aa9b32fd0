import LSTM
import Network
import Testing

@Suite("Input layout")
struct InputLayoutTests {
  struct Fit: Sendable {
    let shape: [Int]
    let features: Int
    let timesteps: Int?
    let result: [Int]
  }

  @Test(
    "arrays that fit become (batch, timesteps, features)",
    arguments: [
      Fit(shape: [2, 7, 3], features: 3, timesteps: 7, result: [2, 7, 3]),
      Fit(shape: [2, 9, 3], features: 3, timesteps: nil, result: [2, 9, 3]),
      Fit(shape: [7, 3], features: 3, timesteps: 7, result: [1, 7, 3]),
      Fit(shape: [9, 3], features: 3, timesteps: nil, result: [1, 9, 3]),
      Fit(shape: [9], features: 1, timesteps: nil, result: [1, 9, 1]),
      Fit(shape: [4, 9], features: 1, timesteps: 9, result: [4, 9, 1]),
      Fit(shape: [3], features: 3, timesteps: 1, result: [1, 1, 3]),
    ])
  func fits(_ fit: Fit) throws {
    let layout = try InputLayout(fitting: fit.shape, features: fit.features, timesteps: fit.timesteps)
    #expect([layout.batch, layout.timesteps, layout.features] == fit.result)
    #expect((layout.assumption == nil) == (fit.shape.count == 3))
  }

  struct Misfit: Sendable {
    let shape: [Int]
    let features: Int
    let timesteps: Int?
    let says: String
  }

  @Test(
    "arrays that do not fit are told what was probably meant",
    arguments: [
      Misfit(shape: [2, 3, 7], features: 3, timesteps: 7, says: "x.transpose(0, 2, 1)"),
      Misfit(shape: [2, 3, 7], features: 3, timesteps: nil, says: "x.transpose(0, 2, 1)"),
      Misfit(shape: [3, 7], features: 3, timesteps: 7, says: "x.T"),
      Misfit(shape: [2, 8, 3], features: 3, timesteps: 7, says: "8 timesteps where the model declares 7"),
      Misfit(
        shape: [2, 7, 4], features: 3, timesteps: 7, says: "last axis has 4 where the layer has 3 features"),
      Misfit(shape: [2, 21], features: 3, timesteps: 7, says: "x.reshape(2, 7, 3)"),
      Misfit(shape: [2, 12], features: 3, timesteps: nil, says: "x.reshape(2, 4, 3)"),
      Misfit(shape: [21], features: 3, timesteps: 7, says: "x.reshape(1, 7, 3)"),
      Misfit(shape: [5, 3], features: 3, timesteps: 1, says: "x[:, None, :]"),
      Misfit(shape: [5, 3], features: 3, timesteps: 7, says: "one sample needs 7 timesteps and it has 5"),
      Misfit(shape: [2, 7, 3, 1], features: 3, timesteps: 7, says: "x.reshape(2, 7, 3)"),
      Misfit(shape: [0, 7, 3], features: 3, timesteps: 7, says: "empty"),
      Misfit(shape: [], features: 3, timesteps: nil, says: "(batch, timesteps, 3)"),
      Misfit(shape: [1, 1, 1, 1, 1], features: 3, timesteps: nil, says: "(1, 1, 1, 1, 1)"),
      Misfit(shape: [2, 2], features: .max, timesteps: .max, says: "(2, 2)"),
    ])
  func misfits(_ misfit: Misfit) throws {
    let error = try #require(throws: InputLayoutError.self) {
      try InputLayout(fitting: misfit.shape, features: misfit.features, timesteps: misfit.timesteps)
    }
    #expect(error.message.contains(misfit.says), "\(error.message)")
  }

  @Test("initial states come as (units), (batch, units) or (1, batch, units)")
  func states() throws {
    #expect(try stateRepetitions(fitting: [4], name: "h0", units: 4, batch: 3) == 3)
    #expect(try stateRepetitions(fitting: [1, 4], name: "h0", units: 4, batch: 3) == 3)
    #expect(try stateRepetitions(fitting: [3, 4], name: "h0", units: 4, batch: 3) == 1)
    #expect(try stateRepetitions(fitting: [1, 3, 4], name: "h0", units: 4, batch: 3) == 1)
    let error = try #require(throws: StateLayoutError.self) {
      try stateRepetitions(fitting: [4, 3], name: "c0", units: 4, batch: 3)
    }
    #expect(error.message == "c0 has shape (4, 3) where the layer takes (3, 4): try c0.T")
  }
}
