import RecordingTypes
import Testing

@Suite("The values of a row lie in bytes that are taken apart, or refused, and never read past")
struct PackedValuesTests {
    private static let packed = PackedValues(
        RowSchema([
            SessionDescription.taskBlock, ValueBlock(feature: "grid", dtype: .uint16, shape: [2, 3]),
            ValueBlock(feature: "done", dtype: .bool, shape: [1]),
            ValueBlock(feature: "note", dtype: .string, shape: [1]),
        ]))

    private static func text(_ text: String) -> [UInt8] {
        withUnsafeBytes(of: UInt32(text.utf8.count).littleEndian) { Array($0) } + Array(text.utf8)
    }

    private static let row = text("pick") + [UInt8](0..<12) + [1] + text("grün")

    @Test func eachBlockHasItsPlace() throws {
        let places = try Self.packed.places(in: Self.row)
        #expect(places == [4..<8, 8..<20, 20..<21, 25..<30])
        #expect(String(decoding: Self.row[places[3]], as: UTF8.self) == "grün")
        #expect(Self.packed.leastBytes == 4 + 12 + 1 + 4)
    }

    @Test("a row that is cut anywhere is refused, and says at which feature")
    func cut() {
        for length in 0..<Self.row.count {
            let flaw = #expect(throws: PackedValues.Flaw.self) {
                _ = try Self.packed.places(in: Array(Self.row[..<length]))
            }
            let feature = length < 8 ? "task" : length < 20 ? "grid" : length < 21 ? "done" : "note"
            #expect(flaw?.feature == feature, "\(length) bytes")
        }
    }

    @Test func whatIsLeftOverIsRefused() {
        let flaw = #expect(throws: PackedValues.Flaw.self) { _ = try Self.packed.places(in: Self.row + [0]) }
        #expect(flaw?.cause == "1 bytes follow the row's values")
    }

    @Test("a length that lies, a flag that is none and a text that is no UTF-8 are refused")
    func lies() {
        var longer = Self.row
        longer.replaceSubrange(0..<4, with: [0xFF, 0xFF, 0xFF, 0xFF])
        var flag = Self.row
        flag[20] = 2
        var text = Self.row
        text[29] = 0xFF
        for (row, feature) in [(longer, "task"), (flag, "done"), (text, "note")] {
            let flaw = #expect(throws: PackedValues.Flaw.self) { _ = try Self.packed.places(in: row) }
            #expect(flaw?.feature == feature)
        }
    }

    @Test(
        "a shape that nobody can mean has no size",
        arguments: [[0], [-1, 2], [1 << 40, 1 << 40], [Int.max, 2], [3000, 3000], []] as [[Int]])
    func shapes(_ shape: [Int]) {
        let schema = RowSchema([ValueBlock(feature: "a", dtype: .uint8, shape: shape)])
        // A value without dimensions is one number.
        #expect(PackedValues(schema).leastBytes == (shape.isEmpty ? 1 : nil))
    }
}
