import Foundation
import LeRobotDataset
import Platform
import RecordingTypes
import SystemPackage
import TestSupport
import Testing

/// Tests/Fixtures/unfinished/make.py made them.
@Suite("What an older Reel was killed in is finished by this one")
struct OlderRecordsTests {
    private static let fixtures = Fixtures.path("unfinished")

    /// A copy of the fixture, and what removes it.
    private static func copy(_ name: String) throws -> FilePath {
        let root = FilePath("\(NSTemporaryDirectory())reel-older-\(UUID().uuidString)")
        try FileManager.default.copyItem(atPath: fixtures.appending(name).string, toPath: root.string)
        return root
    }

    @Test(
        "in the middle of its steps",
        arguments: [("publishing", 2, 66), ("consolidating", 3, 99), ("deleting", 2, 66)])
    func finished(_ name: String, episodes: Int, frames: Int) throws {
        let root = try Self.copy(name)
        defer { try? FileManager.default.removeItem(atPath: root.string) }
        let work = UnfinishedWork.find(in: root)
        #expect(work.count == 1 && work.allSatisfy(\.isDecided))
        try UnfinishedWork.finishAll(in: root)
        #expect(UnfinishedWork.find(in: root).isEmpty)
        let info = try DatasetInfo(path: DatasetLayout.info(in: root))
        #expect(info.totalEpisodes == episodes && info.totalFrames == frames)
        #expect(try DatasetCheck.run(root: root, tools: nil).isEmpty)
        let names = FileManager.default.enumerator(atPath: root.string)?.compactMap { $0 as? String } ?? []
        #expect(!names.contains { $0.hasSuffix("being-replaced") })
        #expect(names.count { $0.hasSuffix(".mp4") } == (name == "publishing" ? 2 : 1))
        if name == "publishing" { #expect(try PublishedEpisode.last(in: root)?.index == 1) }
    }

    @Test("and refused where another program has changed the dataset since, with the files left where they are")
    func changed() throws {
        for (name, own) in [("publishing", 1), ("consolidating", 3), ("deleting", 3)] {
            let root = try Self.copy(name)
            defer { try? FileManager.default.removeItem(atPath: root.string) }
            let path = DatasetLayout.info(in: root)
            let text = String(decoding: try File.read(path), as: UTF8.self)
            let changed = text.replacing("\"total_episodes\": \(own)", with: "\"total_episodes\": 7")
            #expect(changed != text)
            try AtomicFile.write(Array(changed.utf8), to: path)
            let error = #expect(throws: ReelError.self) { try UnfinishedWork.finishAll(in: root) }
            #expect(error?.kind == .mismatch)
            #expect(UnfinishedWork.find(in: root).count == 1)
        }
    }
}
