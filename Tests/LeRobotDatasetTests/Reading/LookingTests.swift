import Glibc
import LeRobotDataset
import OrderedCollections
import Platform
import RecordingTypes
import SystemPackage
import Testing

@Suite("looking at a dataset changes nothing, whatever was cut short in it")
struct LookingTests {
    /// Every file and directory by its path, `.reel` too, with what is in it.
    private func tree(_ root: FilePath) throws -> [String: [UInt8]] {
        var all: [String: [UInt8]] = [:]
        func add(_ path: FilePath, _ name: String) throws {
            guard Directory.exists(path) else {
                all[name] = try File.read(path)
                return
            }
            all["\(name)/"] = []
            for child in try Directory.names(in: path) { try add(path.appending(child), "\(name)/\(child)") }
        }
        try add(root, "")
        return all
    }

    @Test("a dataset without an episode has no file but info.json")
    func empty() throws {
        let dataset = try TestDataset.published(..<0)
        defer { dataset.remove() }
        let files = try DatasetSummary(root: dataset.root).files
        #expect(files["data"]?.count == 0)
        #expect(files["meta"]?.count == 1)
    }

    @Test(
        "and the writer does not open it before that is finished",
        arguments: ["publish.prepared", "publish.recorded", "publish.episodes-moved", "publish.noted"])
    func cutShort(fault: String) async throws {
        let dataset = try TestDataset.published(..<1)
        defer { dataset.remove() }
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [root = dataset.root.string as String, fault = fault as String] in
            setenv("REEL_FAULT", "\(fault):kill", 1)
            let dataset = TestDataset(root: FilePath(root))
            _ = try DatasetWriter(root: dataset.root).publish(dataset.draft(1))
        }
        let before = try tree(dataset.root)
        let work = UnfinishedWork.find(in: dataset.root)
        #expect(work.map(\.kind) == [.publishing])
        #expect(work.map(\.isDecided) == [fault != "publish.prepared"])
        #expect {
            try DatasetWriter(root: dataset.root)
        } throws: {
            ($0 as? ReelError)?.kind == .busy
        }
        _ = try Dataset(root: dataset.root)
        _ = try DatasetCheck.run(root: dataset.root, tools: FakeVideoTools())
        _ = try DatasetSummary(root: dataset.root)
        _ = try DatasetRepair.plan(root: dataset.root)
        #expect(try tree(dataset.root) == before)

        try UnfinishedWork.finishAll(in: dataset.root)
        #expect(UnfinishedWork.find(in: dataset.root).isEmpty)
        #expect(try DatasetWriter(root: dataset.root).info.totalEpisodes == (fault == "publish.prepared" ? 1 : 2))
    }
}
