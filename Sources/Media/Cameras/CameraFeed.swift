import Platform
import RecordingTypes
import Synchronization

/// What a camera's thread hands over: its newest picture, or why there will be none. The newest wins; nobody waits.
final class CameraFeed: Sendable {
    let interruption = Interruption()
    /// Posted for the first picture, and when the thread ends.
    let firstPicture = Semaphore()
    private let state = Mutex(State())

    private struct State {
        var newest: CameraFrame?
        var failure: ReelError?
        var format: CameraFormat?
        var statedRate: Double?
        var rate = ArrivalRate()
    }

    var newest: CameraFrame? { state.withLock { $0.newest } }
    var failure: ReelError? { state.withLock { $0.failure } }
    /// What the pictures are; known with the first one.
    var format: CameraFormat? { state.withLock { $0.format } }
    /// Pictures a second as the source states them, where that can be relied on.
    var statedRate: Double? { state.withLock { $0.statedRate } }
    /// Pictures a second as they came since `measureAgain`.
    var measuredRate: Double? { state.withLock { $0.rate.perSecond } }

    func measureAgain() { state.withLock { $0.rate = ArrivalRate() } }

    func begin(format: CameraFormat, statedRate: Double?) {
        state.withLock {
            $0.format = format
            $0.statedRate = statedRate
        }
    }

    func publish(_ frame: CameraFrame) {
        // The picture before it is let go of outside the lock.
        let old = state.withLock { state -> CameraFrame? in
            let old = state.newest
            state.newest = frame
            state.rate.count(frame.capturedAt)
            return old
        }
        withExtendedLifetime(old) {}
        if frame.sequence == 0 { firstPicture.post() }
    }

    func end(_ failure: ReelError) {
        state.withLock { $0.failure = $0.failure ?? failure }
        firstPicture.post()
    }
}
