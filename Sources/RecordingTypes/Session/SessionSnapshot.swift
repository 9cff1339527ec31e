/// One look at a session that goes on: what changes from tick to tick, and is looked at rather than told.
package struct SessionSnapshot: Sendable {
    /// Where a session is.
    package enum Phase: String, Codable, CaseIterable, Sendable {
        case connecting, recording, resetting, waiting, finishing, over
        /// The leader leads, and nothing is recorded.
        case teleoperating
    }

    package var phase = Phase.connecting
    /// The take that is recorded, or was recorded last.
    package var take = 0
    /// The episode that is being recorded, counted from 1 in this session.
    package var episode = 0
    package var episodeCount = 0
    package var row = 0
    package var rowLimit = 0
    package var fps = 0
    package var phaseStart = MonotonicTime(nanoseconds: 0)
    package var lastTick = MonotonicTime(nanoseconds: 0)
    package var lateTicks = 0
    /// The device that is waited for, and until when.
    package var missing: (device: String, until: MonotonicTime)?
    package var cameraNames: [String] = []
    /// Nanoseconds between the last tick and its picture's capture, per camera.
    package var cameraAges: [Int64] = []
    /// How often the arms' motors were asked again, because a reply did not come or was damaged.
    package var busRetries = 0
    /// What the operator said of the take in progress, or of the one just over.
    package var outcome: Outcome?
    package var takesWaiting = 0
    /// Pictures encoded and pictures to encode, of takes in work.
    package var encoded: (done: Int, total: Int) = (0, 0)
    package var minutesOfDisk: Int?
    /// How often the encoder process died.
    package var encoderDeaths = 0
    /// It is not started again.
    package var isEncoderGivenUp = false
    package var takesSetAside = 0

    package init() {}

    /// Rows a second since the phase began.
    package var rate: Double {
        let elapsed = (lastTick - phaseStart).seconds
        return elapsed > 0 ? Double(row - 1) / elapsed : Double(fps)
    }
}
