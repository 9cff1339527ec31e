import OrderedCollections
import Platform
import RecordingTypes
import SystemPackage

extension EpisodeDraft {
    /// Checks all that must hold before the draft may become an episode: rows == frames above all.
    /// - Throws: `ReelError` (mismatch, or damaged for a video file) that says what does not hold.
    func requireFitting(_ info: DatasetInfo) throws {
        func mismatch(_ cause: String, _ kind: ReelError.Kind = .mismatch, _ subject: String? = nil) -> ReelError {
            ReelError(kind, "publish the take", subject: subject ?? identity, cause: cause)
        }
        guard length > 0 else { throw mismatch("it has no frames") }
        for feature in info.features where !feature.isVisual {
            if let values = values[feature.name] {
                try require(values, feature)
            } else {
                guard Feature.defaults.contains(where: { $0.name == feature.name && $0.dtype == feature.dtype }) else {
                    throw mismatch("the dataset has a feature \(feature.name) (\(feature.dtype)), the take has not")
                }
            }
        }
        if let name = values.keys.first(where: { info[feature: $0]?.isVisual ?? true }) {
            throw mismatch("it has values of \(name), the dataset has not")
        }
        guard Set(videos.keys) == Set(info.videoFeatures.map(\.name)) else {
            let names = info.videoFeatures.map(\.name).joined(separator: ", ")
            throw mismatch("it has videos of \(videos.keys.joined(separator: ", ")), the dataset has \(names)")
        }
        for feature in info.videoFeatures {
            guard let video = videos[feature.name] else { continue }
            if let difference = feature.difference(from: video.description) {
                throw mismatch(difference, .mismatch, video.path.string)
            }
            guard video.description.fps == info.fps else {
                throw mismatch(
                    "\(video.description.fps) pictures a second, the dataset has \(info.fps)", .mismatch,
                    video.path.string)
            }
            guard video.description.frameCount == length else {
                throw mismatch(
                    "\(video.description.frameCount) pictures for \(length) frames", .mismatch, video.path.string)
            }
            guard let size = File.size(of: video.path) else {
                throw mismatch("it is not there", .unavailable, video.path.string)
            }
            guard size == video.description.byteCount else {
                throw mismatch(
                    "it has \(size) bytes, not \(video.description.byteCount)", .damaged, video.path.string)
            }
        }
        guard Set(images.keys) == Set(info.imageFeatures.map(\.name)) else {
            let names = info.imageFeatures.map(\.name).joined(separator: ", ")
            throw mismatch("it has images of \(images.keys.joined(separator: ", ")), the dataset has \(names)")
        }
        for images in images.values {
            guard images.sizes.count == length else {
                throw mismatch("\(images.sizes.count) images for \(length) frames", .mismatch, images.path.string)
            }
            let size = File.size(of: images.path)
            guard size == images.sizes.reduce(0, +) else {
                throw mismatch(
                    size.map { "it has \($0) bytes, not \(images.sizes.reduce(0, +))" } ?? "it is not there",
                    size == nil ? .unavailable : .damaged, images.path.string)
            }
        }
        for feature in info.features where feature.isVisual {
            guard let statistics = statistics.features[feature.name],
                statistics.shape == [feature.channels, 1, 1]
            else { throw mismatch("there are no statistics of \(feature.name)") }
        }
        guard taskOfFrame.map({ $0.count == length && $0.allSatisfy(tasks.indices.contains) }) ?? !tasks.isEmpty else {
            throw mismatch("its tasks are not those of \(length) frames")
        }
        if let captureTimes, !captureTimes.has(frames: length) {
            throw mismatch("its capture times are not \(length) rows")
        }
    }

    private func require(_ values: FeatureValues, _ feature: Feature) throws {
        let width = feature.shape.reduce(1, *)
        guard feature.dtype == values.type.rawValue, width > 0, values.count == length * width else {
            throw ReelError(
                .mismatch, "publish the take", subject: identity,
                cause: "\(values.count) values (\(values.type.rawValue)) of \(feature.name) for \(length) frames of "
                    + "\(width) \(feature.dtype)")
        }
    }

    /// Statistics of every feature, in the features' order, as episode `index` that begins at row `start`.
    func allStatistics(_ info: DatasetInfo, index: Int, start: Int, taskIndices: [Int]) -> EpisodeStatistics {
        var all = EpisodeStatistics()
        let times = (0..<length).map { Double($0) / Double(info.fps) }
        for feature in info.features {
            all.features[feature.name] =
                switch feature.name {
                case "timestamp": NumericStatistics.of(times)
                case "frame_index": NumericStatistics.of(Array(0..<length))
                case "episode_index": NumericStatistics.of([Int](repeating: index, count: length))
                case "index": NumericStatistics.of(Array(start..<start + length))
                case "task_index": NumericStatistics.of(taskIndices)
                default:
                    values[feature.name].map { $0.statistics(shape: feature.shape, rows: length) }
                        ?? statistics.features[feature.name]
                }
        }
        return all
    }
}
