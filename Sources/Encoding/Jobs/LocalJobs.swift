import Platform
package import RecordingTypes
import Spool
import Synchronization

/// Encodes in this process, a thread a camera.
package final class LocalJobs: EncodingJobs {
    private let limit: Int
    private let state = Mutex(State())

    private struct State {
        /// Cameras that are being encoded, hastened ones too.
        var running = 0
        /// Those that wait for room.
        var waiting: [Camera] = []
    }

    /// One camera of a take.
    fileprivate struct Camera: Sendable {
        let job: LocalJob
        let index: Int
    }

    /// - Parameter limit: cameras encoded at once; at least 1.
    package init(limit: Int) { self.limit = limit }

    /// Cameras encoded at once, with these encoders at work; PNGs are made as most videos are.
    /// - Returns: at least 1.
    package static func usualLimit(with encoders: [VideoEncoderSettings]) -> Int {
        let cores = OrderedWork.coreCount
        return encoders.map { $0.kind.jobLimit(cores: cores) }.min() ?? cores + 1
    }

    /// As above, for the takes of a session, where that is known.
    package static func usualLimit(for session: SessionDescription?) -> Int {
        usualLimit(with: session?.cameras.compactMap(\.target.encoder) ?? [])
    }

    package var hasRoom: Bool { state.withLock { $0.running < limit && $0.waiting.isEmpty } }

    package func begin(_ take: TakeToEncode, tell: @escaping @Sendable (EncodingNews) -> Void) -> any EncodingJob {
        let job = LocalJob(TakeEncoder(take), in: self, tell: tell)
        job.begin()
        return job
    }

    /// Adds cameras, and starts what there is room for.
    fileprivate func add(_ cameras: [Camera]) {
        state.withLock { $0.waiting += cameras }
        startNext()
    }

    /// Takes a job's waiting cameras away.
    fileprivate func takeBack(_ job: LocalJob) -> [Camera] {
        state.withLock { state in
            let cameras = state.waiting.filter { $0.job === job }
            state.waiting.removeAll { $0.job === job }
            return cameras
        }
    }

    fileprivate func startNow(_ job: LocalJob) {
        for camera in takeBack(job) {
            state.withLock { $0.running += 1 }
            start(camera)
        }
    }

    private func startNext() {
        while let camera = next() { start(camera) }
    }

    private func next() -> Camera? {
        state.withLock { state in
            guard state.running < limit, !state.waiting.isEmpty else { return nil }
            state.running += 1
            return state.waiting.removeFirst()
        }
    }

    private func start(_ camera: Camera) {
        _ = OwnThread(name: camera.job.threadName(camera.index)) { [self] in
            let result = Result { try camera.job.encoder.encode(camera: camera.index) }
            state.withLock { $0.running -= 1 }
            // Before the take may be said to have ended: who hears of that finds the room taken by what waited.
            startNext()
            camera.job.note(camera.index, result)
        }
    }
}

/// One take in this process.
private final class LocalJob: EncodingJob {
    let encoder: TakeEncoder
    private let jobs: LocalJobs
    private let tell: @Sendable (EncodingNews) -> Void
    private let state = Mutex(State())

    private struct State {
        /// Cameras that have not ended.
        var left = 0
        /// By camera.
        var failures: [Int: any Error] = [:]
    }

    init(_ encoder: TakeEncoder, in jobs: LocalJobs, tell: @escaping @Sendable (EncodingNews) -> Void) {
        self.encoder = encoder
        self.jobs = jobs
        self.tell = tell
    }

    private var cameras: [SessionDescription.CameraDescription] { encoder.source.session.cameras }

    func threadName(_ camera: Int) -> String { "encode \(encoder.source.take.number) \(cameras[camera].name)" }

    func begin() {
        state.withLock { $0.left = cameras.count }
        jobs.add(cameras.indices.map { .init(job: self, index: $0) })
        if cameras.isEmpty { complete() }
    }

    func seal() { encoder.seal() }

    func hasten() { jobs.startNow(self) }

    func cancel() {
        encoder.cancel()
        for camera in jobs.takeBack(self) { note(camera.index, Result { try encoder.checkCancelled() }) }
    }

    var progress: (done: Int, total: Int) { encoder.progress }

    func note(_ camera: Int, _ result: Result<Void, any Error>) {
        let isOver = state.withLock { state in
            if case .failure(let error) = result { state.failures[camera] = error }
            state.left -= 1
            return state.left == 0
        }
        if isOver { complete() } else { tell(.partDone) }
    }

    /// All cameras have ended.
    private func complete() {
        let failures = state.withLock { $0.failures }
        if let first = failures.min(by: { $0.key < $1.key }) { return tell(.ended(.failure(first.value))) }
        do {
            guard let encoded = try encoder.complete() else { return begin() }
            tell(.ended(.success(encoded)))
        } catch {
            tell(.ended(.failure(error)))
        }
    }
}
