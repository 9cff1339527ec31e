/// Finds what is worth another look, in a session's takes as in a dataset's episodes. Everything is held against others of the
/// same kind, because what is usual differs from one task and one machine to the next; so there are few false alarms, and
/// people go on looking.
package struct TakeReview: Sendable {
    /// Seconds; below, a take cannot show anything.
    static let shortest = 1.0
    /// How far from the median a length is unusual: in median absolute deviations (3σ of a normal distribution), and as a part
    /// of the median, because ten takes alike have a deviation near 0.
    static let deviations = 3 * 1.4826
    static let part = 0.5
    /// Of the rows of a take.
    static let mostLate = 0.02
    /// A camera may repeat this part more of a take's pictures than it usually does here.
    static let mostRepeated = 0.10
    /// Seconds without a new picture.
    static let frozen = 0.5
    /// Of 0 to 1: mean of a picture without light, and deviation of one with a single colour.
    package static let black = 0.04
    static let plain = 0.02
    /// Of a camera's usual sharpness.
    package static let blurred = 0.5
    /// A joint's range, as a part of its median range in the other takes.
    static let still = 0.02
    /// With fewer takes nothing is usual.
    static let fewest = 3

    private let count: Int
    private let length: Double
    private let lengthDeviation: Double
    /// By the camera's name: the part of its pictures that it usually repeats.
    private let repeats: [String: Double]
    /// By the value's name: its usual range.
    private let ranges: [String: Double]
    /// By the camera's name: how sharp it usually is.
    private let sharpness: [String: Double]

    /// What is usual among these.
    package init(of takes: [TakeFigures]) {
        count = takes.count
        let lengths = takes.map(\.seconds)
        let length = Self.median(lengths)
        self.length = length
        lengthDeviation = Self.median(lengths.map { abs($0 - length) })
        var repeats: [String: [Double]] = [:]
        var ranges: [String: [Double]] = [:]
        var sharpness: [String: [Double]] = [:]
        for take in takes where take.rows > 0 {
            for camera in take.cameras {
                repeats[camera.name, default: []].append(Double(camera.repeated) / Double(take.rows))
                if let sharp = camera.sharpness { sharpness[camera.name, default: []].append(sharp) }
            }
            for value in take.values { ranges[value.name, default: []].append(value.range) }
        }
        self.repeats = repeats.mapValues(Self.median)
        self.ranges = ranges.mapValues(Self.median)
        self.sharpness = sharpness.filter { $0.value.count >= Self.fewest }.mapValues(Self.median)
    }

    /// What of one take is worth a look. It should be among those that the review was made of.
    package func findings(of take: TakeFigures) -> [TakeFinding] {
        lengthFindings(of: take) + timing(of: take)
            + take.cameras.flatMap { lightFindings(of: $0) + repeatFindings(of: $0, take) }
            + take.values.compactMap(valueFinding)
    }

    private func lengthFindings(of take: TakeFigures) -> [TakeFinding] {
        let far = max(Self.deviations * lengthDeviation, Self.part * length)
        if take.seconds < Self.shortest || count >= Self.fewest && take.seconds < length - far {
            return [.tooShort(seconds: take.seconds, usual: length)]
        }
        return count >= Self.fewest && take.seconds > length + far
            ? [.tooLong(seconds: take.seconds, usual: length)] : []
    }

    private func timing(of take: TakeFigures) -> [TakeFinding] {
        Double(take.lateRows) > Self.mostLate * Double(take.rows) ? [.lateRows(take.lateRows, of: take.rows)] : []
    }

    private func repeatFindings(of camera: TakeFigures.Camera, _ take: TakeFigures) -> [TakeFinding] {
        let seconds = Double(camera.longest.count) / Double(take.fps)
        if seconds >= Self.frozen { return [.frozenCamera(camera.name, rows: camera.longest, seconds: seconds)] }
        let usual = repeats[camera.name] ?? 0
        return count >= Self.fewest && Double(camera.repeated) > (Self.mostRepeated + usual) * Double(take.rows)
            ? [.repeatedPictures(camera: camera.name, camera.repeated, of: take.rows)] : []
    }

    private func lightFindings(of camera: TakeFigures.Camera) -> [TakeFinding] {
        guard let light = camera.light, !light.mean.isEmpty else { return [] }
        if light.mean.allSatisfy({ $0 < Self.black }) { return [.blackCamera(camera.name)] }
        if light.deviation.allSatisfy({ $0 < Self.plain }) { return [.plainCamera(camera.name)] }
        guard let sharp = camera.sharpness, let usual = sharpness[camera.name] else { return [] }
        return sharp < Self.blurred * usual ? [.blurredCamera(camera.name)] : []
    }

    private func valueFinding(of value: TakeFigures.Value) -> TakeFinding? {
        if !value.areNumbers { return .notNumbers(value.name) }
        guard count >= Self.fewest, let usual = ranges[value.name], usual > 0 else { return nil }
        return value.range < Self.still * usual ? .stillJoint(value.name) : nil
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        let half = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[half - 1] + sorted[half]) / 2 : sorted[half]
    }
}
