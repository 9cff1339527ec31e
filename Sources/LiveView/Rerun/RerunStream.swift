import ArrowTables
import Platform
import RecordingTypes

/// A recording as Rerun's viewer reads it from a pipe or a file (RRD: "RRF2"), made without its SDK: a header, then messages
/// in Protocol Buffers around Arrow streams. Entities are called as LeRobot calls them. Tried with Rerun 0.24 to 0.33
/// (`make conformance`); the format's words are in docs/display.md.
struct RerunStream {
    /// Kinds of messages.
    private enum Kind: UInt64 {
        case storeInfo = 1
        case chunk = 2
    }

    /// Newer viewers read what older ones wrote; this one's is the oldest that LeRobot 0.6.1 allows.
    private static let version: [UInt8] = [0, 24, 0, 0]
    private let recording: String
    private var count: UInt64 = 0

    /// - Parameter recording: a name that no other recording has.
    init(recording: String) { self.recording = recording }

    /// What a stream begins with.
    mutating func beginning() -> [UInt8] {
        // Nothing is compressed, and messages are Protocol Buffers.
        let header = Array("RRF2".utf8) + Self.version + [0, 2, 0, 0]
        var source = Protobuf()
        source.add(varint: 1, 1)
        source.add(2, [], isThere: true)
        var info = Protobuf()
        info.add(2, store)
        info.add(5, source.bytes)
        var message = Protobuf()
        message.add(1, number(next()))
        message.add(2, info.bytes)
        return header + framed(.storeInfo, message.bytes)
    }

    /// One number over time.
    /// - Throws: `ReelError` when Arrow refuses.
    mutating func scalars(_ entity: String, _ values: [Double], at wall: [Int64]) throws -> [UInt8] {
        let lists = ColumnValues.list(offsets: (0...Int32(values.count)).map { $0 }, values: .float64(values))
        return try chunk(entity, at: wall, [(Self.column("Scalars", "scalars", "Scalar", .float64), lists)])
    }

    /// A camera's picture instead of the one before, as LeRobot has it: without a time.
    /// - Throws: `ReelError` when Arrow refuses.
    mutating func picture(_ entity: String, jpeg: [UInt8]) throws -> [UInt8] {
        try chunk(
            entity, at: nil,
            [
                (
                    Self.column("EncodedImage", "blob", "Blob", .byteList),
                    .list(offsets: [0, 1], values: .byteList([jpeg]))
                ),
                (
                    Self.column("EncodedImage", "media_type", "MediaType", .utf8),
                    .list(offsets: [0, 1], values: .utf8(["image/jpeg"]))
                ),
            ])
    }

    /// An entity's path: what is no letter, number, `_`, `-` or `.` is escaped.
    static func path(_ name: String) -> String {
        "/" + name.map { $0.isLetter || $0.isNumber || "_-.".contains($0) ? "\($0)" : "\\\($0)" }.joined()
    }

    // MARK: Chunks

    private mutating func chunk(
        _ entity: String, at wall: [Int64]?, _ columns: [(ColumnField, ColumnValues)]
    ) throws -> [UInt8] {
        let id = next()
        let rows = (0..<(wall?.count ?? 1)).flatMap { _ in big(next()) }
        var fields = [
            ColumnField(
                "rerun.controls.RowId", .fixedBinary(16), nullable: false,
                metadata: [
                    "rerun:kind": "control", "ARROW:extension:name": "rerun.datatypes.TUID",
                    "ARROW:extension:metadata": #"{"namespace":"row"}"#, "rerun:is_sorted": "true",
                ])
        ]
        var values: [ColumnValues] = [.fixedBinary(size: 16, bytes: rows)]
        if let wall {
            fields.append(
                ColumnField(
                    "log_time", .timestamp,
                    metadata: [
                        "rerun:kind": "index", "rerun:index_name": "log_time", "rerun:is_sorted": "true",
                    ]))
            values.append(.int64(wall))
        }
        for (field, value) in columns {
            fields.append(field)
            values.append(value)
        }
        let schema = TableSchema(
            fields,
            metadata: [
                ("rerun:entity_path", Self.path(entity)),
                ("rerun:id", "chunk_" + hexadecimal(id.time) + hexadecimal(id.count)), ("sorbet:version", "0.1.0"),
            ])
        let writer = try RowStreamWriter(schema: schema)
        let payload =
            try writer.schemaBytes() + writer.batchBytes(Table(schema: schema, columns: values)) + writer.endBytes()
        var message = Protobuf()
        message.add(1, store)
        message.add(varint: 2, 1)
        message.add(varint: 3, UInt64(payload.count))
        message.add(varint: 4, 1)
        message.add(5, payload)
        message.add(6, number(id))
        message.add(varint: 7, wall == nil ? 1 : 0)
        return framed(.chunk, message.bytes)
    }

    private static func column(
        _ archetype: String, _ component: String, _ type: String, _ element: ColumnType
    ) -> ColumnField {
        ColumnField(
            "\(archetype):\(component)", .list(element),
            metadata: [
                "rerun:kind": "data", "rerun:archetype": "rerun.archetypes.\(archetype)",
                "rerun:component": "\(archetype):\(component)", "rerun:component_type": "rerun.components.\(type)",
            ])
    }

    private func framed(_ kind: Kind, _ body: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.add(kind.rawValue)
        bytes.add(UInt64(body.count))
        return bytes + body
    }

    /// The recording, among all that a viewer shows.
    private var store: [UInt8] {
        var application = Protobuf()
        application.add(1, Array("recording".utf8))
        var store = Protobuf()
        store.add(varint: 1, 1)
        store.add(2, Array(recording.utf8))
        store.add(3, application.bytes)
        return store.bytes
    }

    // MARK: Numbers that only grow

    private mutating func next() -> (time: UInt64, count: UInt64) {
        count += 1
        return (UInt64(WallClock.nanoseconds), count)
    }

    private func number(_ number: (time: UInt64, count: UInt64)) -> [UInt8] {
        var message = Protobuf()
        message.add(fixed64: 1, number.time)
        message.add(fixed64: 2, number.count)
        return message.bytes
    }

    private func big(_ number: (time: UInt64, count: UInt64)) -> [UInt8] {
        withUnsafeBytes(of: number.time.bigEndian) { Array($0) }
            + withUnsafeBytes(of: number.count.bigEndian) { Array($0) }
    }

    private func hexadecimal(_ number: UInt64) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
