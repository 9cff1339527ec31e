/// How often each value from 0 to 255 occurs in each channel of one picture that was subsampled for statistics.
///
/// It is small (3 kB), so an encoder that follows a growing take can put one aside for each picture, and take the sample
/// when the take's length is known.
package struct PictureCounts: Sendable {
    /// 256 counts of red, then of green, then of blue.
    let counts: [UInt32]

    /// Counts red, green and blue of one pixel after the other; `ImageSampling.step` says which pixels.
    package init(rgb: [UInt8]) {
        // Two tables take turns: neighbouring pixels are often alike, and adding to the same count twice has to wait.
        var counts = [UInt32](repeating: 0, count: 2 * 768)
        counts.withUnsafeMutableBufferPointer { counts in
            rgb.withUnsafeBufferPointer { rgb in
                var position = 0
                var table = 0
                while position + 2 < rgb.count {
                    counts[table + Int(rgb[position])] += 1
                    counts[table + 256 + Int(rgb[position + 1])] += 1
                    counts[table + 512 + Int(rgb[position + 2])] += 1
                    table = 768 - table
                    position += 3
                }
            }
        }
        self.counts = (0..<768).map { counts[$0] + counts[$0 + 768] }
    }

    /// Bytes of one.
    package static let byteCount = 768 * MemoryLayout<UInt32>.size

    /// As this machine has them in memory, for `init(bytes:)`.
    package var bytes: [UInt8] { counts.withUnsafeBytes(Array.init) }

    /// What `bytes` gave; nil when it is not as many.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        counts = bytes.withUnsafeBytes { bytes in
            (0..<768).map { bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<UInt32>.size, as: UInt32.self) }
        }
    }
}
