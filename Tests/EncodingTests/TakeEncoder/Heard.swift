import Platform
import RecordingTypes
import Synchronization
import Testing

@testable import Encoding

/// What jobs told of takes.
final class Heard: Sendable {
    private let ends = Mutex<[(take: Int, result: Result<EncodedTake, any Error>)]>([])
    private let arrived = Semaphore()

    /// How often a take ended.
    var count: Int { ends.withLock { $0.count } }

    func add(_ take: Int, _ news: EncodingNews) {
        if case .ended(let result) = news { ends.withLock { $0.append((take, result)) } }
        arrived.post()
    }

    /// Waits until so many takes have ended.
    func waitForEnds(_ count: Int) throws -> [Int: Result<EncodedTake, any Error>] {
        while self.count < count {
            try #require(arrived.wait(until: .now + .seconds(60)), "only \(self.count) have ended")
        }
        return ends.withLock { ends in Dictionary(ends.map { ($0.take, $0.result) }) { _, last in last } }
    }
}
