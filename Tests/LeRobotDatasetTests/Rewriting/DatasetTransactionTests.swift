import Foundation
import Platform
import RecordingTypes
import SystemPackage
import Testing

@testable import LeRobotDataset

@Suite("A change of a dataset is done in steps that a record names, and by nobody who does not know what they are")
struct DatasetTransactionTests {
    private func dataset() throws -> TestDataset {
        let dataset = try TestDataset.published(..<2)
        return dataset
    }

    /// Puts a record there, as if Reel had been killed behind it.
    private func leave(_ text: some Sequence<UInt8>, _ work: UnfinishedWork.Kind, in dataset: TestDataset) throws {
        let directory = DatasetTransaction.directory(work, in: dataset.root)
        try Directory.create(directory)
        try AtomicFile.write(text, to: directory.appending("record.json"))
    }

    @Test("what a record says is what was written")
    func record() throws {
        let transaction = DatasetTransaction(
            work: .publishing, episodeCounts: [3, 4],
            steps: [
                .move(.data, from: ".reel/publishing/a ü", to: "data/b"),
                .swap(.episodes, staged: ".reel/publishing/c", live: "meta/episodes"), .remove(.videos, "videos/d"),
            ], published: PublishedEpisode(identity: "1 \"2\"", index: 3))
        #expect(try DatasetTransaction(reading: transaction.text, .publishing, subject: "") == transaction)
        let error = #expect(throws: ReelError.self) {
            try DatasetTransaction(reading: transaction.text, .deleting, subject: "x")
        }
        #expect(error?.kind == .damaged && error?.cause == "it is about publishing an episode")
    }

    @Test("a record that a newer Reel wrote is left to it")
    func newer() throws {
        let dataset = try dataset()
        defer { dataset.remove() }
        try leave(Array(#"{"format": 3, "steps": {}}"#.utf8), .deleting, in: dataset)
        let before = try dataset.files()
        let error = #expect(throws: ReelError.self) { try UnfinishedWork.finishAll(in: dataset.root) }
        #expect(error?.kind == .mismatch && error?.cause == "it has format 3; this Reel reads up to 2")
        #expect(try dataset.files() == before)
        #expect(UnfinishedWork.find(in: dataset.root).count == 1)
    }

    @Test(
        "a record that came with a dataset from elsewhere reaches nothing outside of it",
        arguments: ["ABSOLUTE", "../victim", "data/../../victim", ""])
    func outside(_ name: String) throws {
        let dataset = try dataset()
        defer { dataset.remove() }
        let victim = dataset.root.removingLastComponent().appending("victim")
        try AtomicFile.write("mine".utf8, to: victim)
        let path = name == "ABSOLUTE" ? victim : FilePath(name)
        let steps: [DatasetTransaction.Step] = [
            .remove(.videos, path), .move(.data, from: path, to: "data/stolen"),
            .move(.data, from: "meta/info.json", to: path), .swap(.data, staged: path, live: "data"),
        ]
        for step in steps {
            let transaction = DatasetTransaction(work: .consolidating, episodeCounts: [2], steps: [step])
            try leave(transaction.text, .consolidating, in: dataset)
            let before = try dataset.files()
            let error = #expect(throws: ReelError.self) { try UnfinishedWork.finishAll(in: dataset.root) }
            #expect(error?.kind == .damaged && error?.cause.contains("is not in the dataset") == true)
            #expect(try dataset.files() == before)
            #expect(try File.read(victim) == Array("mine".utf8))
        }
    }

    @Test("an episode that another program has added meanwhile is not overwritten")
    func changedMeanwhile() throws {
        let dataset = try dataset()
        defer { dataset.remove() }
        let writer = try DatasetWriter(root: dataset.root)
        var info = writer.info
        info.count(frames: 10, tasks: 1)
        try AtomicFile.write(info.text, to: DatasetLayout.info(in: dataset.root))
        let before = try dataset.files()
        let error = #expect(throws: ReelError.self) { try writer.publish(dataset.draft(2)) }
        #expect(error?.kind == .mismatch && error?.cause.contains("another program") == true)
        #expect(try dataset.files() == before)
        #expect(UnfinishedWork.find(in: dataset.root).isEmpty)
    }
}
