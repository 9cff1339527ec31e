import ArgumentParser
import Foundation
import Robots
import Testing

@testable import ReelCommands

@Suite("The table of flags is complete and is what --help and docs/flags.md say")
struct FlagTableTests {
    /// What LeRobot 0.6.1 itself says; written by Tests/Conformance/conformance/flags.py.
    struct LeRobotRecord: Decodable {
        var lerobot: String
        var types: [String: [String]]
        var flags: [String: String?]
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

    private func leRobot() throws -> LeRobotRecord {
        let data = try Data(contentsOf: Self.folder.appending(path: "lerobot-record.json"))
        return try JSONDecoder().decode(LeRobotRecord.self, from: data)
    }

    @Test func everyFlagOfLeRobotIsThereWithItsDefault() throws {
        let record = try leRobot()
        #expect(record.lerobot == "0.6.1")
        let theirs = Set(record.flags.keys)
        let ours = Set(RecordFlags.all.filter { $0.topic != .reel }.map(\.name))
        #expect(theirs.subtracting(ours) == [])
        #expect(ours.subtracting(theirs) == [])
        for (name, standard) in record.flags {
            #expect(RecordFlags.named(name)?.leRobotStandard == standard, "--\(name)")
        }
    }

    @Test func onlyPushToHubHasAnotherDefault() {
        let others = RecordFlags.all.filter { $0.standard != $0.leRobotStandard }.map(\.name)
        #expect(others == ["dataset.push_to_hub"])
    }

    @Test func everyTypeOfLeRobotIsKnown() throws {
        let types = try leRobot().types
        let robots = Set(DeviceFlags.robot.types + DeviceFlags.robot.otherTypes).subtracting(["sim"])
        let teleoperators = Set(DeviceFlags.teleoperator.types + DeviceFlags.teleoperator.otherTypes)
            .subtracting(["sim"])
        #expect(robots == Set(types["robot.type"] ?? []))
        #expect(teleoperators == Set(types["teleop.type"] ?? []))
    }

    @Test func namesAreThereOnce() {
        #expect(Set(RecordFlags.all.map(\.name)).count == RecordFlags.all.count)
    }

    @Test func everyOfferedFlagIsAnOptionThatArrives() throws {
        let names = RecordFlags.all.filter(\.isOffered).map(\.name)
        let record = try #require(try Reel.parseAsRoot(["record"] + names.map { "--\($0)=of \($0)" }) as? Record)
        let given = try Record.table.parse(record.arguments).values
        #expect(given.map(\.name) == names)
        for (name, value) in given { #expect(value == "of \(name)") }
    }

    @Test func everyOptionIsInTheTable() {
        let help = Record.table.help(of: "record", abstract: "x", discussion: "y", width: 200)
        var listed: [String] = []
        for match in help.matches(of: /(?m)^ +--([a-z_.]+) </) {
            #expect(RecordFlags.named(String(match.1))?.isOffered == true, "--\(match.1)")
            listed.append(String(match.1))
        }
        #expect(
            Set(listed) == Set(RecordFlags.all.filter(\.isOffered).map(\.name)) && listed.count == Set(listed).count)
        for title in ["ROBOT:", "TELEOPERATOR:", "DATASET:", "ENCODER:", "SESSION:", "REEL'S OWN:"] {
            #expect(help.contains(title))
        }
    }

    /// `make flags` writes the document anew: it sets REEL_WRITE_DOCUMENTS.
    @Test func documentIsUpToDate() throws {
        let path = Self.folder.appending(path: "../../../docs/flags.md")
        if ProcessInfo.processInfo.environment["REEL_WRITE_DOCUMENTS"] != nil {
            try Data(FlagsDocument.markdown.utf8).write(to: path)
        }
        let written = try String(decoding: Data(contentsOf: path), as: UTF8.self)
        #expect(written == FlagsDocument.markdown, "docs/flags.md is not what the table says; `make flags` writes it")
    }
}
