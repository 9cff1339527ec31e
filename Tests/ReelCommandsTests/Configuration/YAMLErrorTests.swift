import RecordingTypes
import Testing

@testable import ReelCommands

@Suite("Broken YAML is shown where it is broken")
struct YAMLErrorTests {
    static let broken: [(String, String, String)] = [
        ("{front: {type: opencv, index_or_path: 0", "line 2, column 1", "at the end"),
        ("{front:{type: opencv}}", "line 1, column 7", ":{type: opencv}}"),
        ("{front: {type: opencv}}}", "line 1, column 24", "}"),
        ("{\n  front: {type: opencv,\n  index_or_path: [0}\n}", "line 3, column 20", "}"),
        ("{a: {type: sim, view: top}, a: {type: sim}}", "line 1, column", "a is there twice"),
        ("{a: *b}", "line 1, column", "b"),
    ]

    @Test(arguments: broken) func cameras(yaml: String, place: String, text: String) throws {
        let error = try #require(throws: ReelError.self) { try simulated("--robot.cameras=\(yaml)") }
        #expect(error.kind == .usage)
        #expect(error.action == "read --robot.cameras")
        #expect(error.cause.contains(place), "\(error)")
        #expect(error.cause.contains(text), "\(error)")
        #expect(!"\(error)".contains("\n"))
    }

    @Test("and shows no part of a password, which may be what breaks it", arguments: ["}", ",", "]"])
    func password(mark: String) throws {
        let address = "http://bob:S3cr3t\(mark)M0re@10.0.0.5/v"
        let error = try #require(throws: ReelError.self) {
            try simulated("--robot.cameras={a: {type: ffmpeg, url: \(address), fps: 30}}")
        }
        #expect(error.kind == .usage)
        #expect(!"\(error)".contains("S3cr3t") && !"\(error)".contains("M0re"), "\(error)")
    }
}
