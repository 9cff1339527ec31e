/// Random-looking numbers that depend on a seed and a position only, so any moment of a simulation can be asked for
/// in any order (SplitMix64's mixing of the position).
package struct SeededNoise: Hashable, Sendable {
    package let seed: UInt64

    package init(seed: UInt64) { self.seed = seed }

    /// 64 bits for the place (`index`, `stream`).
    package func bits(_ index: Int, stream: Int = 0) -> UInt64 {
        mix(mix(seed &+ UInt64(bitPattern: Int64(stream)) &* 0xA076_1D64_78BD_642F) ^ UInt64(bitPattern: Int64(index)))
    }

    /// A number of the range, evenly spread.
    package func value(_ index: Int, stream: Int = 0, in range: ClosedRange<Double>) -> Double {
        let unit = Double(bits(index, stream: stream) >> 11) * 0x1p-53
        return range.lowerBound + unit * (range.upperBound - range.lowerBound)
    }

    private func mix(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
