import OrderedCollections
import Platform
import RecordingTypes
import SystemPackage

/// Neighbouring video files of one camera that shall become one.
struct VideoGroup {
    /// "observation.images.front"
    let feature: String
    /// Two or more, in order.
    let files: [FileIndex]
    /// Of all files together.
    let byteCount: Int

    /// "chunk-000/file-003 to chunk-000/file-009"
    var name: String { "\(files[0].name) to \(files[files.count - 1].name)" }

    /// The groups of all cameras, within the sizes of info.json and 500 s. Counts all files in the report, and those
    /// that stay as they are as done.
    static func plan(
        rows: [EpisodeRow], info: DatasetInfo, layout: DatasetLayout, report: inout ConsolidationReport
    ) throws -> [VideoGroup] {
        var plan: [VideoGroup] = []
        for feature in info.videoFeatures.map(\.name) {
            var files: [FileIndex] = []
            var lengths: [Double] = []
            for row in rows {
                guard let span = row.videos[feature] else { continue }
                if files.last != span.file {
                    files.append(span.file)
                    lengths.append(0)
                }
                lengths[lengths.count - 1] = max(lengths[lengths.count - 1], span.to)
            }
            report.videoFiles.before += Set(files).count
            guard Set(files).count == files.count else {
                report.leftAlone.append("\(feature): its episodes do not lie in the order of its files")
                report.videoFiles.after += Set(files).count
                continue
            }
            let sizes = try files.map { file in
                let path = try layout.video(feature, file)
                try LFSPointer.refuse(path, to: "consolidate the dataset")
                guard let size = File.size(of: path) else {
                    throw ReelError(
                        .damaged, "consolidate the dataset", subject: path.string, cause: "the video is not there",
                        remedy: "`reel check` says which episodes are concerned.")
                }
                return size
            }
            let groups = FileGroups.make(
                sizes: sizes, lengths: lengths, bytes: info.videoFileSize * 1024 * 1024,
                seconds: FileGroups.longestVideo)
            for group in groups where group.count > 1 {
                plan.append(
                    VideoGroup(
                        feature: feature, files: Array(files[group]), byteCount: sizes[group].reduce(0, +)))
            }
            report.videoFiles.after += groups.count { $0.count == 1 }
        }
        return plan
    }
}
