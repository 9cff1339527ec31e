package import SystemPackage

/// Where LeRobot keeps calibration files, by its environment variables.
package enum CalibrationPlace {
    /// What the file is for; the raw values are LeRobot's directories.
    package enum Device: String, Sendable {
        case follower = "robots/so_follower"
        case leader = "teleoperators/so_leader"
    }

    /// The file of the arm `id` (LeRobot calls the file of an arm without one "None.json").
    ///
    /// `directory` is `--robot.calibration_dir` or `--teleop.calibration_dir`; without it the file is in
    /// HF_LEROBOT_CALIBRATION, else in calibration/ of HF_LEROBOT_HOME, of lerobot/ of HF_HOME, of huggingface/lerobot/ of
    /// XDG_CACHE_HOME, of ~/.cache/huggingface/lerobot/: the first of these that is set.
    package static func file(
        of device: Device, id: String?, directory: FilePath?, environment: [String: String]
    ) -> FilePath {
        let folder = directory ?? root(environment).appending(device.rawValue)
        return FilePath(folder.string + "/\(id ?? "None").json").lexicallyNormalized()
    }

    private static func root(_ environment: [String: String]) -> FilePath {
        let home = environment["HOME"] ?? "/"
        /// "~" stands for the home directory, as Python's expanduser has it.
        func path(_ variable: String) -> String? {
            guard let value = environment[variable], !value.isEmpty else { return nil }
            return value == "~" || value.hasPrefix("~/") ? home + value.dropFirst() : value
        }
        if let calibration = path("HF_LEROBOT_CALIBRATION") { return FilePath(calibration) }
        let cache = path("XDG_CACHE_HOME") ?? home + "/.cache"
        let huggingFace = path("HF_HOME") ?? cache + "/huggingface"
        return FilePath((path("HF_LEROBOT_HOME") ?? huggingFace + "/lerobot") + "/calibration")
    }
}
