import Console
import Recording
import RecordingTypes
import Robots
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
        let tree = mapping(
            [
                ("robot", mapping(robotKeys)), ("teleop", mapping(teleoperatorKeys)), ("dataset", mapping(dataset)),
                ("play_sounds", boolean(playsSounds)), ("resume", boolean(resumes)),
            ] + displayKeys + [
                (
                    "reel",
                    mapping([
                        ("ring_mb", number(ringBytes >> 20)), ("spool_pictures", text(spoolPictures.rawValue)),
                        ("pictures", text(pictures.rawValue)),
                        ("reconnect_s", number(reconnectTime)), ("align_s", number(alignTime)),
                        ("consolidate", boolean(consolidates)),
                        ("pedal", pedal.map { text($0.path.string) } ?? null),
                        ("pedal_keys", text(pedal?.keys.text ?? PedalKeys.usual)),
                        ("page", boolean(page.isOn)), ("page_host", text(page.host)),
                        ("page_port", page.port.map { number($0) } ?? null),
                        ("display_origin", page.display?.origin.map { text($0) } ?? null),
                        ("report", reportPath.map { text($0.string) } ?? null),
                    ])
                )
            ])
        return try Yams.serialize(node: tree, width: -1, allowUnicode: true)
    }

    private var displayKeys: [(String, Node)] {
        guard let display = page.display else { return [("display_data", boolean(false))] }
        return [
            ("display_data", boolean(true)), ("display_mode", text(display.mode.rawValue)),
            ("display_ip", display.host.map { text($0) } ?? null),
            ("display_port", display.port.map { number($0) } ?? null),
            ("display_compressed_images", boolean(display.isCompressed)),
        ]
    }

    private var batchSize: Int {
        switch schedule {
        case .streaming: 1
        case .batches(let size): size
        }
    }

    private var encoderKeys: [(String, Node)] {
        [
            ("vcodec", text(encoder.kind.rawValue)), ("pix_fmt", text(encoder.pixelFormat.rawValue)),
            ("g", encoder.gop.map { number($0) } ?? null),
            ("crf", encoder.crf.map { Node(FlagValue.plain($0)) } ?? null),
            ("preset", encoder.preset.map { Node($0) } ?? null), ("fast_decode", number(encoder.fastDecode)),
            ("extra_options", mapping(texts(encoder.extraOptions))),
        ]
    }

    private var robotKeys: [(String, Node)] {
        let parts = robot.device.kind.parts
        let own = robot.cameras.filter { camera in !parts.contains { camera.name.hasPrefix($0.side.name("")) } }
        return keys(robot.device) { part in
            let prefix = part.side.name("")
            return [("cameras", cameras(robot.cameras.filter { $0.name.hasPrefix(prefix) }, prefix: prefix))]
        } + [("cameras", cameras(own, prefix: ""))]
    }

    private var teleoperatorKeys: [(String, Node)] { keys(teleoperator) { _ in [] } }

    /// A device's keys; those of a pair below the key of each, with what `more` adds.
    private func keys<Made>(
        _ device: DeviceConfiguration<Made>, more: (DevicePart) -> [(String, Node)]
    ) -> [(String, Node)] {
        var keys = [("type", text(device.type)), ("id", device.id.map { text($0) } ?? null)]
        if let directory = device.calibrationDirectory { keys.append(("calibration_dir", text(directory.string))) }
        func settings(_ prefix: String) -> [(String, Node)] {
            device.kind.fields.map { ($0.name, node(device.values[prefix + $0.name] ?? .none)) }
        }
        guard !device.kind.parts.isEmpty else { return keys + settings("") }
        return keys + device.kind.parts.map { ($0.key, mapping(settings($0.prefix) + more($0))) }
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

    private func node(_ value: SettingValue) -> Node {
        switch value {
        case .none: null
        case .boolean(let value): boolean(value)
        case .integer(let value): number(value)
        case .number(let value): Node(FlagValue.plain(value))
        case .text(let value): text(value)
        case .numbers(let values): mapping(texts(values.mapValues { FlagValue.plain($0) }))
        }
    }

    private func texts(_ values: [String: String]) -> [(String, Node)] {
        values.sorted { $0.key < $1.key }.map { ($0.key, text($0.value)) }
    }

    private func mapping(_ pairs: [(String, Node)]) -> Node { Node(pairs.map { (text($0.0), $0.1) }) }
}
