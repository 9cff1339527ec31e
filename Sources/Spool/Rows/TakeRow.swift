package import RecordingTypes

/// One tick of the control loop.
package struct TakeRow: Hashable, Sendable {
    /// From 0 in each take, without gaps.
    package var index: Int
    /// When the tick really was.
    package var monotonicTime: MonotonicTime
    /// The same instant as nanoseconds since 1970.
    package var wallNanoseconds: Int64
    /// The tick came too late, and repeats what the row before it says.
    package var isLate: Bool
    /// One value a name of the session's `observation`, block after block.
    package var observation: [Float]
    /// Likewise of the session's `action`.
    package var action: [Float]
    /// The session's `values`, packed; empty where it has none.
    package var values: [UInt8] = []
    /// One reference a camera of the session, in its order.
    package var frames: [FrameReference]

    package init(
        index: Int, monotonicTime: MonotonicTime, wallNanoseconds: Int64, isLate: Bool, observation: [Float],
        action: [Float], values: [UInt8] = [], frames: [FrameReference]
    ) {
        self.index = index
        self.monotonicTime = monotonicTime
        self.wallNanoseconds = wallNanoseconds
        self.isLate = isLate
        self.observation = observation
        self.action = action
        self.values = values
        self.frames = frames
    }
}
