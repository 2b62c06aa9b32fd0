import Foundation
import TensorFiles
import Testing

@testable import Network

@Suite("FarmHash") struct FarmHashTests {
  @Test("Texts of every length up to 200 bytes fall into TensorFlow's bins")
  func bins() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/graph_lookups/hashes.json")
    let recorded = try #require(try JSON(parsing: Array(try Data(contentsOf: path))).list)
    #expect(recorded.count == 201)
    let letters = (0..<200).map { Character(Unicode.Scalar(UInt8(97 + 7 * $0 % 26))) }
    for (count, bin) in recorded.enumerated() {
      #expect(
        FarmHash.bin(of: String(letters.prefix(count)), count: (1 << 31) - 1) == bin.number.map { Int($0) },
        "\(count) bytes")
    }
  }
}
