import Media
import OrderedCollections
import RecordingTypes
import Simulation
import SystemPackage

@testable import LeRobotDataset

/// An episode as it lies in the dataset.
struct PublishedEpisode {
    var actions: [[Float]]
    /// By camera and row.
    var codes: [String: [FrameCode?]]

    /// The take that its pictures are of.
    var take: Int { codes.values.first?.last.flatMap { $0 }.map { Int($0.take) } ?? 0 }

    /// All episodes in order, by the dataset's own tables.
    /// - Throws: `ReelError` when tables and files do not agree.
    static func all(in root: FilePath) throws -> [PublishedEpisode] {
        let info = try DatasetInfo(path: DatasetLayout.info(in: root))
        let layout = DatasetLayout(root: root, info: info)
        var videos: [FilePath: [FrameCode?]] = [:]
        let rows = try EpisodesTable.files(in: layout).flatMap { try EpisodesTable.read($0, info: info) }
        return try rows.prefix(info.totalEpisodes).map { row in
            let actions = try EpisodeActions(root: root, episode: row.index)
            var codes: [String: [FrameCode?]] = [:]
            for (feature, span) in row.videos {
                let path = try layout.video(feature, span.file)
                let all = try videos[path] ?? Self.codes(inVideo: path)
                videos[path] = all
                let first = Int((span.from * Double(info.fps)).rounded())
                guard first + row.length <= all.count else {
                    throw ReelError(
                        .damaged, "read episode \(row.index)", subject: path.string,
                        cause: "it has \(all.count) pictures")
                }
                let camera = feature.split(separator: ".").last.map(String.init) ?? feature
                codes[camera] = Array(all[first..<(first + row.length)])
            }
            return PublishedEpisode(actions: (0..<actions.count).map { actions[$0] }, codes: codes)
        }
    }

    private static func codes(inVideo path: FilePath) throws -> [FrameCode?] {
        let reader = try VideoFileReader(path: path)
        var codes: [FrameCode?] = []
        while let (_, picture) = try reader.next() { codes.append(try RecordedTake.code(of: picture)) }
        return codes
    }
}
