import Encoding
import LeRobotDataset
import OrderedCollections
import Platform
import RecordingTypes
import Simulation
import Spool
import SystemPackage
import Testing

@Suite("A camera may be called whatever LeRobot takes: its files are Reel's matter")
struct CameraNamesTests {
    static let names = [
        "front", "Front", "FRONT", "front.01", "wrist.right", "front cam", "vorne_ä", "..", ".hidden", "-dash", "50%d",
        "🤖", "it's \"the\" one", "{file_index}", "tab\tand\nline", String(repeating: "x", count: 236),
    ]

    @Test("their files differ wherever they lie, and could be typed")
    func files() throws {
        let session = RecordedDataset.session(cameras: Self.names)
        let files = session.cameras.map(\.file)
        #expect(Set(files.map { $0.lowercased() }).count == Self.names.count)
        #expect(files.allSatisfy { $0.utf8.allSatisfy { (0x2D...0x7A).contains($0) && $0 != UInt8(ascii: "/") } })
        #expect(files.allSatisfy { $0.utf8.count < 60 && !$0.hasPrefix(".") && !$0.hasPrefix("-") })
        #expect(files[0] == "front" && files[4] == "wrist-right.04" && files[11] == "camera.11")
        #expect(session.cameras.map(\.name) == Self.names)
    }

    @Test("they are recorded, recovered, encoded and published as others are")
    func published() throws {
        let dataset = try RecordedDataset(cameras: Self.names)
        try dataset.keep(1, rows: 3)
        let cut = try RecordedDataset.Growing(dataset, number: 2, task: "t")
        for _ in 0..<31 { try cut.append() }
        #expect(try SpoolRecovery.run(root: dataset.root).map(\.isSetAside) == [false])
        try dataset.encode()
        for name in Self.names {
            for (episode, count) in [3, 31].enumerated() {
                let codes = (0..<count).map { FrameCode(take: episode + 1, frame: $0) }
                #expect(try dataset.codes(episode: episode, camera: name) == codes, "\(name)")
            }
        }
        let info = try Dataset(root: dataset.root).info
        #expect(info.features.filter(\.isVideo).map(\.name) == Self.names.map { "observation.images.\($0)" })
        #expect(try DatasetSummary(root: dataset.root).timing?.repeatedPictures.keys.sorted() == Self.names.sorted())
    }

    @Test(
        "what no dataset or disk can have is refused, with the reason",
        arguments: [
            ("a/b", "no /"), ("", "must have a name"), ("a\0b", "null"), (String(repeating: "ä", count: 119), "236"),
        ])
    func refused(name: String, reason: String) throws {
        let error = try #require(throws: ReelError.self) { _ = try RecordedDataset(cameras: [name]) }
        #expect(error.kind == .usage && error.cause.contains(reason), "\(error)")
    }
}
