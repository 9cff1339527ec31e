import OrderedCollections
import RecordingTypes
import SystemPackage
import Testing

@testable import LeRobotDataset

/// What stands out among a dataset's episodes is found, and what is usual there is not.
@Suite struct EpisodeReviewTests {
    private let info = DatasetInfo(session: TestDataset.session())

    /// An episode whose joints have this range, and whose camera `front` this mean and deviation.
    private func row(
        _ index: Int, length: Int = 90, ranges: [Double] = [40, 20], mean: Double = 0.4, deviation: Double = 0.2
    ) -> EpisodeRow {
        let joints = FeatureStatistics(
            shape: [2], minimum: [0, 0], maximum: ranges, mean: ranges.map { $0 / 2 }, standardDeviation: [1, 1],
            count: length, quantiles: [:])
        let picture = FeatureStatistics(
            shape: [3, 1, 1], minimum: [0, 0, 0], maximum: [1, 1, 1], mean: [mean, mean, mean],
            standardDeviation: [deviation, deviation, deviation], count: length, quantiles: [:])
        return EpisodeRow(
            index: index, tasks: [], length: length, data: FileIndex(), start: 0, end: length, videos: [:],
            statistics: EpisodeStatistics(features: [
                "action": joints, "observation.state": joints, "observation.images.front": picture,
            ]), file: FileIndex())
    }

    private func timing(_ episode: Int, late: Int = 0, repeated: Int = 0, longest: Range<Int> = 0..<0) -> EpisodeTiming
    {
        EpisodeTiming(
            episode: episode, file: "", frames: 90, lateRows: late,
            cameras: ["front": .init(repeated: repeated, longest: longest)])
    }

    private func findings(_ rows: [EpisodeRow], _ timings: [EpisodeTiming] = []) -> [[TakeFinding]] {
        EpisodeReview.findings(info: info, rows: rows, timings: timings)
    }

    @Test func `episodes that differ a little have nothing to be told`() {
        let lengths = [90, 88, 95, 70, 110, 92, 85, 101]
        let rows = lengths.enumerated().map { row($0, length: $1, ranges: [40 + Double($0), 20 - Double($0)]) }
        let timings = lengths.indices.map { timing($0, late: $0 % 2, repeated: $0, longest: 3..<5) }
        #expect(findings(rows, timings).allSatisfy { $0.isEmpty })
    }

    @Test func `one that is far shorter or longer is found`() {
        let rows = [90, 91, 89, 90, 30, 200].enumerated().map { row($0, length: $1) }
        let found = findings(rows)
        #expect(found[4] == [.tooShort(seconds: 1, usual: 3)])
        #expect(found[5] == [.tooLong(seconds: 200.0 / 30, usual: 3)])
        #expect(found[..<4].allSatisfy { $0.isEmpty })
    }

    @Test func `below a second nothing can be shown, however usual that is`() {
        #expect(findings((0..<4).map { row($0, length: 20) }).allSatisfy { $0.first?.name == "short" })
    }

    @Test func `a joint that stands still where it moves elsewhere is found by its name`() {
        let found = findings([row(0), row(1), row(2), row(3, ranges: [0.1, 20])])
        // Once, although it is asked for and observed.
        #expect(found[3].map(\.words) == ["shoulder_pan.pos never moved"])
        // One that never moves anywhere is not missed.
        #expect(findings((0..<4).map { row($0, ranges: [0, 20]) }).allSatisfy { $0.isEmpty })
    }

    @Test func `a camera without light, or with one colour, is found`() {
        let found = findings([row(0), row(1, mean: 0.01, deviation: 0.01), row(2, deviation: 0.005)])
        #expect(found == [[], [.blackCamera("front")], [.plainCamera("front")]])
    }

    @Test func `late rows, repeated pictures and a camera that stood still are found, with the row`() {
        let rows = (0..<6).map { row($0) }
        // This camera usually repeats a tenth.
        let timings = [
            timing(0, repeated: 9), timing(1, repeated: 9), timing(2, repeated: 9), timing(3, late: 3, repeated: 9),
            timing(4, repeated: 30, longest: 3..<5), timing(5, repeated: 25, longest: 40..<65),
        ]
        let found = findings(rows, timings)
        #expect(found[..<3].allSatisfy { $0.isEmpty })
        #expect(found[3] == [.lateRows(3, of: 90)])
        #expect(found[4] == [.repeatedPictures(camera: "front", 30, of: 90)])
        #expect(found[5].map(\.words) == ["front frozen for 0.8 s"])
        #expect(found[5].first?.row == 40)
    }

    @Test func `values that are no numbers are found`() {
        var broken = row(1)
        broken.statistics.features["action"]?.mean[0] = .nan
        #expect(findings([row(0), broken, row(2)])[1] == [.notNumbers("action shoulder_pan.pos")])
    }
}
