import RecordingTypes
import Robots
import SystemPackage
import Testing

@testable import ReelCommands

@Suite("The dataset gets the name and the place that LeRobot gives it")
struct DatasetTargetTests {
    @Test func newNamesGetTheTime() throws {
        #expect(try simulated().repoID == "me/cubes_20260102_030405")
        #expect(try simulated("--dataset.no_stamp=true").repoID == "me/cubes")
    }

    @Test(arguments: [
        (["HOME": "/home/me"], "/home/me/.cache/huggingface/lerobot"),
        (["HOME": "/home/me", "XDG_CACHE_HOME": "/cache"], "/cache/huggingface/lerobot"),
        (["HOME": "/home/me", "HF_HOME": "~/hf"], "/home/me/hf/lerobot"),
        (["HOME": "/home/me", "HF_HOME": "/hf", "HF_LEROBOT_HOME": "/robots"], "/robots"),
    ])
    func defaultPlace(variables: [String: String], home: String) throws {
        let found = try simulated("--dataset.no_stamp=true", in: surroundings(variables: variables))
        #expect(found.root == FilePath("\(home)/me/cubes"))
    }

    @Test func givenPlace() throws {
        #expect(try simulated("--dataset.root=out/cubes").root == "out/cubes")
        #expect(try simulated("--dataset.root=~/cubes").root == "/home/me/cubes")
    }

    @Test func calibrationsFollowTheVariables() throws {
        let found = try configuration(
            [
                "--robot.type=so101_follower", "--robot.port=/dev/ttyACM0", "--teleop.type=so101_leader",
                "--teleop.port=/dev/ttyACM1", "--teleop.calibration_dir=~/calibrations", "--dataset.repo_id=x",
                "--dataset.single_task=Pick.",
            ], in: surroundings(variables: ["HOME": "/home/me", "HF_LEROBOT_CALIBRATION": "/calibrations"]))
        let arms = [try found.robot.device.device().arms, try found.teleoperator.device().arms].joined()
        #expect(
            arms.map { ($0 as? SOArm)?.calibrationFile } == [
                "/calibrations/robots/so_follower/None.json", "/home/me/calibrations/None.json",
            ])
    }

    @Test func resumedDatasetsKeepTheirName() throws {
        let there = surroundings(exists: ["/data/cubes", "/data/cubes/meta/info.json"])
        let found = try simulated("--resume=true", "--dataset.root=/data/cubes", in: there)
        #expect(found.resumes)
        #expect(found.repoID == "me/cubes")
        #expect(found.root == "/data/cubes")
    }

    /// `root=$(mktemp -d)`, and a directory that was made by hand.
    @Test(arguments: ["--resume=true", "--resume=false"]) func anEmptyDirectoryIsTaken(resume: String) throws {
        let there = surroundings(emptyDirectories: ["/tmp/new"])
        let found = try simulated(resume, "--dataset.root=/tmp/new", in: there)
        #expect(found.root == "/tmp/new")
        #expect(!found.resumes)
    }

    @Test(arguments: ["--resume=true", "--resume=false"]) func adviceDoesNotGoInACircle(resume: String) throws {
        let there = surroundings(exists: ["/tmp/photos"])
        let error = try #require(throws: ReelError.self) {
            try simulated(resume, "--dataset.root=/tmp/photos", in: there)
        }
        let remedy = try #require(error.remedy)
        #expect(!remedy.contains("--resume"), "\(error)")
        #expect(remedy.contains("empty or not there yet"), "\(error)")
    }

    @Test(arguments: [("-dash", "./-dash"), ("--out/x", "./--out/x"), ("/-x", "/-x")])
    func aPathIsNeverTakenForAFlag(given: String, root: String) throws {
        #expect(try simulated("--dataset.root=\(given)").root == FilePath(root))
    }

    @Test func evaluationsMayBeResumed() throws {
        let there = surroundings(exists: ["/data/cubes/meta/info.json"])
        let found = try simulated(
            "--resume=true", "--dataset.root=/data/cubes", "--dataset.repo_id=me/eval_cubes", in: there)
        #expect(found.repoID == "me/eval_cubes")
    }
}
