import ArrowTables
import Platform
import RecordingTypes
import SystemPackage

/// Checks that the capture times in `meta/reel` are one row a frame of the episodes that have any.
struct CaptureTimesCheck {
    let layout: DatasetLayout
    private let lengths: [Int: Int]
    private(set) var findings: [Finding] = []

    init(layout: DatasetLayout, rows: [EpisodeRow]) {
        self.layout = layout
        lengths = Dictionary(rows.map { ($0.index, $0.length) }, uniquingKeysWith: { first, _ in first })
    }

    mutating func run() {
        do {
            OrderedWork.run(
                try ParquetFiles.all(in: layout.captureTimes), name: "capture times",
                work: {
                    try ParquetReader.open($0).readAll(columns: ["episode_index", "frame_index", "monotonic_ns"])
                }
            ) { check($0, $1) }
        } catch {
            findings.append(Finding(.error, file: "meta/reel", error.cause))
        }
    }

    private mutating func check(_ path: FilePath, _ times: Result<Table, any Error>) {
        let file = layout.name(of: path)
        do {
            let table = try times.get()
            let (episodes, frames) = (try table.int64s("episode_index"), try table.int64s("frame_index"))
            let times = try table.int64s("monotonic_ns")
            var start = 0
            while start < episodes.count {
                var end = start + 1
                while end < episodes.count, episodes[end] == episodes[start] { end += 1 }
                let episode = Int(episodes[start])
                func error(_ problem: String) {
                    findings.append(Finding(.error, file: file, episode: episode, problem))
                }
                if lengths[episode] == nil {
                    error("the table of episodes does not have it")
                } else if let length = lengths[episode], end - start != length {
                    error("\(end - start) capture times for \(length) frames")
                } else if Array(frames[start..<end]) != (0..<end - start).map(Int64.init) {
                    error("its capture times are not in the order of the frames")
                } else if zip(times[start..<end], times[start..<end].dropFirst()).contains(where: { $0 > $1 }) {
                    error("its capture times go backwards")
                }
                start = end
            }
        } catch {
            findings.append(Finding(.error, file: file, error.cause))
        }
    }
}
