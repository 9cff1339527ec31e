import ArrowTables
import Platform
import RecordingTypes
import Spool
import SystemPackage
import Testing

@Suite("A row has the values that the session's blocks say, of the observation and of the action")
struct RowSchemaTests {
    /// Four values are observed, in two blocks; three others are told.
    private static func unequal() -> SessionDescription {
        var session = Samples.session(cameras: ["front"])
        session.observation = RowSchema([
            ValueBlock(feature: "observation.state", names: ["arm.pos", "hand.pos", "battery"]),
            ValueBlock(feature: "observation.effort", names: ["arm.current"]),
        ])
        session.action = .action(["arm.pos", "wheel.vel", "lift.height"])
        return session
    }

    @Test func placesFollowEachOther() {
        let schema = Self.unequal().observation
        #expect(schema.count == 4 && schema.names == ["arm.pos", "hand.pos", "battery", "arm.current"])
        #expect(schema.places.map(\.range) == [0..<3, 3..<4])
        #expect(schema.places.map(\.block) == schema.blocks)
        #expect(RowSchema([]).count == 0 && RowSchema([]).places.isEmpty)
    }

    @Test func unequalSidesComeBackAsTheyWere() throws {
        try withSpool { samples in
            let session = Self.unequal()
            let rows = Samples.rows(7, session: session)
            #expect(rows[0].observation.count == 4 && rows[0].action.count == 3)
            let take = try samples.write(rows, number: 1, session: session).seal(Samples.end)
            #expect(try take.info().session == session)
            let (read, reader) = try Samples.read(take)
            #expect(read == rows && reader.isWhole)
            // A row of other counts is none of this session.
            let writer = try samples.write([], number: 2, session: session)
            var wrong = rows[0]
            (wrong.observation, wrong.action) = (wrong.action, wrong.observation)
            let error = #expect(throws: ReelError.self) { try writer.append(wrong) }
            #expect(error?.kind == .mismatch)
        }
    }

    /// Whoever reads rows.arrows with other tools finds one column a side, however many blocks it has.
    @Test func blocksOfASideLieInOneColumn() throws {
        try withSpool { samples in
            let session = Self.unequal()
            let take = try samples.record(2, number: 1, session: session)
            let bytes = try File.read(take.rowsPath)
            let tables = try bytes.withUnsafeBytes { try RowStreamReader().consume($0) }
            let table = try #require(tables.first)
            #expect(
                table.schema.fields.map(\.name) == [
                    "index", "monotonic_ns", "wall_ns", "late", "observation", "action", "frames.front", "checksum",
                ])
            #expect(table.schema.fields[4].type == .fixedSizeList(.float32, 4))
            #expect(table.schema.fields[5].type == .fixedSizeList(.float32, 3))
            #expect(table.schema.metadata("observation") == "arm.pos, hand.pos, battery, arm.current")
            #expect(table.schema.metadata("reel.rows") == "1")
        }
    }

    @Test func takeJSONHasTheBlocks() throws {
        try withSpool { samples in
            let take = try samples.record(1, number: 1, session: Self.unequal())
            let text = String(decoding: try File.read(take.infoPath), as: UTF8.self)
            #expect(text.contains(#""feature" : "observation.effort""#) && text.contains(#""dtype" : "float32""#))
            // Another type is not taken for this one.
            try AtomicFile.write(text.replacing(#""float32""#, with: #""int64""#).utf8, to: take.infoPath)
            let error = #expect(throws: ReelError.self) { _ = try take.info() }
            #expect(error?.kind == .damaged && error?.cause.contains("int64") == true)
        }
    }

    @Test(
        "a feature that no dataset can have is refused before a row is there",
        arguments: [["observation.state", "action"], ["observation.state", "observation.state"], ["a/b"], [""]])
    func refused(features: [String]) throws {
        try withSpool { samples in
            var session = Self.unequal()
            session.observation = RowSchema(features.map { ValueBlock(feature: $0, names: ["x"]) })
            let changed = session
            let error = #expect(throws: ReelError.self) { try samples.spool.create(changed) }
            #expect(error?.kind == .usage)
            let kept = try samples.spool.session()
            #expect(kept == Samples.session())
        }
    }
}
