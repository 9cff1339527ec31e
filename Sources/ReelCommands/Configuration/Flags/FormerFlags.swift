/// Flags that LeRobot had once and has no more, or has under another name, so that a line from an old guide says what to
/// type today. From LeRobot's tags: v0.1.0 (`control_robot.py`, ControlConfig and RobotConfig of
/// lerobot/common/robot_devices), v0.3.2 to v0.4.2 (`record.py`, bi_so100_follower), v0.4.4 to v0.5.1 (`dataset.vcodec`).
enum FormerFlags {
    private enum Now {
        /// Has this name now; what is behind a prefix stays behind it.
        case flag(String)
        /// Is gone: a sentence.
        case gone(String)
    }

    private static let policy = "policies are run by lerobot-rollout; Reel records what a person does."
    private static let statistics = "statistics are always made."
    private static let hub = "nothing is looked for on the Hub."
    private static let oneArm =
        "each arm is a robot or a teleoperator of its own: --robot.type=so101_follower "
        + "--robot.port=…, --teleop.type=so101_leader --teleop.port=…."

    /// Whole names; and prefixes, which end with a dot.
    private static let table: [(name: String, now: Now)] =
        [
            // Until 0.5.1: the codec was the dataset's.
            ("dataset.vcodec", .flag("dataset.rgb_encoder.vcodec")),
            // 0.3 to 0.5: recording with a policy.
            ("policy.", .gone(policy)), ("policy", .gone(policy)), ("dataset.rename_map", .gone(policy)),
            ("rename_map", .gone(policy)), ("policy_overrides", .gone(policy)),
            ("pretrained_policy_name_or_path", .gone(policy)),
            // 0.3.2 to 0.4.2: pairs had no configurations of arms.
            ("robot.left_arm_", .flag("robot.left_arm_config.")),
            ("robot.right_arm_", .flag("robot.right_arm_config.")),
            ("teleop.left_arm_", .flag("teleop.left_arm_config.")),
            ("teleop.right_arm_", .flag("teleop.right_arm_config.")),
            // Until 0.2: control_robot.py.
            ("control.type", .gone("the command says it: reel record, teleoperate, replay or calibrate.")),
            ("control.display_cameras", .flag("display_data")), ("control.display_data", .flag("display_data")),
            ("control.play_sounds", .flag("play_sounds")), ("control.resume", .flag("resume")),
            ("control.teleop_time_s", .flag("teleop_time_s")), ("control.episode", .flag("dataset.episode")),
            ("control.policy.", .gone(policy)), ("control.policy", .gone(policy)), ("control.arms", .gone(oneArm)),
            ("robot.leader_arms", .gone(oneArm)), ("robot.leader_arms.", .gone(oneArm)),
            ("robot.follower_arms", .gone(oneArm)), ("robot.follower_arms.", .gone(oneArm)),
            ("robot.mock", .gone("--robot.type=sim is a robot that is not there.")),
            ("robot_path", .gone(oneArm)), ("robot_overrides", .gone(oneArm)),
        ]
        + ["", "control.", "dataset."].flatMap { part -> [(String, Now)] in
            [
                (
                    "\(part)warmup_time_s",
                    .gone("each camera has its own warmup_s, and the session begins when all are ready.")
                ),
                ("\(part)run_compute_stats", .gone(statistics)), ("\(part)local_files_only", .gone(hub)),
                ("\(part)force_override", .gone("Reel never writes over a dataset: give another --dataset.root.")),
                ("\(part)video_backend", .flag("dataset.rgb_encoder.video_backend")),
                ("\(part)use_videos", .flag("dataset.video")), ("\(part)vcodec", .flag("dataset.rgb_encoder.vcodec")),
            ]
        }

    /// Flags that `reel record` does not have: of replay and teleoperate.
    private static let ofOtherCommands = ["dataset.episode", "teleop_time_s"]

    /// What to do about a flag that is not in `flags`; nil when no LeRobot is known to have had it.
    static func words(for name: String, _ value: String?, in flags: FlagTable) -> String? {
        // The oldest ones had dashes between words.
        let old = name.replacing("-", with: "_")
        for (former, now) in table
        where old == former || (former.hasSuffix(".") || former.hasSuffix("_")) && old.hasPrefix(former) {
            switch now {
            case .gone(let sentence): return "--\(name) is gone: \(sentence)"
            case .flag(let new):
                let today = new.hasSuffix(".") ? new + old.dropFirst(former.count) : new
                return words(name, today, value, in: flags)
            }
        }
        let bare = old.hasPrefix("control.") ? String(old.dropFirst("control.".count)) : old
        guard !bare.contains(".") else { return nil }
        // 0.1: `--fps`, `--control.fps`, `--repo-id`.
        for today in ["dataset.\(bare)", bare] where today != name && flags.named(today) != nil {
            return words(name, today, value, in: flags)
        }
        return nil
    }

    private static func words(_ name: String, _ today: String, _ value: String?, in flags: FlagTable) -> String? {
        guard flags.named(today) != nil else {
            let isOfAnother = RecordFlags.named(today) != nil || ofOtherCommands.contains(today)
            return isOfAnother ? "--\(name) is --\(today) today, of another command." : nil
        }
        let written = value.map { "=\($0)" } ?? ""
        return "--\(name) is --\(today)\(written) today."
    }

    // MARK: - Types

    /// Today's names of a flag's types: "robot.type" or "teleop.type"; none for any other flag.
    private static func types(of flag: String) -> [String: String] {
        switch flag {
        case DeviceFlags.robot.name("type"): DeviceFlags.robot.formerTypes
        case DeviceFlags.teleoperator.name("type"): DeviceFlags.teleoperator.formerTypes
        default: [:]
        }
    }

    /// What is called otherwise today of what was given, in words.
    static func types(in given: GivenFlags, _ flags: FlagTable) -> [String] {
        given.values.compactMap { name, value in
            guard let value, let today = types(of: name)[value] else { return nil }
            return "--\(name)=\(value) is --\(name)=\(today) today."
        }
    }
}
