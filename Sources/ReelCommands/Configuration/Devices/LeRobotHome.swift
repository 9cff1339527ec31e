import RecordingTypes
import Robots
import SystemPackage

/// Where LeRobot keeps datasets and calibrations, by this machine's environment variables.
struct LeRobotHome: Sendable {
    let surroundings: Surroundings

    /// LeRobot's own directory; datasets are in it by their names.
    /// - Throws: `ReelError(.usage)` when the old `LEROBOT_HOME` is set, as LeRobot does.
    func directory() throws -> FilePath {
        if let old = surroundings.variable("LEROBOT_HOME") {
            throw ReelError(
                .usage, "find LeRobot's directory", subject: "LEROBOT_HOME=\(old)",
                cause: "the variable has a new name",
                remedy: "Set HF_LEROBOT_HOME instead.")
        }
        return try CalibrationPlace.home(environment())
    }

    /// The directory of a kind's calibration files: the one that the user gave, else `folder` in LeRobot's own place.
    func calibrations(in folder: String, given: String?) throws -> FilePath {
        if let given { return try expanded(given).lexicallyNormalized() }
        _ = try directory()
        return try CalibrationPlace.root(environment()).appending(folder).lexicallyNormalized()
    }

    /// A path with a leading `~/` replaced by the home directory.
    func expanded(_ path: String) throws -> FilePath {
        guard path == "~" || path.hasPrefix("~/") else { return FilePath(path) }
        guard let home = surroundings.variable("HOME") else {
            throw ReelError(.usage, "find the home directory", subject: path, cause: "HOME is not set")
        }
        return FilePath(home).pushing(FilePath(String(path.dropFirst(2))))
    }

    private func environment() throws -> [String: String] {
        var environment: [String: String] = [:]
        for name in CalibrationPlace.variables { environment[name] = surroundings.variable(name) }
        // Without any of them there is no place at all.
        if environment.isEmpty { _ = try expanded("~") }
        return environment
    }
}
