import Encoding
import Platform
import RecordingTypes
import Synchronization
import Testing

/// A queue at work on a thread of its own, and what it told.
final class RunningQueue: Sendable {
    private let queue: EncodingQueue
    private let heard: Heard

    private final class Heard: Sendable {
        let events = Mutex<[EncoderEvent]>([])
        let arrived = Semaphore()
        let ended = Semaphore()
    }

    init(_ dataset: RecordedDataset, schedule: EncodingSchedule) throws {
        let heard = Heard()
        let queue = EncodingQueue(
            spool: dataset.spool, publisher: try EpisodePublisher(root: dataset.root, spool: dataset.spool),
            jobs: LocalJobs(limit: 2), schedule: schedule,
            report: { event in
                heard.events.withLock { $0.append(event) }
                heard.arrived.post()
            })
        self.queue = queue
        self.heard = heard
        _ = OwnThread(name: "queue") {
            do { try queue.run() } catch { Issue.record(error) }
            heard.ended.post()
            heard.arrived.post()
        }
    }

    var events: [EncoderEvent] { heard.events.withLock { $0 } }

    func post(_ messages: EncodingQueue.Message...) { for message in messages { queue.post(message) } }

    /// Waits until the queue has told something.
    /// - Throws: what it told instead, when it gives a take up, or says nothing for a minute.
    func expect(_ condition: @escaping @Sendable (EncoderEvent) -> Bool) throws {
        while !events.contains(where: condition) {
            let failure = events.first { if case .failed = $0 { true } else { false } }
            let hasSpoken = heard.arrived.wait(until: .now + .seconds(60))
            try #require(failure == nil && hasSpoken, "the queue told \(events)")
        }
    }

    /// Waits until the queue has nothing more to do.
    func end() throws {
        try #require(heard.ended.wait(until: .now + .seconds(60)), "the queue does not end; it told \(events)")
    }
}
