import RecordingTypes
import SystemPackage

/// Where LeRobot keeps datasets and calibrations (lerobot/utils/constants.py, huggingface_hub/constants.py).
struct LeRobotHome: Sendable {
    let surroundings: Surroundings

    /// `$HF_LEROBOT_HOME`, else `$HF_HOME/lerobot`, else `${XDG_CACHE_HOME:-~/.cache}/huggingface/lerobot`.
    /// - Throws: `ReelError(.usage)` when the old `LEROBOT_HOME` is set, as LeRobot does.
    func directory() throws -> FilePath {
        if let old = surroundings.variable("LEROBOT_HOME") {
            throw ReelError(
                .usage, "find LeRobot's directory", subject: "LEROBOT_HOME=\(old)",
                cause: "the variable has a new name",
                remedy: "Set HF_LEROBOT_HOME instead.")
        }
        if let home = surroundings.variable("HF_LEROBOT_HOME") { return try expanded(home) }
        if let home = surroundings.variable("HF_HOME") { return try expanded(home).appending("lerobot") }
        let cache = try surroundings.variable("XDG_CACHE_HOME").map { try expanded($0) } ?? expanded("~/.cache")
        return cache.appending("huggingface").appending("lerobot")
    }

    /// The directory of calibration files; `kind` is "robots/so_follower" or "teleoperators/so_leader".
    func calibrations(_ kind: String) throws -> FilePath {
        let base =
            try surroundings.variable("HF_LEROBOT_CALIBRATION").map { try expanded($0) }
            ?? directory().appending("calibration")
        return base.pushing(FilePath(kind))
    }

    /// A path with a leading `~/` replaced by the home directory.
    func expanded(_ path: String) throws -> FilePath {
        guard path == "~" || path.hasPrefix("~/") else { return FilePath(path) }
        guard let home = surroundings.variable("HOME") else {
            throw ReelError(.usage, "find the home directory", subject: path, cause: "HOME is not set")
        }
        return FilePath(home).pushing(FilePath(String(path.dropFirst(2))))
    }
}
