import LeRobotDataset
import Media
import Platform
import RecordingTypes
import SystemPackage

/// Takes the statistics of those pictures that LeRobot would sample. Which ones depends on the take's length; while that
/// is not known any picture may be one of them, so each is counted by itself, and the counts wait in a file.
struct PictureSampler {
    private let step: Int
    /// The dataset has the whole picture as RGB, and its readers may compute the same again.
    private let isExact: Bool
    private var sum = ImageStatistics()
    private let choice: Choice

    private enum Choice {
        /// The length is known: these rows.
        case known(Set<Int>)
        /// It is not.
        case open(PictureCountsFile)
    }

    /// For pictures of a size. The take's length is `rowCount`; where that is not known, counts wait in `directory`.
    /// - Throws: `ReelError` when there is no file for them.
    init(width: Int, height: Int, rowCount: Int?, storage: PictureStorage, in directory: FilePath) throws {
        isExact = storage == .images
        step = ImageSampling.step(width: width, height: height)
        choice =
            if let rowCount {
                .known(Set(ImageSampling.sampleIndices(length: rowCount)))
            } else {
                .open(try PictureCountsFile(in: directory))
            }
    }

    /// Takes the picture of the next row.
    mutating func add(_ picture: Picture, row: Int) throws {
        switch choice {
        case .known(let rows): if rows.contains(row) { sum.add(try counts(picture)) }
        case .open(let file): try file.append(try counts(picture))
        }
    }

    private func counts(_ picture: Picture) throws -> PictureCounts {
        PictureCounts(rgb: try picture.rgb24(subsampledBy: step, isExact: isExact))
    }

    /// The statistics of a take of `length` rows; nil when it has none.
    func statistics(length: Int) throws -> FeatureStatistics? {
        guard case .open(let file) = choice else { return sum.result }
        var statistics = ImageStatistics()
        for row in ImageSampling.sampleIndices(length: length) { statistics.add(try file.counts(row: row)) }
        return statistics.result
    }
}
