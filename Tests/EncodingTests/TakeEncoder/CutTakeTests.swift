import Encoding
import Platform
import RecordingTypes
import Spool
import SystemPackage
import Testing

@Suite("A take that a power cut left without its pictures neither stops recovery nor is met again by the next one")
struct CutTakeTests {
    enum Loss: CaseIterable {
        case noFile, emptyFile, noise, firstPicture
    }

    private func damage(_ path: FilePath, _ loss: Loss) throws {
        let bytes = try File.read(path)
        switch loss {
        case .noFile: try File.remove(path)
        case .emptyFile: try AtomicFile.write([], to: path)
        case .noise: try AtomicFile.write([UInt8](repeating: 0x5A, count: 3000), to: path)
        case .firstPicture: try AtomicFile.write([UInt8](repeating: 0, count: bytes.count), to: path)
        }
    }

    @Test("lost", arguments: Loss.allCases, ["front", "top"])
    func goesAside(loss: Loss, camera: String) throws {
        let dataset = try RecordedDataset()
        try dataset.keep(1, rows: 4)
        let cut = try RecordedDataset.Growing(dataset, number: 2, task: "t")
        for _ in 0..<40 { try cut.append() }
        let take = try #require(try dataset.spool.take(2))
        try damage(take.path.appending("\(camera).nut"), loss)

        let findings = try SpoolRecovery.run(root: dataset.root)
        #expect(findings.map(\.take) == [2])
        #expect(findings.first?.isSetAside == true)
        #expect(try dataset.spool.takes().map(\.state) == [.kept, .failed])
        #expect(try SpoolRecovery.run(root: dataset.root).isEmpty)
        try dataset.encode()
        #expect(try dataset.codes(episode: 0).count == 4)
    }
}
