package import SystemPackage

/// Where LeRobot keeps calibration files and datasets, by its environment variables (lerobot/utils/constants.py,
/// huggingface_hub/constants.py).
package enum CalibrationPlace {
    /// The environment variables that decide.
    package static let variables = ["HOME", "XDG_CACHE_HOME", "HF_HOME", "HF_LEROBOT_HOME", "HF_LEROBOT_CALIBRATION"]

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

    /// Where older LeRobots had the file that now is `file`: in the folder of the arm's type (until 0.4.2), which `type`
    /// names; the folders of the other types come after it, because only the name of the arm has changed, not the arm.
    static func formerFiles(_ file: FilePath, type: String) -> [FilePath] {
        let folder = file.removingLastComponent()
        guard let name = file.lastComponent, let device = folder.lastComponent?.string else { return [] }
        let former: [String] =
            switch device {
            case "so_follower": ["so101_follower", "so100_follower"]
            case "so_leader": ["so101_leader", "so100_leader"]
            default: []
            }
        return (former.filter { $0 == type } + former.filter { $0 != type }).map {
            folder.removingLastComponent().appending($0).appending(name)
        }
    }

    /// Where LeRobot keeps all calibration files.
    package static func root(_ environment: [String: String]) -> FilePath {
        path("HF_LEROBOT_CALIBRATION", environment).map { FilePath($0) }
            ?? home(environment).appending("calibration")
    }

    /// LeRobot's own directory: $HF_LEROBOT_HOME, else `lerobot` in $HF_HOME, else in huggingface/ of $XDG_CACHE_HOME or of
    /// ~/.cache.
    package static func home(_ environment: [String: String]) -> FilePath {
        let cache = path("XDG_CACHE_HOME", environment) ?? (environment["HOME"] ?? "/") + "/.cache"
        let huggingFace = path("HF_HOME", environment) ?? cache + "/huggingface"
        return FilePath(path("HF_LEROBOT_HOME", environment) ?? huggingFace + "/lerobot")
    }

    /// A variable's path; "~" stands for the home directory, as Python's expanduser has it.
    private static func path(_ variable: String, _ environment: [String: String]) -> String? {
        guard let value = environment[variable], !value.isEmpty else { return nil }
        return value == "~" || value.hasPrefix("~/") ? (environment["HOME"] ?? "/") + value.dropFirst() : value
    }
}
