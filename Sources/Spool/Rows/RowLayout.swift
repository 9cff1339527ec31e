import ArrowTables
import Platform
import RecordingTypes

/// How rows lie in rows.arrows (docs/spool-format.md): one record batch a row, and in each row a checksum of its own. The
/// blocks of an observation lie in one column, one behind the other; so do those of an action.
struct RowLayout {
    let schema: TableSchema
    private let observationCount: Int
    private let actionCount: Int
    /// Nil where rows carry nothing but floats.
    private let packed: PackedValues?
    private let cameraCount: Int

    /// The numbers of a frame reference, in order.
    private static let referenceNames = "index, is_new, captured_ns, sequence, size, checksum"
    private static let referenceSize = 6

    init(session: SessionDescription) {
        observationCount = session.observation.count
        actionCount = session.action.count
        packed = session.values.blocks.isEmpty ? nil : PackedValues(session.values)
        cameraCount = session.cameras.count
        var fields = ["index", "monotonic_ns", "wall_ns"].map { ColumnField($0, .int64, nullable: false) }
        fields.append(ColumnField("late", .bool, nullable: false))
        for (name, count) in [("observation", observationCount), ("action", actionCount)] where count > 0 {
            fields.append(ColumnField(name, .fixedSizeList(.float32, count), nullable: false))
        }
        if packed != nil { fields.append(ColumnField("values", .binary, nullable: false)) }
        for camera in session.cameras {
            fields.append(
                ColumnField("frames.\(camera.name)", .fixedSizeList(.int64, Self.referenceSize), nullable: false))
        }
        fields.append(ColumnField("checksum", .int64, nullable: false))
        schema = TableSchema(
            fields,
            metadata: [
                ("reel.rows", "1"), ("observation", session.observation.names.joined(separator: ", ")),
                ("action", session.action.names.joined(separator: ", ")), ("frames", Self.referenceNames),
            ])
    }

    /// The row as a table of one row.
    /// - Throws: `ReelError(.mismatch)` when it has not the values or not as many cameras as the session.
    func table(_ row: TakeRow) throws -> Table {
        guard row.observation.count == observationCount, row.action.count == actionCount,
            row.frames.count == cameraCount
        else {
            throw ReelError(
                .mismatch, "store row \(row.index)",
                cause: "it has \(row.observation.count) observed values, \(row.action.count) of action and "
                    + "\(row.frames.count) pictures; the session has \(observationCount), \(actionCount) and "
                    + "\(cameraCount)")
        }
        do {
            if let packed { _ = try packed.places(in: row.values) }
        } catch {
            throw ReelError(
                .mismatch, "store row \(row.index)", subject: error.feature.printable, cause: error.cause)
        }
        var columns: [ColumnValues] = []
        columns.reserveCapacity(schema.fields.count)
        columns.append(.int64([Int64(row.index)]))
        columns.append(.int64([row.monotonicTime.nanoseconds]))
        columns.append(.int64([row.wallNanoseconds]))
        columns.append(.bool([row.isLate]))
        for values in [row.observation, row.action] where !values.isEmpty {
            columns.append(.fixedSizeList(size: values.count, values: .float32(values)))
        }
        if packed != nil { columns.append(.binary([row.values])) }
        for frame in row.frames {
            columns.append(.fixedSizeList(size: Self.referenceSize, values: .int64(numbers(frame))))
        }
        columns.append(.int64([Int64(checksum(of: row))]))
        return try Table(schema: schema, columns: columns)
    }

    /// The rows of a batch, each with whether its checksum holds.
    /// - Throws: `ReelError(.damaged)` when the columns are not those of this layout.
    func rows(in table: Table) throws -> [(row: TakeRow, holds: Bool)] {
        // The reader gives every batch of a stream the same schema, so this is mostly one comparison of addresses.
        guard table.schema.fields == schema.fields else { throw damage("its columns are not those of the session") }
        var column = 0
        func next() -> ColumnValues {
            defer { column += 1 }
            return table.columns[column]
        }
        let index = try int64s(next(), 1)
        let monotonic = try int64s(next(), 1)
        let wall = try int64s(next(), 1)
        guard case .bool(let late) = next() else { throw damage("a row says neither late nor in time") }
        let observation = observationCount > 0 ? try float32s(next()) : []
        let action = actionCount > 0 ? try float32s(next()) : []
        let values = packed == nil ? [] : try bytes(next())
        let frames = try (0..<cameraCount).map { _ in try int64s(next(), Self.referenceSize) }
        let checksums = try int64s(next(), 1)
        return try (0..<table.rowCount).map { row in
            let decoded = TakeRow(
                index: Int(index[row]), monotonicTime: MonotonicTime(nanoseconds: monotonic[row]),
                wallNanoseconds: wall[row], isLate: late[row],
                observation: Array(observation[row * observationCount..<(row + 1) * observationCount]),
                action: Array(action[row * actionCount..<(row + 1) * actionCount]),
                values: values.isEmpty ? [] : values[row],
                frames: try frames.map { try reference($0[row * Self.referenceSize..<(row + 1) * Self.referenceSize]) })
            return (decoded, Int64(checksum(of: decoded)) == checksums[row] && unpacks(decoded))
        }
    }

    /// Whether a row's further values can be taken apart.
    private func unpacks(_ row: TakeRow) -> Bool {
        guard let packed else { return true }
        do {
            _ = try packed.places(in: row.values)
            return true
        } catch { return false }
    }

    /// CRC-32 over all integers of the row, then over its observation, its action and its further values, all
    /// little-endian: index, monotonic and wall time, 1 when late, and the six numbers of each camera's reference.
    private func checksum(of row: TakeRow) -> UInt32 {
        var integers = [
            Int64(row.index), row.monotonicTime.nanoseconds, row.wallNanoseconds, row.isLate ? 1 : 0,
        ]
        integers.reserveCapacity(4 + row.frames.count * Self.referenceSize)
        for frame in row.frames { integers += numbers(frame) }
        var checksum = Checksum()
        integers.withUnsafeBytes { checksum.update($0) }
        row.observation.withUnsafeBytes { checksum.update($0) }
        row.action.withUnsafeBytes { checksum.update($0) }
        row.values.withUnsafeBytes { checksum.update($0) }
        return checksum.value
    }

    private func numbers(_ frame: FrameReference) -> [Int64] {
        [
            Int64(frame.index), frame.isNew ? 1 : 0, frame.capturedAt.nanoseconds, frame.sequence,
            Int64(frame.packet.size), Int64(frame.packet.checksum),
        ]
    }

    private func reference(_ numbers: ArraySlice<Int64>) throws -> FrameReference {
        let first = numbers.startIndex
        guard let checksum = UInt32(exactly: numbers[first + 5]), numbers[first + 1] == 0 || numbers[first + 1] == 1
        else { throw damage("a picture's reference is out of range") }
        return FrameReference(
            index: Int(numbers[first]), isNew: numbers[first + 1] == 1,
            capturedAt: MonotonicTime(nanoseconds: numbers[first + 2]), sequence: numbers[first + 3],
            packet: PacketFacts(size: Int(numbers[first + 4]), checksum: checksum))
    }

    private func int64s(_ column: ColumnValues, _ width: Int) throws -> [Int64] {
        switch column {
        case .int64(let values) where width == 1: return values
        case .fixedSizeList(width, .int64(let values)): return values
        default: throw damage("a number is missing")
        }
    }

    private func float32s(_ column: ColumnValues) throws -> [Float] {
        if case .fixedSizeList(_, .float32(let values)) = column { return values }
        throw damage("a value is missing")
    }

    private func bytes(_ column: ColumnValues) throws -> [[UInt8]] {
        if case .binary(let values) = column { return values }
        throw damage("the further values are missing")
    }

    private func damage(_ cause: String) -> ReelError { ReelError(.damaged, "read rows", cause: cause) }
}
