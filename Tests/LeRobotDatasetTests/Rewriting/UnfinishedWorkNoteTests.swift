import LeRobotDataset
import Platform
import RecordingTypes
import SystemPackage
import Testing

@Suite("a note on unfinished work that names what there is not is an error that names the file, and nothing is touched")
struct UnfinishedWorkNoteTests {
    @Test(
        "a directory of an unknown name",
        arguments: [
            ("consolidating", #"{"total_episodes": 2, "videos": [], "directories": ["data", "DATA"], "obsolete": []}"#),
            ("editing", #"{"before": 2, "after": 1, "directories": ["meta/reel", "DATA"]}"#),
        ])
    func directory(_ work: String, _ note: String) throws {
        try expectRefusal(of: note, work, cause: #""DATA" is no directory that is swapped"#)
    }

    @Test("a name that is no text", arguments: ["directories", "obsolete"])
    func noText(_ member: String) throws {
        let lists = ["directories", "obsolete"].map { "\"\($0)\": [\($0 == member ? "7" : "")]" }
        let note = "{\"total_episodes\": 2, \"videos\": [], \(lists.joined(separator: ", "))}"
        try expectRefusal(of: note, "consolidating", cause: "7 is no")
    }

    private func expectRefusal(of note: String, _ work: String, cause: String) throws {
        let dataset = try TestDataset.published(..<2)
        defer { dataset.remove() }
        let path = dataset.root.appending(".reel/\(work)/record.json")
        try Directory.create(path.removingLastComponent())
        try AtomicFile.write(note.utf8, to: path)
        let before = try dataset.files()
        let error = try #require(throws: ReelError.self) { try UnfinishedWork.finishAll(in: dataset.root) }
        #expect(error.kind == .damaged)
        #expect(error.subject == path.string)
        #expect(error.cause.contains(cause))
        #expect(try dataset.files() == before)
        #expect(try File.read(path) == Array(note.utf8))
    }
}
