import Platform
import RecordingTypes
import Spool
import SystemPackage
import Testing

@Suite("A take says of each camera what its pictures are and what becomes of them")
struct PictureTargetTests {
    private static let settings = VideoEncoderSettings(
        kind: .h264, pixelFormat: .yuv444p, gop: nil, crf: 23.5, preset: "veryfast", fastDecode: 1, threads: 3,
        extraOptions: ["tune": "film"])

    /// The one becomes a video, the other PNGs.
    private static func mixed() -> SessionDescription {
        var session = Samples.session(cameras: ["front", "Top cam"])
        session.cameras[0].target = .video(settings)
        session.cameras[1].target = .images
        return session
    }

    /// `change` in the text of take.json, of a recorded take of `mixed`.
    private func withTake(_ change: (String) -> String, _ body: (Take) throws -> Void) throws {
        try withSpool { samples in
            let take = try samples.record(2, number: 1, session: Self.mixed())
            let text = String(decoding: try File.read(take.infoPath), as: UTF8.self)
            let changed = change(text)
            #expect(changed != text)
            try AtomicFile.write(changed.utf8, to: take.infoPath)
            try body(take)
        }
    }

    @Test func twoCamerasOfOneSessionBecomeTwoThings() throws {
        try withSpool { samples in
            let session = Self.mixed()
            try samples.spool.create(session)
            #expect(try samples.spool.session() == session)
            let take = try samples.record(4, number: 1, session: session)
            #expect(try take.info().session == session)
            // Also when it is written again.
            try take.update { $0.note = "well" }
            let cameras = try take.info().session.cameras
            #expect(cameras.map(\.target) == [.video(Self.settings), .images])
            #expect(cameras.map(\.kind) == [.colour, .colour])
            #expect(cameras.map(\.file) == ["front", "top-cam.01"])
        }
    }

    @Test func theTextHasItAtTheCamera() throws {
        try withSpool { samples in
            let take = try samples.record(1, number: 1, session: Self.mixed())
            let text = String(decoding: try File.read(take.infoPath), as: UTF8.self)
            #expect(text.contains(#""formatVersion" : 2"#))
            // One encoder, in the camera that has one; nothing beside the cameras.
            #expect(text.split(separator: #""encoder" :"#).count == 2)
            #expect(text.split(separator: #""storage" :"#).count == 3)
            #expect(text.contains(#""storage" : "images""#) && text.contains(#""storage" : "video""#))
            #expect(text.split(separator: #""kind" : "colour""#).count == 3)
        }
    }

    @Test(
        "what a take of this format must say and does not is damage, and no guess",
        arguments: [#""kind" : "colour","#, #""storage" : "video""#])
    func missing(member: String) throws {
        try withTake {
            $0.replacing(member, with: member.hasSuffix(",") ? "" : #""other" : 1"#)
        } _: { take in
            let error = #expect(throws: ReelError.self) { _ = try take.info() }
            #expect(error?.kind == .damaged && error?.subject == take.infoPath.string)
        }
    }

    @Test func depthCanBeSaidAndNotRecorded() throws {
        var session = Self.mixed()
        session.cameras[1].kind = .depth
        try withSpool { samples in
            let attempts: [() throws -> Void] = [
                { try samples.spool.create(session) }, { _ = try samples.write([], number: 1, session: session) },
            ]
            for attempt in attempts {
                let error = #expect(throws: ReelError.self) { try attempt() }
                #expect(error?.kind == .usage)
                #expect(error?.cause.contains("Top cam") == true && error?.cause.contains("depth") == true)
            }
            let takes = try samples.spool.takes()
            #expect(takes.isEmpty)
            #expect(try samples.spool.session() == Samples.session())
        }
        try withTake {
            $0.replacing(#""kind" : "colour""#, with: #""kind" : "depth""#)
        } _: { take in
            let cameras = try take.info().session.cameras
            #expect(cameras.map(\.kind) == [.depth, .depth])
        }
    }
}
