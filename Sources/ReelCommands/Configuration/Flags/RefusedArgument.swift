import RecordingTypes

/// Explains a command line that could not be parsed: flags that LeRobot has and Reel refuses are no options of the
/// command, so that `--help` shows only what works; here they get their reason.
enum RefusedArgument {
    /// The first refused flag of `reel record …`, or a robot that Reel does not have (its own flags are unknown then).
    static func reason(in arguments: [String]) -> ReelError? {
        guard arguments.first == "record" else { return nil }
        let others = [
            "robot.type": (RecordFlags.otherRobotTypes, RecordFlags.robotTypes),
            "teleop.type": (RecordFlags.otherTeleoperatorTypes, RecordFlags.teleoperatorTypes),
        ]
        for (index, argument) in arguments.enumerated() where argument.hasPrefix("--") {
            let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first.map(String.init), let flag = RecordFlags.named(name) else { continue }
            let next = arguments.indices.contains(index + 1) ? arguments[index + 1] : ""
            let value = FlagValue(flag, Setting(.scalar(parts.count > 1 ? String(parts[1]) : next)), from: .commandLine)
            if case .refused(let reason) = flag.treatment { return value.refusal(reason) }
            if let (there, known) = others[name], let type = value.setting.text, there.contains(type) {
                return value.refusal(
                    "LeRobot has it, Reel does not yet", remedy: "There are: \(known.joined(separator: ", ")).")
            }
        }
        return nil
    }
}
