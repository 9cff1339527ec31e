import Glibc
import LeRobotDataset
import RecordingTypes
import Testing

/// Few places as a part of all tests; with REEL_FAULTS=full (`make faults`) 20,000 flips.
@Suite("However info.json is damaged, reading it gives a description or an error, never a crash")
struct DamagedDescriptionTests {
    private static let isFull = getenv("REEL_FAULTS").map { String(cString: $0) } == "full"
    private static let whole = DatasetInfo(session: TestDataset.session()).text

    private func read(_ bytes: some Sequence<UInt8>) throws -> DatasetInfo? {
        do {
            return try DatasetInfo(reading: Array(bytes), subject: "info.json")
        } catch let error as ReelError {
            #expect(error.kind == .damaged || error.kind == .mismatch)
            return nil
        }
    }

    @Test func cutAnywhere() throws {
        let whole = Array(Self.whole)
        // Without its last byte, a line feed or the closing brace, it may still be read.
        for cut in 0..<(whole.count - 1) { #expect(try read(whole.prefix(cut)) == nil) }
        if Self.isFull { print("damage: info.json cut: \(whole.count - 1)") }
    }

    @Test func flippedBits() throws {
        let flips = Self.isFull ? 20_000 : 300
        var state: UInt64 = 5
        for _ in 0..<flips {
            var bytes = Array(Self.whole)
            for _ in 0..<3 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes[Int(state >> 33) % bytes.count] ^= 1 << UInt8(state >> 60 & 7)
            }
            if let info = try read(bytes) {
                // What is read can be written, and says the same then.
                #expect(try read(info.text)?.text == info.text)
            }
        }
        if Self.isFull { print("damage: info.json flipped: \(flips)") }
    }
}
