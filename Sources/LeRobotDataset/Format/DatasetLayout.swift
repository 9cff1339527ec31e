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

    package static func info(in root: FilePath) -> FilePath { root.appending("meta/info.json") }

    package var info: FilePath { Self.info(in: root) }
    package var statistics: FilePath { root.appending("meta/stats.json") }
    package var tasks: FilePath { root.appending("meta/tasks.parquet") }
    package var data: FilePath { root.appending("data") }
    package var videos: FilePath { root.appending("videos") }
    package var episodes: FilePath { root.appending("meta/episodes") }
    /// Real capture times: Reel's own, beside what LeRobot reads.
    package var captureTimes: FilePath { root.appending("meta/reel") }

    package func episodes(_ index: FileIndex) -> FilePath { episodes.appending("\(index.name).parquet") }

    package func captureTimes(_ index: FileIndex) -> FilePath { captureTimes.appending("\(index.name).parquet") }

    /// - Throws: `ReelError` (damaged) when info.json's template makes no path inside the dataset.
    package func data(_ index: FileIndex) throws -> FilePath {
        try path(dataTemplate, ["chunk_index": index.chunk, "file_index": index.file])
    }

    /// - Throws: `ReelError` (damaged) when info.json's template makes no path inside the dataset.
    package func video(_ feature: String, _ index: FileIndex) throws -> FilePath {
        guard let videoTemplate else { throw damaged("it has no video_path") }
        return try path(
            videoTemplate.replacing("{video_key}", with: feature),
            ["chunk_index": index.chunk, "file_index": index.file])
    }

    /// The path relative to the dataset's directory, for messages.
    package func name(of path: FilePath) -> String {
        var relative = path
        return relative.removePrefix(root) ? relative.string : path.string
    }

    private func path(_ template: String, _ numbers: [String: Int]) throws -> FilePath {
        var text = template
        for (name, number) in numbers {
            text = text.replacing("{\(name):03d}", with: FileIndex.digits(number))
            text = text.replacing("{\(name)}", with: String(number))
        }
        let relative = FilePath(text)
        guard !text.contains("{"), relative.isRelative, !relative.components.contains(where: { $0.kind != .regular })
        else { throw damaged("the path \(template) makes no sense") }
        return root.pushing(relative)
    }

    private func damaged(_ cause: String) -> ReelError {
        ReelError(.damaged, "find the dataset's files", subject: info.string, cause: cause)
    }
}
