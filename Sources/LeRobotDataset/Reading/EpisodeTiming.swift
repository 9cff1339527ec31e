import ArrowTables
package import OrderedCollections
import Platform
import RecordingTypes
package import SystemPackage

/// What the capture times in `meta/reel` tell of one episode.
package struct EpisodeTiming: Hashable, Sendable {
    package var episode: Int
    /// The file with its rows.
    package var file: FilePath
    package var frames: Int
    /// Rows that came too late and repeat the one before.
    package var lateRows: Int
    /// By the camera's name.
    package var cameras: OrderedDictionary<String, Camera>
    /// What the operator said of it, and typed; empty where that is nothing.
    package var outcome = ""
    package var note = ""

    /// One camera's side of it.
    package struct Camera: Hashable, Sendable {
        /// Rows whose picture is the one before.
        package var repeated: Int
        /// The most of them in a row, and where that begins.
        package var longest: Range<Int>
    }

    /// Those of all episodes that have any, and what could not be read: "meta/reel/chunk-000/file-003.parquet: …".
    /// - Throws: `ReelError` when the directory cannot be read.
    package static func all(in layout: DatasetLayout) throws -> (timings: [EpisodeTiming], problems: [String]) {
        var (all, problems): ([EpisodeTiming], [String]) = ([], [])
        OrderedWork.run(try ParquetFiles.all(in: layout.captureTimes), name: "capture times", work: read) {
            path, read in
            do { all += try read.get() } catch { problems.append("\(layout.name(of: path)): \(error.cause)") }
        }
        return (all, problems)
    }

    private static func read(_ path: FilePath) throws -> [EpisodeTiming] {
        let reader = try ParquetReader.open(path)
        let repeats = reader.schema.fields.map(\.name).filter { $0.hasSuffix("/repeated") }
        // Recorded before there were such columns, a file has none.
        let words = ["outcome", "note"].filter(reader.hasColumn)
        let table = try reader.readAll(columns: ["late", "episode_index"] + words + repeats)
        let (late, episodes) = (try table.bools("late"), try table.int64s("episode_index"))
        let outcomes = words.contains("outcome") ? try table.strings("outcome") : []
        let notes = words.contains("note") ? try table.strings("note") : []
        let cameras = try repeats.map { (String($0.dropLast("/repeated".count)), try table.bools($0)) }
        var (all, start): ([EpisodeTiming], Int) = ([], 0)
        while start < episodes.count {
            let rows = start..<(episodes[start...].firstIndex { $0 != episodes[start] } ?? episodes.count)
            all.append(
                EpisodeTiming(
                    episode: Int(episodes[start]), file: path, frames: rows.count, lateRows: late[rows].count { $0 },
                    cameras: OrderedDictionary(uniqueKeysWithValues: cameras.map { ($0, Camera($1[rows])) }),
                    outcome: outcomes.isEmpty ? "" : outcomes[start], note: notes.isEmpty ? "" : notes[start]))
            start = rows.upperBound
        }
        return all
    }
}

extension EpisodeTiming.Camera {
    fileprivate init(_ isRepeated: ArraySlice<Bool>) {
        self.init(repeated: isRepeated.count { $0 }, longest: 0..<0)
        var run = 0..<0
        for (row, isRepeat) in isRepeated.enumerated() {
            run = isRepeat ? (run.upperBound == row && !run.isEmpty ? run.lowerBound : row)..<row + 1 : 0..<0
            if run.count > longest.count { longest = run }
        }
    }
}

/// Row by row what the capture times tell of one episode.
package struct RowTimes: Sendable {
    /// Whether the row came too late and repeats the one before it.
    package let isLate: [Bool]
    /// By the camera's name: how old its picture was, in milliseconds, and whether it is the one before.
    package let cameras: OrderedDictionary<String, (age: [Float], isRepeated: [Bool])>

    /// - Throws: `ReelError` naming the file.
    package init(of timing: EpisodeTiming) throws {
        let reader = try ParquetReader.open(timing.file)
        let names = Array(timing.cameras.keys)
        let table = try reader.readAll(
            columns: ["episode_index", "late"] + names.flatMap { ["\($0)/age_ns", "\($0)/repeated"] })
        let episodes = try table.int64s("episode_index")
        let rows = episodes.indices.filter { episodes[$0] == timing.episode }
        let late = try table.bools("late")
        isLate = rows.map { late[$0] }
        var cameras: OrderedDictionary<String, (age: [Float], isRepeated: [Bool])> = [:]
        for name in names {
            let (ages, repeated) = (try table.int64s("\(name)/age_ns"), try table.bools("\(name)/repeated"))
            cameras[name] = (rows.map { Float(ages[$0]) / 1e6 }, rows.map { repeated[$0] })
        }
        self.cameras = cameras
    }
}
