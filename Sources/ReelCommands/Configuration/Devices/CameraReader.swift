import RecordingTypes
import Simulation

/// Reads one entry of `--robot.cameras`: LeRobot's `opencv`, and Reel's `ffmpeg` and `sim`.
struct CameraReader {
    /// The whole flag, for messages.
    let flag: FlagValue
    let name: String
    let setting: Setting

    private static let types = ["opencv", "ffmpeg", "sim"]
    private static let otherTypes = ["intelrealsense", "zmq", "reachy2_camera"]
    /// Keys of LeRobot until 0.2 (lerobot/common/robot_devices/cameras/configs.py).
    private static let formerKeys = ["camera_index": "index_or_path", "port": "index_or_path"]
    private static let keys: [String: [String]] = [
        "opencv": [
            "index_or_path", "width", "height", "fps", "fourcc", "rotation", "color_mode", "warmup_s", "backend",
        ],
        "ffmpeg": ["url", "format", "options", "loop", "width", "height", "fps", "rotation", "warmup_s"],
        "sim": ["view", "width", "height", "fps", "faults"],
    ]

    /// The camera; `prefix` is "left_" or "right_" for the cameras of one of two arms, else empty.
    /// - Throws: `ReelError(.usage)` that names the camera, the key and the keys there are.
    func camera(prefix: String) throws -> CameraConfiguration {
        try checkName(prefix: prefix)
        guard setting.entries != nil else { throw refuse(nil, "it must be a mapping, as in {type: opencv, …}") }
        let type = try self.type()
        for entry in setting.entries ?? [] where entry.key != "type" && !(Self.keys[type] ?? []).contains(entry.key) {
            let known = (["type"] + (Self.keys[type] ?? [])).joined(separator: ", ")
            // In a mapping of one line a comma ends a value: this is the rest of an address, with that of a password.
            guard !entry.key.contains("@") else {
                throw refuse(
                    nil, "a part of an address stands where a key should be", at: setting,
                    "An address with a comma in it must stand in quotes.")
            }
            let former = Self.formerKeys[entry.key].map { "\(entry.key) is \($0) today. " } ?? ""
            throw refuse(
                nil, "\(type) cameras have no key \(entry.key)", at: entry.value, "\(former)There are: \(known).")
        }
        var camera = CameraConfiguration(
            name: prefix + name, source: .simulated(view: .front), width: try integer("width"),
            height: try integer("height"), fps: try rate(), rotation: try rotation(), warmUp: try warmUp())
        switch type {
        case "opencv": camera.source = try openCVSource()
        case "ffmpeg": camera.source = try streamSource()
        default:
            camera.source = .simulated(view: try view(), faults: try faults())
            camera.width = camera.width ?? 640
            camera.height = camera.height ?? 480
            camera.fps = camera.fps ?? 30
            camera.warmUp = .zero
        }
        try check(camera, type)
        return camera
    }

    // MARK: - Keys

    private func type() throws -> String {
        let there = "There are: \(Self.types.joined(separator: ", "))."
        guard let part = value("type"), let type = part.text else { throw refuse(nil, "it has no type", there) }
        if Self.otherTypes.contains(type) { throw refuse("type", "LeRobot has it, Reel does not yet", at: part, there) }
        guard Self.types.contains(type) else {
            throw refuse("type", "there is no such camera type", at: part, there)
        }
        return type
    }

    private func openCVSource() throws -> CameraConfiguration.Source {
        guard let part = value("index_or_path"), let text = part.text, !text.isEmpty else {
            throw refuse("index_or_path", "it is required", "0 is /dev/video0.")
        }
        if let mode = value("color_mode"), mode.text != "rgb" {
            throw refuse(
                "color_mode", "the dataset holds RGB, so only rgb is possible", at: mode,
                "LeRobot's bgr stores red as blue.")
        }
        if let backend = value("backend"), !["0", "200", "ANY", "V4L2"].contains(backend.text) {
            throw refuse("backend", "only ANY (0) and V4L2 (200) are possible", at: backend)
        }
        let fourcc = value("fourcc")
        if let fourcc, fourcc.text?.utf8.count != 4 {
            throw refuse("fourcc", "it must be four letters (MJPG, YUYV)", at: fourcc)
        }
        if let index = Int(text) {
            guard index >= 0 else { throw refuse("index_or_path", "it must be at least 0", at: part) }
            return .device(path: "/dev/video\(index)", fourcc: fourcc?.text)
        }
        if text.hasPrefix("/dev/") { return .device(path: text, fourcc: fourcc?.text) }
        if let fourcc { throw refuse("fourcc", "only a device under /dev has one", at: fourcc) }
        return .stream(url: text, format: nil, options: [:], loops: false)
    }

    private func streamSource() throws -> CameraConfiguration.Source {
        guard let url = value("url")?.text, !url.isEmpty else {
            throw refuse("url", "it is required", "Anything that ffmpeg -i opens.")
        }
        var options: [String: String] = [:]
        if let part = value("options") {
            guard let entries = part.entries else {
                throw refuse("options", "it must be a mapping, as in {rtsp_transport: tcp}", at: part)
            }
            for entry in entries {
                guard let text = entry.value.text else {
                    throw refuse("options", "\(entry.key) must be a text or a number", at: entry.value)
                }
                options[entry.key] = text
            }
        }
        let loops = try value("loop").map { try flag.boolean($0, called: place("loop")) } ?? false
        return .stream(url: url, format: value("format")?.text, options: options, loops: loops)
    }

    private func view() throws -> CameraConfiguration.View {
        let there = CameraConfiguration.View.allCases.map(\.rawValue).joined(separator: ", ")
        guard let part = value("view") else { throw refuse("view", "it is required", "There are: \(there).") }
        guard let view = part.text.flatMap(CameraConfiguration.View.init(rawValue:)) else {
            throw refuse("view", "there is no such view", at: part, "There are: \(there).")
        }
        return view
    }

    /// What a simulated camera is to do wrong, checked.
    private func faults() throws -> String? {
        guard let part = value("faults") else { return nil }
        guard let text = part.text, (try? SimulatedFaults(text)) != nil else {
            throw refuse(
                "faults", "it must be faults at frames of takes", at: part, "As in \"stall@1:30,disconnect@2:0\".")
        }
        return text
    }

    private func rotation() throws -> Int {
        let names = ["NO_ROTATION": 0, "ROTATE_90": 90, "ROTATE_180": 180, "ROTATE_270": -90]
        guard let part = value("rotation"), let text = part.text else { return 0 }
        let rotation = names[text] ?? Int(text)
        guard let rotation, names.values.contains(rotation) else {
            throw refuse("rotation", "it must be 0, 90, 180 or -90", at: part)
        }
        return rotation
    }

    private func warmUp() throws -> Duration {
        guard let part = value("warmup_s") else { return .seconds(1) }
        return .seconds(try flag.number(part, called: place("warmup_s"), 0...60))
    }

    /// A thermal camera or a microscope gives less than a picture a second; a simulated camera counts in whole ones.
    private func rate() throws -> Double? {
        try value("fps").map { part in
            let isSimulated = value("type")?.text == "sim"
            let range = isSimulated ? 1...1000 : 0.01...1000
            let rate = try flag.number(part, called: place("fps"), range)
            if isSimulated && rate != rate.rounded() { throw refuse("fps", "it must be a whole number", at: part) }
            return rate
        }
    }

    private func integer(_ key: String) throws -> Int? {
        try value(key).map { try flag.integer($0, called: place(key), 1...16384) }
    }

    // MARK: - What must agree

    private func check(_ camera: CameraConfiguration, _ type: String) throws {
        if type == "opencv" {
            for (key, isGiven) in [
                ("width", camera.width != nil), ("height", camera.height != nil), ("fps", camera.fps != nil),
            ] where !isGiven {
                throw refuse(key, "it is required for a robot's camera")
            }
        }
        if (camera.width == nil) != (camera.height == nil) {
            throw refuse(nil, "width and height must be given together")
        }
    }

    private func checkName(prefix: String) throws {
        if let problem = SessionDescription.CameraDescription.problem(ofName: prefix + name) {
            throw refuse(nil, "it cannot be called so: \(problem)")
        }
    }

    // MARK: - Access and messages

    /// The value of a key; nil when it is not there or null.
    private func value(_ key: String) -> Setting? {
        setting.entries?.first { $0.key == key }.map(\.value).flatMap { $0.isNull ? nil : $0 }
    }

    private func place(_ key: String?) -> String {
        "camera \(name)" + (key.map { ", \($0)" } ?? "")
    }

    private func refuse(_ key: String?, _ cause: String, at part: Setting? = nil, _ remedy: String? = nil) -> ReelError
    {
        flag.refusal(of: part ?? setting, called: place(key), cause, remedy: remedy)
    }

    private func refuse(_ key: String?, _ cause: String, _ remedy: String) -> ReelError {
        refuse(key, cause, at: nil, remedy)
    }
}
