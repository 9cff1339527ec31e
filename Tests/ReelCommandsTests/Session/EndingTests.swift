import ArgumentParser
import RecordingTypes
import Testing

@testable import ReelCommands

@Suite("A command line that fails ends with one line and the right status")
struct EndingTests {
    private func ending(_ arguments: String...) throws -> Ending {
        let error = try #require(throws: (any Error).self) {
            var command = try Reel.parseAsRoot(arguments)
            try command.run()
        }
        return Ending(of: error, arguments: arguments)
    }

    @Test func unknownFlagsAreWrongUsage() throws {
        let ending = try ending("record", "--dataset.fbs=30")
        #expect(ending.status == 2)
        #expect(ending.standardOutput == nil)
        let line = try #require(ending.standardError)
        #expect(line.hasPrefix("reel: "))
        #expect(line.contains("--dataset.fbs"))
        #expect(line.contains("--dataset.fps"))
        #expect(!line.contains("\n"))
    }

    /// Refused flags are no options, so that --help shows only what works; the reason comes all the same.
    @Test func refusedFlagsSayWhy() throws {
        let depth = try ending("record", "--robot.type=sim", "--dataset.depth_encoder.crf", "20")
        #expect(depth.status == 2)
        #expect(depth.standardError == "reel: could not use --dataset.depth_encoder.crf=20: Reel records no depth yet")
        let file = try ending("record", "--robot=robot.yaml")
        #expect(file.standardError?.contains("--config_path") == true)
    }

    /// Flags of a robot that Reel does not have are unknown; the robot is the reason, not the flag.
    @Test func otherRobotsAreNamedBeforeTheirFlags() throws {
        let ending = try ending("record", "--robot.gripper_open_pos=50", "--robot.type", "koch_follower")
        #expect(ending.status == 2)
        #expect(ending.standardError?.contains("--robot.type=koch_follower: LeRobot has it") == true)
    }

    @Test func missingValuesAreWrongUsage() throws {
        #expect(try ending("record", "--resume").status == 2)
        #expect(try ending("check").status == 2)
        #expect(try ending("encode", "x", "--start-episode", "3", "--end-episode", "3").status == 2)
    }

    @Test func errorsOfReelKeepTheirStatus() {
        let usage = Ending(of: ReelError(.usage, "x", cause: "y"), arguments: [])
        #expect(usage.status == 2)
        #expect(usage.standardError == "reel: could not x: y")
        #expect(Ending(of: ReelError(.diskFull, "x", cause: "y"), arguments: []).status == 1)
    }

    @Test func helpIsAResult() throws {
        let ending = try ending("record", "--help")
        #expect(ending.status == 0)
        #expect(ending.standardError == nil)
        #expect(ending.standardOutput?.contains("--dataset.repo_id") == true)
    }
}
