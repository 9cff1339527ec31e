import LeRobotDataset
import Media
import OrderedCollections
import PythonJSON
import RecordingTypes
import SystemPackage

/// What a client asks for when it opens a dataset, as far as it can be understood without looking at the disk.
struct OpenRequest {
    var root: FilePath
    /// The dataset to make; nil where one gets more episodes.
    var info: DatasetInfo?
    var repoID: String
    /// By feature.
    var pictures: [String: PixelFormat]
    /// By LeRobot's names; nil where nothing was said.
    var encoder: JSONObject?
    var schedule: EncodingSchedule
    /// Bytes of shared memory.
    var memory: Int
    /// Bytes; nil leaves it to Reel.
    var backlog: Int?
    var consolidates: Bool

    private static let members: Set = [
        "do", "protocol", "root", "create", "repo_id", "pictures", "encoder", "batch", "memory", "backlog",
        "consolidate",
    ]
    private static let creation: Set = [
        "features", "fps", "robot_type", "chunks_size", "data_files_size_in_mb", "video_files_size_in_mb",
    ]
    private static let usualMemory = 64 << 20

    /// - Throws: `ReelError(.usage)` that names the member, `FeatureRefusal`.
    init(_ request: JSONObject) throws {
        try Self.requireKnown(request, Self.members)
        guard request["protocol"]?.integer == 1 else {
            throw Self.refusal("protocol", "this Reel speaks protocol 1", remedy: "Update Reel or the client.")
        }
        guard let root = request["root"]?.string, root.hasPrefix("/"), !root.utf8.contains(0) else {
            throw Self.refusal("root", "it is the dataset's directory, from / on")
        }
        self.root = FilePath(root)
        repoID = try Self.text(request["repo_id"], "repo_id") ?? self.root.lastComponent?.string ?? ""
        pictures = [:]
        for (feature, value) in try Self.object(request["pictures"], "pictures") ?? [:] {
            switch value.string {
            case "rgb24": pictures[feature] = .rgb24
            case "gray": pictures[feature] = .gray
            case "jpeg": pictures[feature] = .mjpeg
            default: throw FeatureRefusal(feature, .usage, "pictures come as rgb24, gray or jpeg")
            }
        }
        encoder = try Self.object(request["encoder"], "encoder")
        let batch = try Self.whole(request["batch"], "batch", 0...1_000_000) ?? 1
        schedule = batch == 0 ? .streaming : .batches(of: batch)
        memory = try Self.whole(request["memory"], "memory", 1 << 16...1 << 36) ?? Self.usualMemory
        backlog = try Self.whole(request["backlog"], "backlog", 0...1 << 50)
        consolidates = try Self.flag(request["consolidate"], "consolidate") ?? true
        info = try Self.object(request["create"], "create").map(Self.info)
    }

    /// The dataset that is to be made.
    private static func info(_ create: JSONObject) throws -> DatasetInfo {
        try requireKnown(create, creation)
        guard let fps = try whole(create["fps"], "create.fps", 1...100_000) else {
            throw refusal("create.fps", "it is missing")
        }
        guard let definitions = try object(create["features"], "create.features") else {
            throw refusal("create.features", "they are missing")
        }
        var features: OrderedDictionary<String, Feature> = [:]
        for (name, value) in definitions {
            guard let definition = value.object else { throw FeatureRefusal(name, .usage, "it is no object") }
            let feature = Feature(name: name, definition: definition)
            try requireRecordable(feature)
            features[name] = feature
        }
        for feature in Feature.defaults { features[feature.name] = feature }
        var info = DatasetInfo(fps: fps, features: Array(features.values))
        info.robotType = try text(create["robot_type"], "create.robot_type")
        info.chunkSize = try whole(create["chunks_size"], "create.chunks_size", 1...1_000_000) ?? info.chunkSize
        info.dataFileSize = try size(create, "data_files_size_in_mb") ?? info.dataFileSize
        info.videoFileSize = try size(create, "video_files_size_in_mb") ?? info.videoFileSize
        return info
    }

    private static func size(_ create: JSONObject, _ name: String) throws -> Double? {
        guard let value = create[name], value != .null else { return nil }
        guard let size = value.real, size > 0, size <= 1e9 else {
            throw refusal("create.\(name)", "it is a number of megabytes above 0")
        }
        return size
    }

    // MARK: - Reading members

    private static func requireKnown(_ object: JSONObject, _ known: Set<String>) throws {
        guard let name = object.keys.first(where: { !known.contains($0) }) else { return }
        throw refusal(
            name.printable, "there is no such member", remedy: "There are: \(known.sorted().joined(separator: ", ")).")
    }

    static func refusal(_ member: String, _ cause: String, remedy: String? = nil) -> ReelError {
        ReelError(.usage, "open a dataset", subject: member, cause: cause, remedy: remedy)
    }

    private static func text(_ value: JSONValue?, _ name: String) throws -> String? {
        guard let value, value != .null else { return nil }
        guard let text = value.string, !text.utf8.contains(0) else { throw refusal(name, "it is a text") }
        return text
    }

    private static func flag(_ value: JSONValue?, _ name: String) throws -> Bool? {
        guard let value, value != .null else { return nil }
        guard let flag = value.bool else { throw refusal(name, "it is true or false") }
        return flag
    }

    private static func whole(_ value: JSONValue?, _ name: String, _ range: ClosedRange<Int>) throws -> Int? {
        guard let value, value != .null else { return nil }
        guard let number = value.integer, range.contains(number) else {
            throw refusal(name, "it is a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func object(_ value: JSONValue?, _ name: String) throws -> JSONObject? {
        guard let value, value != .null else { return nil }
        guard let object = value.object else { throw refusal(name, "it is an object") }
        return object
    }
}

// MARK: - What can be recorded

extension OpenRequest {
    /// Checks what a feature of a dataset says of itself.
    /// - Throws: `FeatureRefusal`.
    static func requireRecordable(_ feature: Feature) throws {
        func refusal(_ cause: String, remedy: String? = nil) -> FeatureRefusal {
            FeatureRefusal(feature.name, .usage, cause, remedy: remedy)
        }
        if feature.name.isEmpty || feature.name.utf8.contains(UInt8(ascii: "/")) || feature.name.utf8.contains(0) {
            throw refusal("LeRobot allows no / in the name of a feature, and it must have one")
        }
        if feature.name == SessionDescription.taskBlock.feature {
            throw refusal("every row has a task, so no feature can be called so")
        }
        guard let shape = feature.definition["shape"]?.array, shape.count == feature.shape.count,
            feature.shape.allSatisfy({ $0 > 0 })
        else { throw refusal("its shape is a list of whole numbers above 0") }
        if feature.isVisual {
            if feature.isDepthMap {
                throw refusal("depth pictures can be neither recorded nor encoded by this Reel")
            }
            guard feature.shape.count == 3, feature.channels == 3 else {
                throw refusal(
                    "pictures have a shape of height, width and 3 channels, not \(feature.shape)",
                    remedy: "With the channels first, its names begin with \"channels\".")
            }
            return
        }
        guard let type = ValueType(rawValue: feature.dtype) else {
            let there = ValueType.allCases.map(\.rawValue).joined(separator: ", ")
            throw refusal(
                "its dtype is \"\(feature.dtype.printable)\"", remedy: "There are: \(there), video and image.")
        }
        guard type == .string ? feature.shape == [1] : (1...5).contains(feature.shape.count) else {
            throw refusal(
                type == .string ? "a text has the shape [1]" : "its shape \(feature.shape) has not 1 to 5 dimensions")
        }
    }

    /// The session that rows of a dataset are recorded in.
    /// - Throws: `ReelError`, `FeatureRefusal` for a feature that cannot be recorded.
    func session(of info: DatasetInfo, encoder: VideoEncoderSettings) throws -> SessionDescription {
        var blocks = [SessionDescription.taskBlock]
        var cameras: [SessionDescription.CameraDescription] = []
        var names: Set<String> = []
        let defaults = Set(Feature.defaults.map(\.name))
        for feature in info.features where !defaults.contains(feature.name) {
            try Self.requireRecordable(feature)
            guard feature.isVisual else {
                guard let type = ValueType(rawValue: feature.dtype) else { continue }
                blocks.append(ValueBlock(feature: feature.name, dtype: type, shape: feature.shape))
                continue
            }
            let target = PictureTarget(feature.isVideo ? .video : .images, encoder: encoder)
            try target.encoder?.requireEncodable(width: feature.width, height: feature.height, of: feature.name)
            let prefix = SessionDescription.CameraDescription.featurePrefix
            var name = feature.name.hasPrefix(prefix) ? String(feature.name.dropFirst(prefix.count)) : feature.name
            if name.isEmpty || !names.insert(name).inserted { name = feature.name }
            names.insert(name)
            cameras.append(
                .init(
                    name: name, feature: feature.name,
                    format: FrameFileWriter.storedFormat(for: format(of: feature, info.fps), target: target),
                    target: target))
        }
        if let unknown = pictures.keys.first(where: { name in !cameras.contains { $0.featureName == name } }) {
            throw FeatureRefusal(unknown, .mismatch, "the dataset has no pictures of this name")
        }
        if let flaw = blocks.first(where: { PackedValues(RowSchema([$0])).leastBytes == nil }) {
            throw FeatureRefusal(
                flaw.feature, .usage, "its values have more than \(PackedValues.mostBytes >> 20) MiB in a row")
        }
        guard PackedValues(RowSchema(blocks)).leastBytes != nil else {
            throw Self.refusal(
                "create.features", "their values have more than \(PackedValues.mostBytes >> 20) MiB in a row")
        }
        var session = SessionDescription(
            robotType: info.robotType ?? "", fps: info.fps, observation: RowSchema([]), action: RowSchema([]),
            cameras: cameras, repoID: repoID)
        session.values = RowSchema(blocks)
        session.hasTimes = false
        return session
    }

    /// How the pictures of a feature come.
    func format(of feature: Feature, _ fps: Int) -> CameraFormat {
        CameraFormat(
            width: feature.width, height: feature.height, fps: Double(fps),
            pixelFormat: pictures[feature.name] ?? .rgb24)
    }
}
