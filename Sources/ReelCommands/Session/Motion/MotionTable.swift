import Platform
import RecordingTypes
import Synchronization

/// Draws what an arm is doing on a thread of its own, so that a terminal that takes nothing holds up no tick.
enum MotionTable {
    /// Runs `body` and draws `lines` of `status` meanwhile, and once more at the end.
    static func whileDrawing<Failure: Error>(
        _ status: MotionStatus, _ lines: @escaping @Sendable (MotionStatus.Snapshot) -> [String],
        _ body: () throws(Failure) -> Void
    ) throws(Failure) {
        let isOver = Semaphore()
        let drawing = OwnThread(name: "table") {
            var table = LiveTable()
            repeat {
                let now = status.current
                if now.ticks > 0 { table.draw { lines(now) } }
            } while !isOver.wait(until: .now + .milliseconds(100))
        }
        let result = Result { () throws(Failure) in try body() }
        isOver.post()
        drawing.join()
        try result.get()
    }
}
