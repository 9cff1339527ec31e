package import RecordingTypes

/// Which picture of a camera's frame file a row shows, and how to know it again.
package struct FrameReference: Hashable, Sendable {
    /// The packet's number in the camera's file, from 0.
    package var index: Int
    /// The first row that shows it; a later one repeats it because the camera had nothing newer.
    package var isNew: Bool
    /// When the camera captured it (CLOCK_MONOTONIC).
    package var capturedAt: MonotonicTime
    /// The camera's own count, from when it was opened; a gap is a picture that no row shows.
    package var sequence: Int64
    package var packet: PacketFacts

    package init(index: Int, isNew: Bool, capturedAt: MonotonicTime, sequence: Int64, packet: PacketFacts) {
        self.index = index
        self.isNew = isNew
        self.capturedAt = capturedAt
        self.sequence = sequence
        self.packet = packet
    }
}
