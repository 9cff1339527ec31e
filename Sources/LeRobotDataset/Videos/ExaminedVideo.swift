package import RecordingTypes

/// What a video file tells without being decoded.
package struct ExaminedVideo: Sendable {
    /// What the stream is, and how many packets it states.
    package var description: VideoDescription
    /// When each picture is shown, in seconds, in the order in which they are shown.
    package var packetTimes: [Double]

    package init(description: VideoDescription, packetTimes: [Double]) {
        self.description = description
        self.packetTimes = packetTimes
    }
}
