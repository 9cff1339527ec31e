import ArgumentParser
import Platform
import RecordingTypes
import SystemPackage
import TestSupport
import Testing

@testable import ReelCommands

@Suite("Commands that only look, or refuse, leave a dataset as it was, to the last name")
struct LookingCommandsTests {
    private static let fixture = Fixtures.path("lerobot/three-episodes")

    /// A copy of a dataset that LeRobot recorded.
    private func withCopy(_ body: (FilePath) throws -> Void) throws {
        let directory = FilePath("/tmp/reel-looking-\(UInt64.random(in: 0 ... .max))")
        try Directory.create(directory)
        defer { try? File.remove(directory) }
        let root = directory.appending("set")
        try Directory.copyTree(Self.fixture, to: root)
        try body(root)
    }

    private func tree(_ path: FilePath, _ name: String = "") throws -> [String: [UInt8]] {
        guard Directory.exists(path) else { return [name: try File.read(path)] }
        var all: [String: [UInt8]] = ["\(name)/": []]
        for child in try Directory.names(in: path) {
            all.merge(try tree(path.appending(child), "\(name)/\(child)")) { first, _ in first }
        }
        return all
    }

    private func run(_ words: [String]) throws {
        var command = try Reel.parseAsRoot(words)
        try command.run()
    }

    @Test(arguments: [["check"], ["check", "--quick"], ["info"], ["info", "--json"]])
    func looking(words: [String]) throws {
        try withCopy { root in
            let before = try tree(root)
            try run([words[0], root.string] + words.dropFirst())
            #expect(try tree(root) == before)
        }
    }

    @Test func aRefusedEdit() throws {
        try withCopy { root in
            let before = try tree(root)
            #expect(throws: ReelError.self) { try run(["edit", root.string, "--delete-episode", "7"]) }
            #expect(try tree(root) == before)
        }
    }

    @Test(
        "a dataset of another version",
        arguments: ["check", "info", "encode", "recover", "consolidate", "edit"])
    func otherVersion(command: String) throws {
        try withCopy { root in
            let path = root.appending("meta/info.json")
            let text = String(decoding: try File.read(path), as: UTF8.self).replacing("\"v3.0\"", with: "\"v2.1\"")
            try AtomicFile.write(text.utf8, to: path)
            let before = try tree(root)
            let more = command == "edit" ? ["--delete-episode", "0"] : []
            let error = #expect(throws: ReelError.self) { try run([command, root.string] + more) }
            #expect(error?.kind == .mismatch && error?.remedy?.contains("convert_dataset_v21_to_v30") == true)
            #expect(try tree(root) == before)
        }
    }

    @Test func whatWaitsForRecoveryIsNotTouched() throws {
        try withCopy { root in
            try AtomicFile.write([1], to: root.appending("meta/tasks.parquet.partial"))
            try Directory.create(root.appending(".reel/publishing"))
            try Directory.create(root.appending(".reel/takes/000004.recording"))
            let before = try tree(root)
            try run(["check", root.string])
            #expect(try tree(root) == before)
        }
    }

    @Test func episodesAreCountedInRuns() {
        #expect(Check.text([0, 1, 2, 5, 7, 8]) == "episodes 0 to 2, 5, 7 to 8")
        #expect(Check.text([]) == "no episode")
    }
}
