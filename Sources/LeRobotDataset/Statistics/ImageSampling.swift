import func Glibc.pow

/// Which pictures of an episode, and which pixels of a picture, statistics are computed from: LeRobot 0.6.1's choice.
package enum ImageSampling {
    /// The sampled frames of an episode, in order: all up to 100 frames, then at least 100, growing as length^0.75.
    package static func sampleIndices(length: Int) -> [Int] {
        guard length > 0 else { return [] }
        let count = max(min(100, length), min(Int(pow(Double(length), 0.75)), 10_000))
        guard count > 1 else { return [0] }
        let step = Double(length - 1) / Double(count - 1)
        return (0..<count).map {
            $0 == count - 1 ? length - 1 : Int((Double($0) * step).rounded(.toNearestOrEven))
        }
    }

    /// Every how many pixels, in both directions: 1 below 300 pixels, else what brings the longer side near 150.
    package static func step(width: Int, height: Int) -> Int {
        max(width, height) < 300 ? 1 : max(width, height) / 150
    }
}
