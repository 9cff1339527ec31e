package import OrderedCollections
import Platform
import PythonJSON
import RecordingTypes
package import SystemPackage

/// What there is in a dataset, for a person to look at.
package struct DatasetSummary: Sendable {
    package var root: FilePath
    package var info: DatasetInfo
    /// Episodes by task, in order of the tasks' numbers.
    package var tasks: OrderedDictionary<String, Int>
    /// Frames of the shortest and the longest episode; nil when there are none.
    package var lengths: ClosedRange<Int>?
    /// By kind: "data", "videos/observation.images.front", "meta".
    package var files: OrderedDictionary<String, Files>
    /// Nil where no capture times were kept.
    package var timing: Timing?
    /// What could not be read, as "meta/tasks.parquet: …".
    package var problems: [String] = []

    /// Files of one kind.
    package struct Files: Hashable, Sendable {
        package var count: Int
        package var bytes: Int
    }

    /// What the capture times tell.
    package struct Timing: Hashable, Sendable {
        /// Frames whose times are known.
        package var frames: Int
        /// Ticks that came too late and repeat the frame before.
        package var lateTicks: Int
        /// Frames whose picture is the one before, by camera.
        package var repeatedPictures: OrderedDictionary<String, Int>
    }

    /// Episodes of which somebody said that they are one, then or afterwards.
    package var outcomes: OrderedDictionary<String, Int> = [:]
    /// What somebody wrote, by episode.
    package var notes: OrderedDictionary<Int, String> = [:]
    /// Episodes that are not to be trained with.
    package var excluded: [Int] = []

    /// Reads the dataset's tables, as far as they can be read. Videos are only counted.
    /// - Throws: `ReelError`: unavailable when there is no dataset, mismatch when it is of another version, damaged when
    ///   its info.json is.
    package init(root: FilePath) throws {
        self.root = root
        info = try DatasetInfo(path: DatasetLayout.info(in: root))
        let layout = DatasetLayout(root: root, info: info)
        var tasks: OrderedDictionary<String, Int> = [:]
        var lengths: ClosedRange<Int>?
        var problems: [String] = []
        func noting(_ path: FilePath, _ read: () throws -> Void) {
            do { try read() } catch { problems.append("\(layout.name(of: path)): \(error.cause)") }
        }
        if Dataset(root: root, info: info).hasTasks {
            noting(layout.tasks) { for task in try TasksTable.read(layout.tasks) { tasks[task] = 0 } }
        }
        let total = info.totalEpisodes
        OrderedWork.run(
            try EpisodesTable.files(in: layout), name: "episodes", work: EpisodesTable.readLengths
        ) { path, rows in
            noting(path) {
                for row in try rows.get() where row.index < total {
                    for task in row.tasks { tasks[task, default: 0] += 1 }
                    lengths =
                        min(lengths?.lowerBound ?? row.length, row.length)...max(lengths?.upperBound ?? 0, row.length)
                }
            }
        }
        (self.tasks, self.lengths) = (tasks, lengths)
        files = ["data": try Self.files(in: layout.data)]
        for feature in info.videoFeatures {
            files["videos/\(feature.name)"] = try Self.files(in: layout.videos.appending(feature.name))
        }
        files["meta"] = try Self.files(in: root.appending("meta"))
        let (timings, unread) = try EpisodeTiming.all(in: layout)
        timing = timings.isEmpty ? nil : Timing(timings)
        self.problems = problems + unread
        do {
            note(timings, try EpisodeLabels(in: layout))
        } catch {
            self.problems.append("\(layout.name(of: layout.labels)): \((error as? ReelError)?.cause ?? "\(error)")")
        }
    }

    private mutating func note(_ timings: [EpisodeTiming], _ labels: EpisodeLabels) {
        let recorded = Dictionary(timings.map { ($0.episode, $0) }, uniquingKeysWith: { first, _ in first })
        for episode in 0..<info.totalEpisodes {
            let outcome = labels.outcome(of: episode, recorded: recorded[episode]?.outcome)
            let note = labels.note(on: episode, recorded: recorded[episode]?.note)
            if !outcome.isEmpty { outcomes[outcome, default: 0] += 1 }
            if !note.isEmpty { notes[episode] = note }
            if labels.isExcluded(episode) { excluded.append(episode) }
        }
    }

    /// What LeRobot's trainer is given to leave the excluded ones out.
    package var trainingFlag: String {
        let others = (0..<info.totalEpisodes).filter { !excluded.contains($0) }
        return "--dataset.episodes=[\(others.map(String.init).joined(separator: ","))]"
    }

    /// Seconds of all episodes together.
    package var seconds: Double { Double(info.totalFrames) / Double(info.fps) }

    /// Bytes of all its files.
    package var bytes: Int { files.values.reduce(0) { $0 + $1.bytes } }

    private static func files(in path: FilePath) throws -> Files {
        guard Directory.exists(path) else {
            return Files(count: File.exists(path) ? 1 : 0, bytes: File.size(of: path) ?? 0)
        }
        return try Directory.names(in: path).reduce(into: Files(count: 0, bytes: 0)) { sum, name in
            let inside = try files(in: path.appending(name))
            sum.count += inside.count
            sum.bytes += inside.bytes
        }
    }
}

extension DatasetSummary.Timing {
    fileprivate init(_ episodes: [EpisodeTiming]) {
        self.init(
            frames: episodes.reduce(0) { $0 + $1.frames }, lateTicks: episodes.reduce(0) { $0 + $1.lateRows },
            repeatedPictures: [:])
        for episode in episodes {
            for (name, camera) in episode.cameras { repeatedPictures[name, default: 0] += camera.repeated }
        }
    }
}

extension DatasetSummary: CustomStringConvertible {
    /// Some lines of text.
    package var description: String {
        var lines = [
            "\(root): \(info.totalEpisodes.counted("episode")), \(info.totalFrames.counted("frame")), "
                + "\(Self.clock(seconds)) at \(info.fps) fps",
            "format \(info.codebaseVersion), robot \(info.robotType ?? "not named")",
        ]
        if let lengths {
            let (shortest, longest) = (Double(lengths.lowerBound), Double(lengths.upperBound))
            lines.append(
                "episodes of \(Self.tenths(shortest / Double(info.fps))) to \(Self.tenths(longest / Double(info.fps))) s"
            )
        }
        for (task, episodes) in tasks { lines.append("task \"\(task)\": \(episodes.counted("episode"))") }
        for feature in info.features where !Feature.defaults.contains(where: { $0.name == feature.name }) {
            let shape = feature.shape.map(String.init).joined(separator: "×")
            let codec = feature.definition["info"]?.object?["video.codec"]?.string.map { " \($0)" } ?? ""
            lines.append("feature \(feature.name): \(feature.dtype) \(shape)\(codec)")
        }
        for (kind, files) in files {
            let megabytes = Self.tenths(Double(files.bytes) / 1024 / 1024)
            lines.append("\(kind): \(files.count.counted("file")), \(megabytes) MB")
        }
        if let timing {
            let repeated = timing.repeatedPictures.map { "\($0.value) of \($0.key)" }.joined(separator: ", ")
            lines.append(
                "timing of \(timing.frames.counted("frame")): \(timing.lateTicks) late, pictures repeated: "
                    + (repeated.isEmpty ? "none" : repeated))
        }
        if !outcomes.isEmpty {
            let counts = outcomes.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            lines.append("the operator said: \(counts.joined(separator: ", "))")
        }
        for (episode, note) in notes { lines.append("note on episode \(episode): \(note)") }
        if !excluded.isEmpty {
            lines.append(
                "excluded: \(excluded.map(String.init).joined(separator: ", ")); without them: \(trainingFlag)")
        }
        return lines.joined(separator: "\n")
    }

    private static func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

    /// "1:02:03" or "2:03"
    private static func clock(_ seconds: Double) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let whole = Int(seconds.rounded())
        let (hours, minutes) = (whole / 3600, whole / 60 % 60)
        return (hours > 0 ? "\(hours):\(two(minutes))" : "\(minutes)") + ":\(two(whole % 60))"
    }
}
