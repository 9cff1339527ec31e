import OrderedCollections
import Platform
import RecordingTypes
import SystemPackage

/// Checks the videos: that each file is there and has exactly the pictures of its episodes' rows, at the right times,
/// and that the pictures look like their statistics.
struct VideoCheck {
    let info: DatasetInfo
    let layout: DatasetLayout
    let rows: [EpisodeRow]
    let statistics: StoredStatistics
    let tools: (any VideoTools)?
    let pictures: DatasetCheck.Pictures
    private(set) var findings: [Finding] = []
    /// Episodes that lack pictures.
    private(set) var lost: Set<Int> = []

    init(
        info: DatasetInfo, layout: DatasetLayout, rows: [EpisodeRow], statistics: StoredStatistics,
        tools: (any VideoTools)?, pictures: DatasetCheck.Pictures
    ) {
        self.info = info
        self.layout = layout
        self.rows = rows
        self.statistics = statistics
        self.tools = tools
        self.pictures = pictures
    }

    mutating func run() {
        for feature in info.videoFeatures {
            var files: OrderedDictionary<FileIndex, [Int]> = [:]
            for (position, row) in rows.enumerated() {
                if let span = row.videos[feature.name] { files[span.file, default: []].append(position) }
            }
            OrderedWork.run(
                Array(files.keys), name: "videos",
                work: { [layout, tools] in try Self.examine(layout.video(feature.name, $0), tools) }
            ) { file, video in
                do {
                    try check(feature, layout.video(feature.name, file), video, files[file] ?? [])
                } catch {
                    lost.formUnion((files[file] ?? []).map { rows[$0].index })
                    findings.append(Finding(of: error, file: "videos/\(feature.name)/\(file.name).mp4"))
                }
            }
            checkStray(feature, files.keys)
        }
    }

    /// Nil when there is nothing to examine, or nobody to do it.
    private static func examine(_ path: FilePath, _ tools: (any VideoTools)?) throws -> ExaminedVideo? {
        do throws(ReelError) {
            // Whoever may not read it hears of that, and not that the file is damaged.
            _ = try File.open(path)
        } catch let error where error.systemError == .noSuchFileOrDirectory {
            return nil
        }
        guard let size = File.size(of: path), size > 0 else { return nil }
        try LFSPointer.refuse(path, to: "examine a video")
        return try tools?.examine(path)
    }

    private mutating func checkStray(_ feature: Feature, _ known: OrderedSet<FileIndex>) {
        let named = Set(known.compactMap { try? layout.video(feature.name, $0) })
        let found = (try? ParquetFiles.all(in: layout.videos.appending(feature.name), ending: "mp4")) ?? []
        for path in found where !named.contains(path) {
            findings.append(Finding(.warning, file: layout.name(of: path), "no episode names it"))
        }
    }

    /// Checks one file, which holds the pictures of the rows at `positions`; `video` is what was found in it.
    private mutating func check(
        _ feature: Feature, _ path: FilePath, _ video: Result<ExaminedVideo?, any Error>, _ positions: [Int]
    ) throws {
        let episodes = positions.map { rows[$0] }
        let file = layout.name(of: path)
        func error(_ problem: String, episode: Int? = nil) {
            findings.append(Finding(.error, file: file, episode: episode, problem))
        }
        if case .failure(let error) = video, error.isUnread { throw error }
        let concerned = episodes.count == 1 ? episodes[0].index : nil
        guard let size = File.size(of: path), size > 0 else {
            lost.formUnion(episodes.map(\.index))
            return error(File.exists(path) ? "it is empty" : "it is not there", episode: concerned)
        }
        if episodes.count > 1, Double(size) > info.videoFileSize * 1.1 * 1024 * 1024 {
            findings.append(Finding(.warning, file: file, "it is larger than \(info.videoFileSize) MB"))
        }

        // Spans: one episode after the other, each as long as its rows.
        var frames = 0
        let fps = Double(info.fps)
        for row in episodes {
            guard let span = row.videos[feature.name] else { continue }
            if !(abs(span.from * fps - Double(frames)) <= 0.5) {
                error(
                    "its pictures begin at \(span.from) s, those before it end at \(Double(frames) / fps) s",
                    episode: row.index)
            } else if abs(span.from - Double(frames) / fps) > 1e-4 {
                error("its pictures begin at \(span.from) s, which is between two pictures", episode: row.index)
            }
            if !(abs((span.to - span.from) * fps - Double(row.length)) <= 0.5) {
                error(
                    "its pictures go from \(span.from) to \(span.to) s, its \(row.length) rows last "
                        + "\(Double(row.length) / fps) s", episode: row.index)
            }
            frames += row.length
        }
        if Double(frames) / fps > 900, episodes.contains(where: { Double($0.length) / fps > 128 }) {
            findings.append(
                Finding(
                    .warning, file: file,
                    "it is longer than 900 s and has an episode of more than 128 s: LeRobot may miss frames of it"))
        }

        let found = try video.get()
        guard let tools, let video = found else { return }
        if let difference = feature.difference(from: video.description) { error(difference) }
        let times = video.packetTimes
        if times.count != frames {
            error("it has \(times.count) pictures, its episodes have \(frames) rows", episode: concerned)
        }
        // LeRobot's tolerance.
        if let wrong = times.enumerated().first(where: { !(abs($0.element - Double($0.offset) / fps) < 1e-4) }) {
            error("picture \(wrong.offset) is shown at \(wrong.element) s, not \(Double(wrong.offset) / fps) s")
        }
        var start = 0
        var samples: [Sample] = []
        let begins = positions.map { (rows[$0].videos[feature.name]?.from ?? 0) * fps }
        for (place, position) in positions.enumerated() {
            let (begin, length) = (begins[place], rows[position].length)
            // Where pictures are missing, those of an episode end where those of the next one begin: in a file that was
            // joined from others it is not the last episode that lacks them.
            let hasAll = times.count == frames
            let next = hasAll || place + 1 == positions.count ? Double(times.count) : begins[place + 1]
            if begin > -0.5, begin + Double(length) < min(next, Double(times.count)) + 0.5 {
                if let sample = sample(of: position, feature, start: hasAll ? start : Int(begin.rounded())) {
                    samples.append(sample)
                }
            } else {
                lost.insert(rows[position].index)
            }
            start += length
        }
        compare(feature, path, samples[...], tools)
    }

    /// The pictures of one episode that are compared.
    private struct Sample {
        let row: EpisodeRow
        let stated: FeatureStatistics
        /// From the file's beginning, rising.
        let numbers: [Int]
    }

    private func sample(of position: Int, _ feature: Feature, start: Int) -> Sample? {
        let row = rows[position]
        guard pictures.include(row.index, of: rows.count), feature.shape.count == 3,
            let stated = statistics[position].features[feature.name], stated.shape == [3, 1, 1]
        else { return nil }
        let numbers = ImageSampling.sampleIndices(length: row.length).map { $0 + start }
        return numbers.isEmpty ? nil : Sample(row: row, stated: stated, numbers: numbers)
    }

    /// Compares episodes' pictures with the statistics that were made from the camera's own, all in one pass through the
    /// file: an episode that stands late in it costs no more than the first.
    private mutating func compare(
        _ feature: Feature, _ path: FilePath, _ samples: ArraySlice<Sample>, _ tools: any VideoTools
    ) {
        guard !samples.isEmpty else { return }
        let step = ImageSampling.step(width: feature.width, height: feature.height)
        var left = samples
        var statistics = ImageStatistics()
        do {
            try tools.decode(path, numbers: samples.flatMap(\.numbers), step: step) { number, rgb in
                // Pictures that did not come are missed when one behind them does.
                while let sample = left.first, let last = sample.numbers.last, number > last {
                    judge(sample, statistics, path)
                    statistics = ImageStatistics()
                    left.removeFirst()
                }
                statistics.add(PictureCounts(rgb: rgb))
            }
        } catch {
            findings.append(
                Finding(.error, file: layout.name(of: path), episode: left.first?.row.index, error.cause))
            return
        }
        for sample in left {
            judge(sample, statistics, path)
            statistics = ImageStatistics()
        }
    }

    /// What is lost in encoding stays below 0.02 in mean and deviation; another scene's pictures do not.
    private mutating func judge(_ sample: Sample, _ statistics: ImageStatistics, _ path: FilePath) {
        guard let computed = statistics.result, computed.count == sample.numbers.count else {
            findings.append(
                Finding(
                    .error, file: layout.name(of: path), episode: sample.row.index,
                    "only \(statistics.pictureCount) of \(sample.numbers.count) pictures could be decoded"))
            return
        }
        for channel in 0..<3 {
            let mean = (sample.stated.mean[channel], computed.mean[channel])
            let deviation = (sample.stated.standardDeviation[channel], computed.standardDeviation[channel])
            guard abs(mean.0 - mean.1) > 0.02 || abs(deviation.0 - deviation.1) > 0.02 else { continue }
            let names = ["red", "green", "blue"]
            findings.append(
                Finding(
                    .error, file: layout.name(of: path), episode: sample.row.index,
                    "its pictures are not those that its statistics were made from: mean \(names[channel]) "
                        + "\(Self.short(mean.1)), not \(Self.short(mean.0)); deviation \(Self.short(deviation.1)), "
                        + "not \(Self.short(deviation.0))"))
            return
        }
    }

    private static func short(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
}
