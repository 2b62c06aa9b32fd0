import Foundation
import Network
import Testing

@Suite struct RosterTests {
  @Test("Every file of Network/Layers is a layer kind, and every kind has its file")
  func files() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources/Network/Layers")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).map {
      $0.replacing(".swift", with: "")
    }
    #expect(Set(files) == Set(LayerKind.all.map(\.name)))
    #expect(LayerKind.all.count == files.count)
  }

  @Test("Every class that runs has a call recorded from its framework")
  func recorded() {
    let classes = Set(LayerKind.all.flatMap(\.classNames))
    // An input is what it is; the weights of a CuDNNLSTM arrive as those of an LSTM.
    let recorded = Set(RecordedLayer.all.map(\.layer.className)).union(["InputLayer", "CuDNNLSTM"])
    #expect(classes.subtracting(recorded) == [])
    #expect(classes.count == LayerKind.all.flatMap(\.classNames).count, "a class belongs to two kinds")
  }
}
