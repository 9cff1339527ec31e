import Glibc
import LeRobotDataset
import Platform
import SystemPackage
import Testing

@Suite("publishing an episode rewrites two small files, however many episodes there are")
struct PublishBudgetTests {
    /// A file as the filesystem knows it: another one under the same name, or another content, is another identity.
    private struct Identity: Equatable {
        var inode: UInt64
        var changed: Int
        var size: Int
    }

    @Test("episode 2 and episode 12 add the same files, of the same size, and rewrite info.json and stats.json only")
    func rewritten() throws {
        let dataset = try TestDataset.create()
        defer { dataset.remove() }
        let writer = try DatasetWriter(root: dataset.root)
        _ = try writer.publish(dataset.draft(0))
        var added: [Int: Set<String>] = [:]
        var bytes: [Int: Int] = [:]
        for number in 1...12 {
            let before = try files(of: dataset)
            _ = try writer.publish(dataset.draft(number))
            let after = try files(of: dataset)
            let new = Set(after.keys).subtracting(before.keys)
            let rewritten = Set(before.keys.filter { before[$0] != after[$0] })
            #expect(rewritten == ["meta/info.json", "meta/stats.json"])
            added[number] = Set(new.map { String($0.prefix { $0 != "-" }) })
            bytes[number] = new.union(rewritten).reduce(0) { $0 + (after[$1]?.size ?? 0) }
        }
        #expect(added[2]?.isEmpty == false)
        #expect(added[2] == added[12])
        // Numbers have more digits, and compress differently; nothing grows with the dataset.
        let (second, last) = (try #require(bytes[2]), try #require(bytes[12]))
        #expect(last <= second + second / 20, "episode 2 wrote \(second) bytes, episode 12 wrote \(last)")
    }

    @Test("a file that is replaced by one of the same content is found")
    func replaced() throws {
        let dataset = try TestDataset.published(..<2)
        defer { dataset.remove() }
        let name = "data/chunk-000/file-000.parquet"
        let before = try files(of: dataset)
        let path = dataset.root.appending(name)
        try AtomicFile.write(File.read(path), to: path)
        let after = try files(of: dataset)
        #expect(before.keys.filter { before[$0] != after[$0] } == [name])
    }

    /// The dataset's files by relative path, `.reel` left out.
    private func files(of dataset: TestDataset) throws -> [String: Identity] {
        var found: [String: Identity] = [:]
        for name in try dataset.files().keys {
            var status = stat()
            guard lstat(dataset.root.appending(name).string, &status) == 0 else { throw Errno(rawValue: errno) }
            found[name] = Identity(
                inode: UInt64(status.st_ino),
                changed: status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec, size: Int(status.st_size))
        }
        return found
    }
}
