import LeRobotDataset
import OrderedCollections
import PythonJSON
import RecordingTypes
import Testing

/// The literal numbers were printed by lerobot 0.6.1's own `get_feature_stats`, `sample_indices`,
/// `auto_downsample_height_width` and `aggregate_stats` (numpy 2.2.6) for the values that the helpers below make.
@Suite("statistics are LeRobot's")
struct StatisticsTests {
    /// `((i*7919 + j*104729 + i*i*31) % 2003) / 16 - 40` as float32; all exact.
    private func numbers(_ frames: Int, _ width: Int) -> [Float] {
        var values: [Float] = []
        for i in 0..<frames {
            for j in 0..<width {
                let whole = (i * 7919 + j * 104_729 + i * i * 31) % 2003
                values.append(Float(whole) / 16 - 40)
            }
        }
        return values
    }

    @Test("float32 vectors, to the last digit")
    func vectors() {
        let all = NumericStatistics.of(numbers(300, 6), width: 6)
        #expect(all.minimum == [-40.0, -39.5625, -39.8125, -39.625, -39.5625, -39.5625])
        #expect(all.maximum == [85.0625, 84.8125, 84.9375, 84.625, 84.625, 85.0])
        #expect(
            all.mean == [
                19.664583206176758, 24.59749984741211, 23.68833351135254, 21.110000610351562, 22.28729248046875,
                23.047290802001953,
            ])
        #expect(
            all.standardDeviation == [
                35.232566833496094, 35.636016845703125, 36.87704086303711, 36.68386459350586, 35.07955551147461,
                36.34218978881836,
            ])
        #expect(all.count == 300 && all.shape == [6])
        #expect(Array(all.quantiles.keys) == ["q01", "q10", "q50", "q90", "q99"])
        #expect(all.quantiles["q01"]?[0] == -39.24962615966797)
        #expect(all.quantiles["q10"]?[3] == -29.734699249267578)
        #expect(all.quantiles["q50"]?[5] == 26.505455017089844)
        #expect(all.quantiles["q90"]?[1] == 73.44462585449219)
        #expect(all.quantiles["q99"]?[4] == 83.8302001953125)
    }

    @Test("a long episode, where float32's order of adding shows")
    func longEpisode() {
        let all = NumericStatistics.of(numbers(1800, 2), width: 2)
        #expect(all.mean == [23.32819366455078, 20.958507537841797])
        #expect(all.standardDeviation == [36.751991271972656, 36.044883728027344])
        #expect(all.quantiles["q99"] == [83.57345581054688, 84.19908142089844])
    }

    @Test("one value a frame, which numpy adds pairwise")
    func oneValue() {
        let all = NumericStatistics.of(numbers(300, 1), width: 1)
        #expect(all.mean == [19.664583206176758])
        #expect(all.standardDeviation == [35.23259353637695])
        #expect(all.quantiles["q50"] == [17.503738403320312])
    }

    @Test("one frame, two frames, and a value that never changes")
    func edges() {
        let one = NumericStatistics.of(numbers(1, 2), width: 2)
        #expect(one.mean == [-40, -4.1875] && one.standardDeviation == [0, 0] && one.count == 1)
        #expect(one.quantiles.values.allSatisfy { $0 == [-40, -4.1875] })
        let two = NumericStatistics.of(numbers(2, 2), width: 2)
        #expect(two.quantiles["q50"] == [-40, -8.0625])
        #expect(two.quantiles["q90"] == [81.30764770507812, -4.187654972076416])
        let still = NumericStatistics.of([Float](repeating: 0.1, count: 40), width: 1)
        #expect(still.standardDeviation == [0] && still.quantiles["q90"] == [0.10000000149011612])
    }

    @Test("timestamps and whole numbers, in float64")
    func float64() {
        let times = NumericStatistics.of((0..<250).map { Double($0) / 30 })
        #expect(times.maximum == [8.3])
        #expect(close(times.mean, [4.15]) && close(times.standardDeviation, [2.4056068765374854]))
        #expect(close(times.quantiles["q01"], [0.06722999990162001]))
        #expect(close(times.quantiles["q99"], [8.23277000009838]))
        let indices = NumericStatistics.of(Array(1000..<1250))
        #expect(indices.mean == [1124.5] && close(indices.standardDeviation, [72.16820629612461]))
        #expect(close(indices.quantiles["q10"], [1024.0035999999193]))
    }

    @Test("values that are no numbers give no quantiles, and no crash")
    func notNumbers() {
        let all = NumericStatistics.of([Float.nan, 1, .infinity, 2], width: 1)
        #expect(all.quantiles["q50"]?[0].isNaN == true)
    }

    /// 12 pictures of 64×48: `(f*13 + y*7 + x*3 + c*50 + (x*y) % 11) % 256`.
    private func pictures(_ change: (Int) -> Int = { $0 }) -> ImageStatistics {
        var statistics = ImageStatistics()
        for f in 0..<12 {
            var rgb: [UInt8] = []
            for y in 0..<48 {
                for x in 0..<64 {
                    for c in 0..<3 {
                        rgb.append(UInt8(change((f * 13 + y * 7 + x * 3 + c * 50 + (x * y) % 11) % 256)))
                    }
                }
            }
            statistics.add(PictureCounts(rgb: rgb))
        }
        return statistics
    }

    @Test("pictures: mean and deviation as LeRobot's code gives them in float64, the rest as it gives them")
    func images() throws {
        let all = try #require(pictures().result)
        #expect(all.shape == [3, 1, 1] && all.count == 12)
        #expect(all.minimum == [0, 0, 0] && all.maximum == [1, 1, 1])
        #expect(close(all.mean, [0.5089945874183006, 0.4997625612745098, 0.49044883578431375]))
        #expect(close(all.standardDeviation, [0.29148580634747945, 0.29513889797714593, 0.29108664738286255]))
        #expect(close(all.quantiles["q01"], [0.007890537783485398, 0.007884291243296199, 0.007881350501973361]))
        #expect(close(all.quantiles["q10"], [0.0981368122930112, 0.09402615145860214, 0.09416771354995855]))
        #expect(close(all.quantiles["q50"], [0.5176860942300369, 0.49818439783365004, 0.4822594174609736]))
        #expect(close(all.quantiles["q90"], [0.9058413150465924, 0.905991627537836, 0.9018405073116987]))
        #expect(close(all.quantiles["q99"], [0.9921057060114266, 0.9921264193527393, 0.9920882717998396]))
    }

    @Test("pictures of few values close together")
    func flatImages() throws {
        let all = try #require(pictures { $0 / 64 * 3 + 200 }.result)
        // LeRobot's own float32 sums give 0.01352, 0.01370 and 0.01396 for the deviation; these are the exact ones.
        #expect(close(all.mean, [0.8023884, 0.8019470, 0.8015143], 1e-6))
        #expect(close(all.quantiles["q01"], [0.7843137383460999, 0.7843137383460999, 0.7843137383460999], 1e-7))
        #expect(close(all.quantiles["q50"], [0.8078412836167067, 0.796080756301329, 0.7960802580428116], 1e-7))
        #expect(close(all.quantiles["q90"], [0.8196051558141324, 0.8196051184003383, 0.819604937744715], 1e-7))
    }

    @Test(
        "the same frames are sampled",
        arguments: [
            (1, 1, [0], 0), (2, 2, [0, 1], 1), (99, 99, [0, 1, 2, 3], 4851), (101, 100, [0, 1, 2, 3], 5000),
            (463, 100, [0, 5, 9, 14], 23100), (1000, 177, [0, 6, 11, 17], 88412), (1800, 276, [0, 7, 13, 20], 248262),
            (5000, 594, [0, 8, 17, 25], 1_484_703), (108_000, 5957, [0, 18, 36, 54], 321_675_021),
        ])
    func sampling(length: Int, count: Int, first: [Int], sum: Int) {
        let indices = ImageSampling.sampleIndices(length: length)
        #expect(indices.count == count && Array(indices.prefix(4)) == first && indices.reduce(0, +) == sum)
        #expect(indices.last == length - 1)
    }

    @Test(
        "the same pixels are sampled",
        arguments: [
            (640, 480, 4), (1280, 720, 8), (1920, 1080, 12), (299, 299, 1), (300, 200, 2), (480, 640, 4), (320, 240, 2),
        ])
    func subsampling(width: Int, height: Int, step: Int) {
        #expect(ImageSampling.step(width: width, height: height) == step)
    }

    @Test("episodes are taken together by the rule of 0.6.1")
    func aggregation() throws {
        let first = NumericStatistics.of(numbers(30, 2), width: 2)
        let second = NumericStatistics.of(numbers(77, 2)[80...].map { $0 * 2 }, width: 2)
        let both = try FeatureStatistics.aggregate([first, second], subject: "action")
        #expect(both.minimum == [-78.5, -78.0] && both.maximum == [154.125, 151.25] && both.count == 67)
        #expect(close(both.mean, [33.61100837365905, 38.75186458986197], 1e-7))
        #expect(close(both.standardDeviation, [59.29197005551865, 59.24753807612532], 1e-7))
        #expect(close(both.quantiles["q01"], [-61.26119402985075, -56.95522388059702]))
        #expect(close(both.quantiles["q50"], [25.947900003461694, 50.72279141554192]))
        #expect(close(both.quantiles["q99"], [121.51125237536074, 121.15358796532475]))
    }

    @Test("one by one or all at once, the aggregate of a thousand episodes is the same within 1e-9")
    func running() throws {
        var all: [EpisodeStatistics] = []
        var running = EpisodeStatistics()
        for episode in 0..<1000 {
            let length = 2 + episode * 37 % 91
            let state = numbers(length + 7, 2).suffix(2 * length).map { $0 + Float(episode % 13) }
            let start = all.reduce(0) { $0 + ($1.features["index"]?.count ?? 0) }
            let statistics = EpisodeStatistics(features: [
                "observation.state": NumericStatistics.of(Array(state), width: 2),
                "index": NumericStatistics.of(Array(start..<start + length)),
            ])
            all.append(statistics)
            running = try EpisodeStatistics.aggregate(episode == 0 ? [statistics] : [running, statistics])
            // What the file holds is all that is kept from one episode to the next.
            running = try EpisodeStatistics(reading: running.text, subject: "stats.json")
        }
        let atOnce = try EpisodeStatistics.aggregate(all)
        for name in ["observation.state", "index"] {
            let (left, right) = (try #require(running.features[name]), try #require(atOnce.features[name]))
            #expect(left.count == right.count && left.minimum == right.minimum && left.maximum == right.maximum)
            for key in right.arrays.keys { #expect(close(left.arrays[key], right.arrays[key] ?? [])) }
        }
    }

    @Test("stats.json has LeRobot's shapes and comes back as it was")
    func statisticsFile() throws {
        var statistics = EpisodeStatistics(features: ["action": NumericStatistics.of(numbers(5, 2), width: 2)])
        statistics.features["observation.images.front"] = pictures().result
        let text = statistics.text
        #expect(try EpisodeStatistics(reading: text, subject: "stats.json") == statistics)
        let members = try JSONReader.read(text, subject: "stats.json").object
        let image = members?["observation.images.front"]?.object
        #expect(image?["min"] == .array((0..<3).map { _ in .array([.array([.number("0.0")])]) }))
        #expect(image?["count"] == .array([.number("12")]))
        #expect(
            image.map { Array($0.keys) } == ["min", "max", "mean", "std", "count", "q01", "q10", "q50", "q90", "q99"])
        #expect(members?["action"]?.object?["max"] == .array([.number("81.3125"), .number("3.5625")]))
    }

    private func close(_ left: [Double]?, _ right: [Double], _ tolerance: Double = 1e-9) -> Bool {
        guard let left, left.count == right.count else { return false }
        return zip(left, right).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
    }
}
