import LeRobotDataset
import Media
import RecordingTypes

/// Takes the statistics of those pictures that LeRobot would sample. Which ones depends on the take's length, so while
/// that is not known every picture is counted by itself.
struct PictureSampler {
    private let step: Int
    /// The dataset has the whole picture as RGB, and its readers may compute the same again.
    private let isExact: Bool
    /// The rows to sample once the length is known.
    private let rows: Set<Int>?
    private var sum = ImageStatistics()
    private var each: [PictureCounts] = []

    init(width: Int, height: Int, rowCount: Int?, storage: PictureStorage) {
        isExact = storage == .images
        step = ImageSampling.step(width: width, height: height)
        rows = rowCount.map { Set(ImageSampling.sampleIndices(length: $0)) }
    }

    mutating func add(_ picture: Picture, row: Int) throws {
        if let rows {
            if rows.contains(row) { sum.add(try counts(picture)) }
        } else {
            each.append(try counts(picture))
        }
    }

    private func counts(_ picture: Picture) throws -> PictureCounts {
        PictureCounts(rgb: try picture.rgb24(subsampledBy: step, isExact: isExact))
    }

    /// The statistics of a take of `length` rows; nil when it has none.
    func statistics(length: Int) -> FeatureStatistics? {
        guard rows == nil else { return sum.result }
        var statistics = ImageStatistics()
        for row in ImageSampling.sampleIndices(length: length) { statistics.add(each[row]) }
        return statistics.result
    }
}
