import Platform
import RecordingTypes

/// Lets pictures that could come all at once, those of a file, come when they are due.
struct RealTimePace {
    /// How long a source may give nothing.
    let silenceLimit: Duration
    private var start: MonotonicTime?
    private var firstTime: Duration = .zero
    private var lastDue: MonotonicTime?
    private var lastStep: Duration = .milliseconds(33)

    init(silenceLimit: Duration) { self.silenceLimit = silenceLimit }

    /// Waits until the picture at `time` of the file is due; returns at once when it is interrupted.
    /// Returns when it was due.
    mutating func wait(for time: Duration, interruption: Interruption) -> MonotonicTime {
        if start == nil {
            // The file has begun anew: its first picture follows the last of the round before.
            start = lastDue.map { $0 + lastStep } ?? .now
            firstTime = time
        }
        let due = (start ?? .now) + (time - firstTime)
        if let lastDue, due > lastDue { lastStep = due - lastDue }
        lastDue = due
        // The silence of a file that shows a picture a minute is no failure.
        interruption.allow(until: due + silenceLimit)
        while !interruption.isInterrupted, MonotonicTime.now < due {
            min(due, MonotonicTime.now + .milliseconds(20)).sleepUntil()
        }
        return due
    }

    /// The file begins anew.
    mutating func startAgain() { start = nil }
}
