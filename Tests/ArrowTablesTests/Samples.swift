import ArrowTables
import Glibc
import SystemPackage
import Testing
import TestSupport

/// A table with every type that Reel reads and writes.
enum Samples {
    static let schema = TableSchema(
        [
            ColumnField("index", .int64, nullable: false),
            ColumnField("single", .float32),
            ColumnField("double", .float64),
            ColumnField("flag", .bool),
            ColumnField("text", .utf8),
            ColumnField("bytes", .binary),
            ColumnField("names", .list(.utf8)),
            ColumnField("action", .fixedSizeList(.float32, 3)),
            ColumnField("pixels", .list(.list(.list(.float64)))),
            ColumnField(
                "image", .structure([ColumnField("bytes", .binary), ColumnField("path", .utf8)])),
        ],
        metadata: [("pandas", #"{"index_columns": ["text"]}"#), ("empty", "")])

    /// `rows` rows, each different; the text of every third row is null.
    static func table(rows: Int, from first: Int = 0) throws -> Table {
        let numbers = Array(first..<first + rows)
        let columns: [ColumnValues] = [
            .int64(numbers.map { Int64($0) - 1 << 40 }),
            .float32(numbers.map { Float($0) / 3 }),
            .float64(numbers.map { Double($0) / 7 }),
            .bool(numbers.map { $0 % 3 == 1 }),
            text(numbers),
            .binary(numbers.map { [UInt8](repeating: UInt8($0 & 255), count: $0 % 5) }),
            .list(
                offsets: offsets(numbers.map { $0 % 3 }),
                values: .utf8(numbers.flatMap { number in (0..<number % 3).map { "\(number)·\($0)" } })),
            .fixedSizeList(size: 3, values: .float32(numbers.flatMap { [Float($0), -Float($0), 0.5] })),
            pixels(numbers),
            .structure([
                .binary(numbers.map { [UInt8]("PNG\($0)".utf8) }), .utf8(numbers.map { "frame-\($0).png" }),
            ]),
        ]
        return try Table(schema: schema, columns: columns)
    }

    private static func text(_ numbers: [Int]) -> ColumnValues {
        let values = ColumnValues.utf8(numbers.map { $0 % 3 == 2 ? "" : "téxt \($0)" })
        let isValid = numbers.map { $0 % 3 != 2 }
        return isValid.allSatisfy { $0 } ? values : .nullable(isValid: isValid, values: values)
    }

    /// Lists of shape (3, 1, 1), as image statistics are kept.
    private static func pixels(_ numbers: [Int]) -> ColumnValues {
        let values = ColumnValues.float64(numbers.flatMap { [Double($0), 0.25, 1] })
        let ones = [Int32](0...Int32(numbers.count * 3))
        return .list(
            offsets: offsets(numbers.map { _ in 3 }),
            values: .list(offsets: ones, values: .list(offsets: ones, values: values)))
    }

    private static func offsets(_ lengths: [Int]) -> [Int32] {
        lengths.reduce(into: [0]) { offsets, length in offsets.append((offsets.last ?? 0) + Int32(length)) }
    }
}

/// A directory of the test's own, removed after it.
func withDirectory<Result>(_ body: (FilePath) throws -> Result) throws -> Result {
    let directory = try TemporaryDirectory()
    return try withExtendedLifetime(directory) { try body(directory.path) }
}

func readBytes(_ path: FilePath) throws -> [UInt8] {
    let file = try FileDescriptor.open(path, .readOnly)
    return try file.closeAfter {
        let size = Int(try file.seek(offset: 0, from: .end))
        return try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = try file.read(fromAbsoluteOffset: 0, into: UnsafeMutableRawBufferPointer(buffer))
        }
    }
}

func write(_ bytes: [UInt8], to path: FilePath) throws {
    let file = try FileDescriptor.open(
        path, .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite])
    try file.closeAfter { _ = try file.writeAll(bytes) }
}

/// The same numbers on every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
