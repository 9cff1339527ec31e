import Recording
import RecordingTypes
import SystemPackage
import Yams

/// The configuration as the file of `--config_path` would have it: `reel record --print-config` prints it, and reading
/// it back gives the same configuration.
extension RecordConfiguration {
    /// YAML with LeRobot's names.
    /// - Throws: Yams' errors; none is known to happen.
    func yaml() throws -> String {
        let dataset: [(String, Node)] = [
            ("repo_id", text(repoID)), ("single_task", text(task)), ("root", text(root.string)), ("fps", number(fps)),
            ("episode_time_s", number(episodeTime)), ("reset_time_s", number(resetTime)),
            ("num_episodes", number(episodeCount)), ("no_stamp", boolean(true)), ("video", boolean(storage == .video)),
            ("video_encoding_batch_size", number(batchSize)), ("streaming_encoding", boolean(schedule == .streaming)),
            ("encoder_threads", encoder.threads.map { number($0) } ?? null), ("rgb_encoder", mapping(encoderKeys)),
        ]
        let tree = mapping([
            ("robot", mapping(robotKeys)), ("teleop", mapping(teleoperatorKeys)), ("dataset", mapping(dataset)),
            ("play_sounds", boolean(playsSounds)), ("resume", boolean(resumes)),
            (
                "reel",
                mapping([
                    ("ring_mb", number(ringBytes >> 20)), ("spool_pictures", text(spoolPictures.rawValue)),
                    ("pictures", text(pictures.rawValue)),
                    ("reconnect_s", number(reconnectTime)), ("align_s", number(alignTime)),
                    ("consolidate", boolean(consolidates)),
                    ("report", reportPath.map { text($0.string) } ?? null),
                ])
            ),
        ])
        return try Yams.serialize(node: tree, width: -1, allowUnicode: true)
    }

    private var batchSize: Int {
        switch schedule {
        case .streaming: 1
        case .batches(let size): size
        }
    }

    private var encoderKeys: [(String, Node)] {
        [
            ("vcodec", text(encoder.codec)), ("pix_fmt", text(encoder.pixelFormat.rawValue)),
            ("g", encoder.gop.map { number($0) } ?? null),
            ("crf", encoder.crf.map { Node(FlagValue.plain($0)) } ?? null),
            ("preset", encoder.preset.map { Node($0) } ?? null), ("fast_decode", number(encoder.fastDecode)),
            ("extra_options", mapping(texts(encoder.extraOptions))),
        ]
    }

    private var robotKeys: [(String, Node)] {
        var keys = [("type", text(robot.type)), ("id", robot.id.map { text($0) } ?? null)]
        let ofSide = { (side: String) in robot.cameras.filter { $0.name.hasPrefix(side) && !isTopLevel($0) } }
        switch robot.kind {
        case .simulated: keys.append(("cameras", cameras(robot.cameras, prefix: "")))
        case .arm(let arm):
            keys.append(("calibration_dir", directory(arm.calibrationFile)))
            keys += followerKeys(arm)
            keys.append(("cameras", cameras(robot.cameras, prefix: "")))
        case .twoArms(let left, let right):
            keys.append(("calibration_dir", directory(left.calibrationFile)))
            for (name, arm, side) in [("left", left, "left_"), ("right", right, "right_")] {
                let arm = followerKeys(arm) + [("cameras", cameras(ofSide(side), prefix: side))]
                keys.append(("\(name)_arm_config", mapping(arm)))
            }
            keys.append(("cameras", cameras(robot.cameras.filter { isTopLevel($0) }, prefix: "")))
        }
        return keys
    }

    /// A camera of no arm: neither side stands in front of its name.
    private func isTopLevel(_ camera: CameraConfiguration) -> Bool {
        !camera.name.hasPrefix("left_") && !camera.name.hasPrefix("right_")
    }

    private func followerKeys(_ arm: FollowerConfiguration) -> [(String, Node)] {
        let target: Node =
            switch arm.maxRelativeTarget {
            case nil: null
            case .all(let value): Node(FlagValue.plain(value))
            case .each(let values): mapping(texts(values.mapValues { FlagValue.plain($0) }))
            }
        return [
            ("port", text(arm.port)), ("disable_torque_on_disconnect", boolean(arm.disablesTorqueOnDisconnect)),
            ("max_relative_target", target), ("use_degrees", boolean(arm.usesDegrees)),
            ("position_p_coefficient", number(arm.positionP)), ("position_i_coefficient", number(arm.positionI)),
            ("position_d_coefficient", number(arm.positionD)), ("num_read_retries", number(arm.readRetries)),
        ]
    }

    private var teleoperatorKeys: [(String, Node)] {
        let leaderKeys = { (arm: LeaderConfiguration) in
            [
                ("port", text(arm.port)), ("use_degrees", boolean(arm.usesDegrees)),
                ("num_read_retries", number(arm.readRetries)),
            ]
        }
        let keys = [("type", text(teleoperator.type)), ("id", teleoperator.id.map { text($0) } ?? null)]
        switch teleoperator.kind {
        case .simulated: return keys
        case .arm(let arm): return keys + [("calibration_dir", directory(arm.calibrationFile))] + leaderKeys(arm)
        case .twoArms(let left, let right):
            return keys + [
                ("calibration_dir", directory(left.calibrationFile)), ("left_arm_config", mapping(leaderKeys(left))),
                ("right_arm_config", mapping(leaderKeys(right))),
            ]
        }
    }

    private func cameras(_ cameras: [CameraConfiguration], prefix: String) -> Node {
        mapping(cameras.map { (String($0.name.dropFirst(prefix.count)), mapping(keys($0))) })
    }

    private func keys(_ camera: CameraConfiguration) -> [(String, Node)] {
        var keys: [(String, Node)]
        switch camera.source {
        case .device(let path, let fourcc):
            keys = [("type", text("opencv")), ("index_or_path", text(path))]
            if let fourcc { keys.append(("fourcc", text(fourcc))) }
        case .stream(let url, let format, let options, let loops):
            keys = [("type", text("ffmpeg")), ("url", text(url)), ("loop", boolean(loops))]
            if let format { keys.append(("format", text(format))) }
            if !options.isEmpty { keys.append(("options", mapping(texts(options)))) }
        case .simulated(let view, let faults):
            keys = [("type", text("sim")), ("view", text(view.rawValue))]
            if let faults { keys.append(("faults", text(faults))) }
        }
        for (key, value) in [("width", camera.width), ("height", camera.height)] {
            if let value { keys.append((key, number(value))) }
        }
        if let fps = camera.fps { keys.append(("fps", number(fps))) }
        if case .simulated = camera.source { return keys }
        return keys + [("rotation", number(camera.rotation)), ("warmup_s", number(camera.warmUp))]
    }

    // MARK: - Nodes

    private var null: Node { Node("null") }

    /// In quotes where it would not be read back as a text.
    private func text(_ text: String) -> Node {
        let readsBack = (try? Setting(yaml: text, action: "", subject: nil))?.content == .scalar(text)
        // As a key << would merge.
        let isPlain = readsBack && !Setting(.scalar(text)).isNull && text != "<<"
        return Node(text, Tag(.str), isPlain ? .any : .doubleQuoted)
    }

    private func boolean(_ value: Bool) -> Node { Node(value ? "true" : "false") }

    private func number(_ value: Int) -> Node { Node("\(value)") }

    private func number(_ value: Double) -> Node { Node(FlagValue.plain(value)) }

    private func number(_ value: Duration) -> Node { Node(FlagValue.plain(value.seconds)) }

    private func directory(_ file: FilePath) -> Node { text(file.removingLastComponent().string) }

    private func texts(_ values: [String: String]) -> [(String, Node)] {
        values.sorted { $0.key < $1.key }.map { ($0.key, text($0.value)) }
    }

    private func mapping(_ pairs: [(String, Node)]) -> Node { Node(pairs.map { (text($0.0), $0.1) }) }
}
