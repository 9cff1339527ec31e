import Encoding
import LeRobotDataset
import Media
import Platform
import RecordingTypes
import Simulation
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite("A spool of format 1, as Reel wrote it until it had format 2, is read, recovered and encoded")
struct FormerSpoolTests {
    private static let fixture = Fixtures.path("spool-1/dataset")

    /// A copy of the session in Tests/Fixtures/spool-1.
    private func withCopy(_ body: (FilePath, SpoolDirectory) throws -> Void) throws {
        let root = FilePath("/tmp/reel-former-\(UInt64.random(in: 0 ... .max))")
        defer { try? File.remove(root) }
        try Directory.copyTree(Self.fixture, to: root)
        try body(root, SpoolDirectory(root: root))
    }

    private func rows(of take: Take) throws -> (rows: [TakeRow], isWhole: Bool) {
        let reader = try TakeReader(take: take)
        var rows: [TakeRow] = []
        while let row = try reader.next() { rows.append(row) }
        return (rows, reader.isWhole)
    }

    /// What the pictures of `top` show, row by row.
    private func codes(of take: Take) throws -> [FrameCode?] {
        let file = try FrameFileReader(path: take.path.appending("top.nut"))
        var codes: [FrameCode?] = []
        for row in try rows(of: take).rows {
            guard row.frames[1].isNew else {
                codes.append(codes.last ?? nil)
                continue
            }
            let picture = try #require(try file.next()).decode()
            codes.append(
                FrameCode.decode(rgb24: try picture.rgb24(), width: picture.width, height: picture.height))
        }
        return codes
    }

    @Test("what the takes say")
    func facts() throws {
        try withCopy { _, spool in
            let takes = try spool.takes()
            #expect(
                takes.map(\.state) == [.kept, .recorded, .discarded, .failed, .recording, .kept, .recording])
            for (take, count) in zip(takes, [12, 12, 12, 12, 6, 34, 33]) {
                let (rows, isWhole) = try rows(of: take)
                #expect(rows.count == count && isWhole == (take.state != .recording))
                #expect(rows.allSatisfy { $0.observation.count == 6 && $0.action.count == 6 && $0.frames.count == 2 })
                #expect(rows.contains { $0.observation.contains { $0 != 0 } })
            }
            for session in [try spool.session(), try takes[6].info().session] {
                #expect(session.fps == 30 && session.robotType == "so_follower" && session.repoID.hasPrefix("me/stack"))
                #expect(session.cameras.map(\.name) == ["front", "top"])
                #expect(session.cameras.map(\.format.pixelFormat) == [.mjpeg, .yuv420p])
                // What held for all of them holds for each.
                let encoder = VideoEncoderSettings(kind: .h264, preset: "ultrafast")
                #expect(session.cameras.map(\.target) == [.video(encoder), .video(encoder)])
                #expect(session.cameras.map(\.kind) == [.colour, .colour])
            }
            let first = try takes[0].info()
            #expect(first.outcome == .success && first.note == "the cube slipped once" && first.end?.reason == .timeUp)
            #expect(first.task == "Stack the cubes")
            let failed = try takes[3].info()
            #expect(failed.attempts == 2 && failed.failure == "the encoder was killed by signal 9")
        }
    }

    @Test("what is written into one is of today's format from then on, and its files keep their names")
    func written() throws {
        try withCopy { _, spool in
            let take = try #require(try spool.take(1))
            let before = try take.info()
            try take.update { $0.note = "another" }
            var after = try take.info()
            let text = String(decoding: try File.read(take.infoPath), as: UTF8.self)
            #expect(text.contains(#""formatVersion" : 2"#) && !text.contains(#""formatVersion" : 1"#))
            #expect(after.session.cameras.map(\.file) == ["front", "top"])
            after.note = before.note
            #expect(after == before)
            #expect(try rows(of: take).rows.count == 12)
        }
    }

    @Test("how pictures are held holds for all cameras; a spool from before there was a choice means videos")
    func storage() throws {
        try withCopy { _, spool in
            let take = try #require(try spool.take(1))
            let text = String(decoding: try File.read(take.infoPath), as: UTF8.self)
            let said = #""storage": "video""#
            #expect(text.contains(said))
            for (storage, member) in [
                (PictureStorage.images, #""storage": "images""#), (.video, #""unknown": "video""#),
            ] {
                try AtomicFile.write(text.replacing(said, with: member).utf8, to: take.infoPath)
                #expect(try take.info().session.cameras.map(\.target.storage) == [storage, storage])
                try take.update { $0.attempts = 1 }
                #expect(try take.info().session.cameras.map(\.target.storage) == [storage, storage])
            }
        }
    }

    @Test("an end that came while it was format 1 still", arguments: ["terminated", "stoodStill"])
    func ends(reason: String) throws {
        try withCopy { _, spool in
            let take = try #require(try spool.take(1))
            let text = String(decoding: try File.read(take.infoPath), as: UTF8.self)
            try AtomicFile.write(text.replacing("timeUp", with: reason).utf8, to: take.infoPath)
            #expect(try take.info().end?.reason.rawValue == reason)
        }
    }

    @Test("to episodes, each row with its picture")
    func encoded() throws {
        try withCopy { root, spool in
            let takes = try spool.takes()
            let recorded = try Dictionary(uniqueKeysWithValues: takes.map { ($0.number, try codes(of: $0)) })
            #expect(recorded.values.allSatisfy { !$0.contains(nil) && Set($0).count > 4 })
            let findings = try SpoolRecovery.run(root: root)
            #expect(findings.map(\.take) == [2, 5, 7])
            #expect(findings.map(\.isSetAside) == [false, true, false])
            #expect(findings.map(\.lostRows) == [0, 6, 0])
            #expect(try SetAsideTakes.bringBack(in: spool).takes == [4, 5])
            let told = try RecordedDataset.encode(root: root)
            let published = told.compactMap { event in
                if case .published(let take, _, let frames, _) = event { [take, frames] } else { nil }
            }
            #expect(published == [[1, 12], [2, 12], [4, 12], [5, 6], [6, 34], [7, 33]])
            #expect(try spool.takes().isEmpty)
            let dataset = try RecordedDataset(at: root)
            for (episode, take) in published.enumerated() {
                #expect(try dataset.codes(episode: episode, camera: "top") == recorded[take[0]])
                #expect(try dataset.codes(episode: episode, camera: "front").count == take[1])
            }
        }
    }
}
