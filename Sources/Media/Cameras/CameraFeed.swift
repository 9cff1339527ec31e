import Platform
import RecordingTypes
import Synchronization

/// What a camera's thread hands over: its newest pictures, or why there will be no more. Nobody waits for anybody.
final class CameraFeed: Sendable {
    let interruption = Interruption()
    /// Posted for the first picture, and when the thread ends.
    let firstPicture = Semaphore()
    private let state: Mutex<State>

    private struct State {
        var pictures: PictureRing
        var failure: ReelError?
        var format: CameraFormat?
        var statedRate: Double?
        var rate = ArrivalRate()
        var damagedCount = 0
    }

    init(_ policy: PicturePolicy) { state = Mutex(State(pictures: PictureRing(policy))) }

    var newest: CameraFrame? { state.withLock { $0.pictures.newest } }
    /// The picture of the row at `tick`; frees nothing.
    func picture(at tick: MonotonicTime) -> CameraFrame? { state.withLock { $0.pictures.picture(at: tick) } }
    /// Pictures that went because no tick took any for too long.
    var overflowCount: Int { state.withLock { $0.pictures.overflowCount } }
    var failure: ReelError? { state.withLock { $0.failure } }
    /// Pictures that did not come whole, and were left out.
    var damagedCount: Int { state.withLock { $0.damagedCount } }
    /// What the pictures are; known with the first one.
    var format: CameraFormat? { state.withLock { $0.format } }
    /// Pictures a second as the source states them, where that can be relied on.
    var statedRate: Double? { state.withLock { $0.statedRate } }
    /// Pictures a second as they came since `measureAgain`.
    var measuredRate: Double? { state.withLock { $0.rate.perSecond } }

    /// Pictures a second by the few that came so far, `now` without another.
    func roughRate(at now: MonotonicTime) -> (perSecond: Double, intervals: Int)? {
        state.withLock { $0.rate.rough(at: now) }
    }

    func measureAgain() { state.withLock { $0.rate = ArrivalRate() } }

    func begin(format: CameraFormat, statedRate: Double?) {
        state.withLock {
            $0.format = format
            $0.statedRate = statedRate
        }
    }

    func publish(_ frame: CameraFrame) {
        // What is not needed any more is let go of here, on the camera's thread, and outside the lock.
        var dropped: [CameraFrame] = []
        dropped.reserveCapacity(2 * PictureRing.capacity)
        state.withLock { state in
            state.pictures.add(frame, arrivedAt: .now, dropping: &dropped)
            state.rate.count(frame.capturedAt)
        }
        if frame.sequence == 0 { firstPicture.post() }
    }

    func noteDamaged() { state.withLock { $0.damagedCount += 1 } }

    func end(_ failure: ReelError) {
        state.withLock { $0.failure = $0.failure ?? failure }
        firstPicture.post()
    }
}
