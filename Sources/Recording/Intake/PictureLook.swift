import Media
import Platform
import RecordingTypes
import Synchronization

/// Has a look at a camera's pictures now and then, on a thread of its own that gives way to others: a lens cap, no light, a
/// focus that was lost. Overflow policy: of each camera the newest picture waits, and takes the place of an older one.
final class PictureLook: Sendable {
    /// Between two looks at a camera: each costs some milliseconds.
    private static let interval: Duration = .seconds(2)
    /// Looks before it is known how sharp a camera usually is.
    private static let fewest = 6
    private static let mostRemembered = 200

    private let state: Mutex<State>
    private let wake = Semaphore()
    private let thread = Mutex<OwnThread?>(nil)

    private struct Camera {
        var due = MonotonicTime(nanoseconds: 0)
        var waiting: CameraFrame?
        var ofTake: [PictureMeasurer.Measures] = []
        /// How sharp it was in this session.
        var sharpness: [Double] = []
        var badge: PreviewStatus.Badge?
    }

    private struct State {
        var cameras: [Camera]
        var isInTake = false
        var isClosing = false
    }

    init(cameraCount: Int) {
        state = Mutex(State(cameras: Array(repeating: Camera(), count: cameraCount)))
    }

    func start() { thread.withLock { $0 = OwnThread(name: "look") { self.lookUntilClosed() } } }

    func close() {
        state.withLock { $0.isClosing = true }
        wake.post()
        thread.withLock { $0.take() }?.join()
    }

    /// What comes now is a take's. The first picture of each camera is looked at.
    func takeBegins() {
        state.withLock { state in
            state.isInTake = true
            for index in state.cameras.indices {
                state.cameras[index].ofTake = []
                state.cameras[index].due = MonotonicTime(nanoseconds: 0)
            }
        }
    }

    /// The take is over: what was seen of it, in the middle of the looks, a camera each; nil of those that were not seen.
    func takeEnds() -> [PictureMeasurer.Measures?] {
        state.withLock { state in
            state.isInTake = false
            return state.cameras.map { camera in
                guard !camera.ofTake.isEmpty else { return nil }
                return PictureMeasurer.Measures(
                    light: Self.median(camera.ofTake.map(\.light)),
                    contrast: Self.median(camera.ofTake.map(\.contrast)),
                    sharpness: Self.median(camera.ofTake.map(\.sharpness)))
            }
        }
    }

    /// Offers a picture; it is looked at when that is due.
    func offer(_ frame: CameraFrame, of index: Int) {
        let now = MonotonicTime.now
        var dropped: CameraFrame?
        let isTaken = state.withLock { state in
            guard now >= state.cameras[index].due else { return false }
            state.cameras[index].due = now + Self.interval
            dropped = state.cameras[index].waiting
            state.cameras[index].waiting = frame
            return true
        }
        withExtendedLifetime(dropped) {}
        if isTaken { wake.post() }
    }

    /// What is the matter with each camera, as far as was seen last.
    var badges: [PreviewStatus.Badge?] { state.withLock { $0.cameras.map(\.badge) } }

    private func lookUntilClosed() {
        ThreadPriority.giveWay()
        let measurer: PictureMeasurer
        do { measurer = try PictureMeasurer() } catch { return }
        while true {
            wake.wait()
            let (waiting, isClosing) = state.withLock { state in
                let waiting = state.cameras.map(\.waiting)
                for index in state.cameras.indices { state.cameras[index].waiting = nil }
                return (waiting, state.isClosing)
            }
            if isClosing { return }
            for (index, frame) in waiting.enumerated() {
                guard let frame else { continue }
                do {
                    note(try measurer.measure(frame), of: index)
                } catch {
                    // One that is damaged says nothing about light.
                }
            }
        }
    }

    private func note(_ measures: PictureMeasurer.Measures, of index: Int) {
        state.withLock { state in
            let usual = state.cameras[index].sharpness
            let isBlurred =
                usual.count >= Self.fewest
                && measures.sharpness < TakeReview.blurred * Self.median(usual)
            state.cameras[index].badge =
                measures.light < TakeReview.black ? .black : isBlurred ? .blurred : nil
            guard state.isInTake else { return }
            state.cameras[index].ofTake.append(measures)
            state.cameras[index].sharpness = (usual + [measures.sharpness]).suffix(Self.mostRemembered)
        }
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }
}
