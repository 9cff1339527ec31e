import Platform
package import RecordingTypes
import Synchronization

/// A camera of a simulated world. It draws frame k of a take half a row before row k is due, and every picture says
/// which row of which take it was drawn for (`FrameCode`).
package final class SimulatedCamera: Camera, TakeAware {
    package let name: String
    package let view: SimulatedView
    private let format: CameraFormat
    private let fps: Int
    private let world: SimulatedWorld
    private let faults: SimulatedFaults
    private let shared = Mutex(Shared())
    private let wake = Semaphore()
    private let thread = Mutex<OwnThread?>(nil)

    private struct Shared {
        /// Its pictures are drawn for rows, half a row before: the newest is the right one, whatever the machine's load.
        var pictures = PictureRing(.newest)
        var failure: ReelError?
        var schedule: CameraSchedule?
        var isClosing = false
    }

    /// - Parameters:
    ///   - name: The camera's name in the dataset.
    ///   - view: Where it is.
    ///   - width: Pixels, even.
    ///   - height: Pixels, even.
    ///   - fps: Pictures a second.
    ///   - world: What it looks at.
    ///   - faults: What it is to do wrong.
    /// - Throws: `ReelError(.usage)` when the size or the rate cannot be.
    package init(
        name: String, view: SimulatedView, width: Int = 640, height: Int = 480, fps: Int = 30, world: SimulatedWorld,
        faults: SimulatedFaults = .none
    ) throws {
        guard (16...7680).contains(width), (16...4320).contains(height), width % 2 == 0, height % 2 == 0,
            (1...1000).contains(fps)
        else {
            throw ReelError(
                .usage, "set up the simulated camera", subject: name,
                cause: "\(width)x\(height) at \(fps) fps",
                remedy: "Use even sizes from 16x16 to 7680x4320 and 1 to 1000 pictures a second.")
        }
        self.name = name
        self.view = view
        self.fps = fps
        self.world = world
        self.faults = faults
        format = CameraFormat(width: width, height: height, fps: Double(fps), pixelFormat: .yuv420p)
    }

    package func open() throws -> CameraFormat {
        let firstPicture = Semaphore()
        let schedule = CameraSchedule(take: 0, start: .now, cameraFPS: fps, takeFPS: fps)
        shared.withLock { $0 = Shared(schedule: schedule) }
        thread.withLock { $0 = OwnThread(name: "camera \(name)") { self.run { firstPicture.post() } } }
        guard firstPicture.wait(until: .now + .seconds(5)) else {
            close()
            throw ReelError(
                .unavailable, "open the camera \(name)", subject: "simulated camera",
                cause: "no picture came within 5 s")
        }
        if let failure { throw failure }
        return format
    }

    package func newest() -> CameraFrame? { shared.withLock { $0.pictures.newest } }

    package func picture(at tick: MonotonicTime) -> CameraFrame? { shared.withLock { $0.pictures.picture(at: tick) } }

    package var failure: ReelError? { shared.withLock { $0.failure } }

    package func takeBegins(number: Int, start: MonotonicTime, fps takeFPS: Int) {
        shared.withLock {
            $0.schedule = CameraSchedule(take: number, start: start, cameraFPS: fps, takeFPS: takeFPS)
        }
        wake.post()
    }

    package func close() {
        shared.withLock { $0.isClosing = true }
        wake.post()
        let running = thread.withLock { $0.take() }
        running?.join()
    }

    /// The thread: sleeps, draws, hands over, until it is closed or a fault ends it.
    private func run(afterFirst: () -> Void) {
        let painter = ScenePainter(view: view, width: format.width, height: format.height)
        let pool = PicturePool(size: Canvas.byteCount(width: format.width, height: format.height))
        var schedule: CameraSchedule?
        var picture = 0
        var sequence: Int64 = 0
        defer { afterFirst() }
        while true {
            let (current, isClosing) = shared.withLock { ($0.schedule, $0.isClosing) }
            guard let current, !isClosing else { return }
            if current != schedule {
                schedule = current
                picture = 0
            }
            let due = current.time(of: picture)
            if due > .now, wake.wait(until: due) { continue }
            picture = max(picture, current.picture(at: .now))
            switch faults.effect(take: current.take, frame: current.row(of: picture), camera: name, format: format) {
            case .none: break
            case .silence:
                picture += 1
                continue
            case .failure(let error):
                shared.withLock { $0.failure = error }
                return
            }
            let frame = draw(current.code(of: picture), painter, pool, sequence)
            var dropped: [CameraFrame] = []
            dropped.reserveCapacity(2 * PictureRing.capacity)
            let isInTime = shared.withLock {
                // One that was being drawn when a take began is not for any of its rows.
                guard $0.schedule == schedule else { return false }
                $0.pictures.add(frame, arrivedAt: .now, dropping: &dropped)
                return true
            }
            guard isInTime else { continue }
            if sequence == 0 { afterFirst() }
            sequence += 1
            picture += 1
        }
    }

    private func draw(
        _ code: FrameCode, _ painter: ScenePainter, _ pool: PicturePool, _ sequence: Int64
    ) -> CameraFrame {
        let time = MonotonicTime.now
        let memory = pool.take()
        painter.paint(world.snapshot(at: time), code, into: memory.bytes)
        let (width, height) = (format.width, format.height)
        let bytes = UnsafeRawBufferPointer(memory.bytes)
        let (luma, chroma) = (width * height, width / 2 * (height / 2))
        func plane(_ start: Int, _ count: Int, _ stride: Int) -> CameraFrame.Plane {
            CameraFrame.Plane(
                bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<(start + count)]), stride: stride)
        }
        return CameraFrame(
            sequence: sequence, capturedAt: time, width: width, height: height, pixelFormat: .yuv420p,
            planes: [
                plane(0, luma, width), plane(luma, chroma, width / 2), plane(luma + chroma, chroma, width / 2),
            ], owner: memory)
    }
}
