import Platform
import Synchronization

/// The threads on which a site answers, so that the one that talks to the network never waits for a disk or a decoder.
/// Overflow policy: at most `limit` requests wait, a further one is refused and counted.
final class RequestWork: Sendable {
    static let limit = 64
    private let jobs = Mutex<(waiting: [@Sendable () -> Void], isOver: Bool, refused: Int)>(([], false, 0))
    private let arrived = Semaphore()
    private let threads: [Worker]

    private final class Worker: Sendable {
        let thread = Mutex<OwnThread?>(nil)
    }

    init(threads count: Int) { threads = (0..<count).map { _ in Worker() } }

    func start() {
        for worker in threads { worker.thread.withLock { $0 = OwnThread(name: "web work") { self.run() } } }
    }

    /// Requests that were refused because too many waited.
    var refused: Int { jobs.withLock { $0.refused } }

    /// Whether the job will be done.
    func add(_ job: @escaping @Sendable () -> Void) -> Bool {
        let isTaken = jobs.withLock { jobs in
            guard jobs.waiting.count < Self.limit, !jobs.isOver else {
                jobs.refused += 1
                return false
            }
            jobs.waiting.append(job)
            return true
        }
        if isTaken { arrived.post() }
        return isTaken
    }

    /// Ends the threads when they have done what they are at.
    func stop() {
        jobs.withLock { jobs in
            jobs.isOver = true
            jobs.waiting = []
        }
        for _ in threads { arrived.post() }
        for worker in threads { worker.thread.withLock { $0.take()?.join() } }
    }

    private func run() {
        while true {
            arrived.wait()
            let (job, isOver) = jobs.withLock { jobs in
                (jobs.waiting.isEmpty ? nil : jobs.waiting.removeFirst(), jobs.isOver)
            }
            job?()
            if isOver { return }
        }
    }
}
