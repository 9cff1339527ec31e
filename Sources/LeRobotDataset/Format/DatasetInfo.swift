import OrderedCollections
package import PythonJSON
package import RecordingTypes

/// `meta/info.json` of format v3.0: what the dataset is, and the truth about how much of it there is. Written as
/// LeRobot 0.6.1 writes it (order of keys, indent, number text); keys that it does not know are kept at the end.
package struct DatasetInfo: Hashable, Sendable {
    package var version = DatasetVersion.v3
    /// "v3.0"
    package var codebaseVersion = "v3.0"
    /// Frames a second.
    package var fps: Int
    /// In the order of the columns.
    package var features: [Feature]
    package var totalEpisodes = 0
    package var totalFrames = 0
    package var totalTasks = 0
    /// Files in one chunk directory.
    package var chunkSize = 1000
    /// MB of 1024² bytes that a data file may have.
    package var dataFileSize = 100.0
    /// MB of 1024² bytes that a video file may have.
    package var videoFileSize = 200.0
    /// With `{chunk_index:03d}` and `{file_index:03d}`.
    package var dataPath = "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet"
    /// With `{video_key}` too; nil in a dataset that keeps its pictures in the data files.
    package var videoPath: String? = "videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4"
    package var robotType: String?
    /// {"train": "0:12"}; empty before the first episode.
    package var splits: JSONObject = [:]
    /// Tool schemas, where a dataset declares any.
    package var tools: JSONValue?
    /// Keys that LeRobot 0.6.1 does not know.
    package var otherMembers: JSONObject = [:]

    /// The info of a dataset that has no episode yet. The features are all that it shall have, the five defaults included.
    package init(fps: Int, features: [Feature]) {
        self.fps = fps
        self.features = features
        if features.contains(where: \.isImage), videoFeatures.isEmpty { videoPath = nil }
    }

    /// The info of a dataset that has no episode yet.
    package init(session: SessionDescription) {
        fps = session.fps
        features = Feature.all(of: session)
        robotType = session.robotType
        if !session.cameras.isEmpty, videoFeatures.isEmpty { videoPath = nil }
    }

    package subscript(feature name: String) -> Feature? { features.first { $0.name == name } }

    /// Cameras' features in order.
    package var videoFeatures: [Feature] { features.filter(\.isVideo) }

    /// Cameras whose pictures stand in the data files, in order.
    package var imageFeatures: [Feature] { features.filter(\.isImage) }

    /// What stands in the data files, in order of the columns.
    package var dataFeatures: [Feature] { features.filter { !$0.isVideo } }

    /// Counts one more episode.
    package mutating func count(frames: Int, tasks: Int) {
        totalTasks = tasks
        count(episodes: totalEpisodes + 1, frames: totalFrames + frames)
    }

    /// So many there are now.
    mutating func count(episodes: Int, frames: Int) {
        (totalEpisodes, totalFrames) = (episodes, frames)
        splits = ["train": .string("0:\(totalEpisodes)")]
    }
}

extension DatasetInfo {
    /// The file's bytes.
    package var text: [UInt8] { JSONText.indented(.object(members)) }

    private var members: JSONObject {
        var members: JSONObject = [
            "codebase_version": .string(codebaseVersion),
            "fps": .integer(fps),
            "features": .object(
                JSONObject(features.map { ($0.name, .object($0.definition)) }, uniquingKeysWith: { first, _ in first })
            ),
            "total_episodes": .integer(totalEpisodes),
            "total_frames": .integer(totalFrames),
            "total_tasks": .integer(totalTasks),
            "chunks_size": .integer(chunkSize),
            "data_files_size_in_mb": Self.number(dataFileSize),
            "video_files_size_in_mb": Self.number(videoFileSize),
            "data_path": .string(dataPath),
            "video_path": videoPath.map(JSONValue.string) ?? .null,
            "robot_type": robotType.map(JSONValue.string) ?? .null,
            "splits": .object(splits),
        ]
        if let tools { members["tools"] = tools }
        return members.merging(otherMembers) { known, _ in known }
    }

    private static func number(_ value: Double) -> JSONValue {
        Int(exactly: value).map(JSONValue.integer) ?? .real(value)
    }

    /// Members that count something and are written as "3.0": LeRobot fails on them.
    static func realCounts(in bytes: [UInt8]) throws -> [String] {
        let members = try JSONReader.read(bytes, subject: "meta/info.json").object ?? [:]
        return ["total_episodes", "total_frames", "total_tasks", "chunks_size"].filter { key in
            if case .number(let text) = members[key] { Int(text) == nil } else { false }
        }
    }

    /// Reads the file's bytes.
    /// - Parameters:
    ///   - bytes: UTF-8 JSON.
    ///   - subject: The file, for errors.
    /// - Throws: `ReelError`: damaged when it is no such file; mismatch when it is of another format version.
    package init(reading bytes: [UInt8], subject: String) throws {
        func damaged(_ cause: String) -> ReelError {
            ReelError(.damaged, "read the dataset's info", subject: subject, cause: cause)
        }
        guard var members = try JSONReader.read(bytes, subject: subject).object else { throw damaged("not an object") }
        func take(_ key: String) -> JSONValue? {
            let value = members.removeValue(forKey: key)
            return value == .null ? nil : value
        }
        func whole(_ key: String, else standard: Int) throws -> Int {
            guard let value = take(key) else { return standard }
            guard let number = value.integer, number >= 0 else { throw damaged("\(key) is no whole number") }
            return number
        }

        guard let stated = take("codebase_version") else { throw damaged("codebase_version is missing") }
        guard let version = stated.string else {
            throw damaged("codebase_version is \(JSONText.line(stated)), no text")
        }
        self.version = try DatasetVersion(codebaseVersion: version, subject: subject)
        codebaseVersion = version
        fps = try whole("fps", else: 0)
        chunkSize = try whole("chunks_size", else: 1000)
        guard fps > 0, chunkSize > 0 else { throw damaged("fps and chunks_size must be above 0") }
        guard let definitions = take("features")?.object else { throw damaged("features are missing") }
        features = try definitions.map { name, definition in
            guard let object = definition.object, !name.contains("/") else {
                throw damaged("the feature \(name) makes no sense")
            }
            return Feature(name: name, definition: object)
        }
        totalEpisodes = try whole("total_episodes", else: 0)
        totalFrames = try whole("total_frames", else: 0)
        totalTasks = try whole("total_tasks", else: 0)
        dataFileSize = take("data_files_size_in_mb")?.real ?? dataFileSize
        videoFileSize = take("video_files_size_in_mb")?.real ?? videoFileSize
        dataPath = take("data_path")?.string ?? dataPath
        // null means that there are no videos; no such key means LeRobot's own path.
        let hasVideoPath = members.keys.contains("video_path")
        videoPath = take("video_path")?.string ?? (hasVideoPath ? nil : videoPath)
        robotType = take("robot_type")?.string
        splits = take("splits")?.object ?? [:]
        tools = take("tools")
        otherMembers = members
    }
}
