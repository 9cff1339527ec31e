import LeRobotDataset
import RecordingTypes
import Spool

/// Where one take stands on its way into the dataset. Belongs to the queue's thread.
final class TakeWork {
    let take: Take
    /// All its rows are on the disk.
    var isSealed: Bool
    /// The operator keeps it.
    var isKept: Bool
    /// The schedule lets it start.
    var isReleased = false
    /// It was tried and could not be encoded or published; it stays in the spool.
    var hasFailed: Bool { failure != nil }
    /// Why.
    private(set) var failure: TakeFailure?
    /// How often earlier processes died over it.
    let attempts: EncodingAttempts

    private(set) var jobs: CameraEncoding?
    private(set) var session: SessionDescription?
    private var spool: SpoolDirectory?
    private(set) var outcomes: [CameraEncoding.Outcome] = []
    private(set) var isEncoded = false
    /// Seconds from the first camera's start to the last one's end.
    private(set) var seconds = 0.0

    private var startedAt: MonotonicTime?
    private var waitingCameras: [Int] = []
    private var results: [Int: Result<CameraEncoding.Outcome, any Error>] = [:]

    init(take: Take) {
        self.take = take
        isSealed = take.state != .recording
        isKept = take.state == .kept
        attempts = EncodingAttempts(take: take)
    }

    /// An earlier process died over it, so it is worked on alone: the next death says for certain who is to blame.
    var isSuspect: Bool { attempts.deaths > 0 }

    /// Work on it has begun and has not ended.
    var isInWork: Bool { jobs != nil && !isEncoded && !hasFailed }

    /// It cannot be encoded or published; what is going on is called off.
    func fail(_ failure: TakeFailure) {
        self.failure = failure
        jobs?.cancel()
    }

    /// It was moved aside.
    func noteSetAside() { failure?.goesAside = false }

    /// Reads what the take is and gets its cameras ready to start.
    func prepare(spool: SpoolDirectory) throws {
        let info = try spool.openingFiles(ofTake: take.number) { try $0.info() }
        session = info.session
        self.spool = spool
        try attempts.begin()
        begin(
            CameraEncoding(spool: spool, take: take, session: info.session, sealedRows: isSealed ? info.end?.rows : nil)
        )
    }

    private func begin(_ encoding: CameraEncoding) {
        jobs = encoding
        waitingCameras = Array((session?.cameras ?? []).indices)
        results = [:]
    }

    var nextCamera: Int? { waitingCameras.first }

    func started(_ camera: Int) {
        if startedAt == nil { startedAt = .now }
        waitingCameras.removeAll { $0 == camera }
    }

    func finish(camera: Int, _ result: Result<CameraEncoding.Outcome, any Error>) { results[camera] = result }

    /// No camera of it is being encoded.
    var isIdle: Bool { jobs == nil || results.count + waitingCameras.count == session?.cameras.count }

    var allCamerasDone: Bool { jobs != nil && waitingCameras.isEmpty && results.count == session?.cameras.count }

    /// Takes the cameras' results together. False when damage made one camera shorter than the others: then all start
    /// again with that many rows.
    func complete() throws -> Bool {
        let all = try results.sorted { $0.key < $1.key }.map { try $0.value.get() }
        let rows = all.map(\.rows).min() ?? 0
        guard all.allSatisfy({ $0.rows == rows }) else {
            guard let session, let spool else { return false }
            begin(CameraEncoding(spool: spool, take: take, session: session, sealedRows: rows))
            return false
        }
        attempts.succeed()
        outcomes = all
        seconds = startedAt.map { (MonotonicTime.now - $0).seconds } ?? 0
        isEncoded = true
        return true
    }
}
