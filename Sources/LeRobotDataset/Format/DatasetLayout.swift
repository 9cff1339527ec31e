import RecordingTypes
package import SystemPackage

/// Where a dataset's files are (format v3.0).
package struct DatasetLayout: Sendable {
    /// The dataset's directory.
    package let root: FilePath
    private let dataTemplate: String
    private let videoTemplate: String?

    package init(root: FilePath, info: DatasetInfo) {
        self.root = root
        dataTemplate = info.dataPath
        videoTemplate = info.videoPath
    }

    package static func info(in root: FilePath) -> FilePath { root.pushing(DatasetPart.info.path) }

    package var info: FilePath { Self.info(in: root) }
    package var statistics: FilePath { root.pushing(DatasetPart.statistics.path) }
    package var tasks: FilePath { root.pushing(DatasetPart.tasks.path) }
    package var data: FilePath { root.pushing(DatasetPart.data.path) }
    package var videos: FilePath { root.pushing(DatasetPart.videos.path) }
    package var episodes: FilePath { root.pushing(DatasetPart.episodes.path) }
    /// Real capture times: Reel's own, beside what LeRobot reads.
    package var captureTimes: FilePath { root.pushing(DatasetPart.captureTimes.path) }
    /// What people said of episodes afterwards.
    package var labels: FilePath { captureTimes.appending("episodes.jsonl") }

    package func episodes(_ index: FileIndex) -> FilePath { episodes.appending("\(index.name).parquet") }

    package func captureTimes(_ index: FileIndex) -> FilePath { captureTimes.appending("\(index.name).parquet") }

    /// - Throws: `ReelError` (damaged) when info.json's template makes no path inside the dataset.
    package func data(_ index: FileIndex) throws -> FilePath {
        try path(dataTemplate, ["chunk_index": index.chunk, "file_index": index.file])
    }

    /// - Throws: `ReelError` (damaged) when info.json's template makes no path inside the dataset.
    package func video(_ feature: String, _ index: FileIndex) throws -> FilePath {
        guard let videoTemplate else { throw damaged("it has no video_path") }
        return try path(videoTemplate, ["chunk_index": index.chunk, "file_index": index.file], key: feature)
    }

    /// The path relative to the dataset's directory, for messages.
    package func name(of path: FilePath) -> String { relative(path).string }

    /// The path relative to the dataset's directory, where it lies inside.
    func relative(_ path: FilePath) -> FilePath {
        // By bytes: FilePath goes through components one by one, and a check asks for every file of a dataset.
        let base = root.string.hasSuffix("/") || root.isEmpty ? root.string : root.string + "/"
        let whole = path.string.utf8
        guard whole.starts(with: base.utf8) else { return path }
        return FilePath(String(decoding: whole.dropFirst(base.utf8.count), as: UTF8.self))
    }

    /// Fills a template in, as Python's `format` does: what is filled in is not looked at again, so a feature may have
    /// braces in its name.
    private func path(_ template: String, _ numbers: [String: Int], key: String? = nil) throws -> FilePath {
        var (text, rest) = ("", template[...])
        while let begin = rest.firstIndex(of: "{") {
            guard let end = rest[begin...].firstIndex(of: "}") else { break }
            let field = rest[rest.index(after: begin)..<end]
            let parts = field.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let width = Self.width(parts.count == 2 ? parts[1] : ""),
                let value = field == "video_key"
                    ? key : numbers[String(parts[0])].map({ FileIndex.digits($0, atLeast: width) })
            else { break }
            text += rest[..<begin] + value
            rest = rest[rest.index(after: end)...]
        }
        let relative = FilePath(text + rest)
        guard !rest.contains("{"), relative.isRelative, !relative.components.contains(where: { $0.kind != .regular })
        else { throw damaged("the path \(template) makes no sense") }
        return root.pushing(relative)
    }

    /// How many digits a number has at least, from Python's format of it ("03d", "d" or nothing); nil for others.
    private static func width(_ format: Substring) -> Int? {
        guard !format.isEmpty else { return 0 }
        guard format.hasSuffix("d") else { return nil }
        let digits = format.dropLast()
        return digits.isEmpty ? 0 : digits.hasPrefix("0") ? Int(digits).flatMap { $0 < 20 ? $0 : nil } : nil
    }

    private func damaged(_ cause: String) -> ReelError {
        ReelError(.damaged, "find the dataset's files", subject: info.string, cause: cause)
    }
}
