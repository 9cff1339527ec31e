import Platform
package import RecordingTypes
import Subprocess
import Synchronization
import SystemPackage

/// Speaks to the operator through whatever the machine has (spd-say, espeak-ng, say), one sentence after the other;
/// silent when it has none. At most four sentences wait; then the oldest is not spoken any more, and is counted.
package final class Voice: SessionListener {
    private let sentences: AsyncStream<String>.Continuation?
    private let ended = Semaphore()
    private let unspoken = Atomic<Int>(0)

    package init(isOn: Bool) {
        guard isOn, let speaker = Self.speaker() else {
            sentences = nil
            return
        }
        let (stream, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(4))
        sentences = continuation
        Task.detached { [ended] in
            for await sentence in stream {
                do {
                    _ = try await run(
                        .path(speaker.path), arguments: Arguments(speaker.arguments + [sentence]), output: .discarded,
                        error: .discarded)
                } catch {
                    // A machine that cannot speak this one may speak the next, and all is written as well.
                    continue
                }
            }
            ended.post()
        }
    }

    package func hear(_ event: SessionEvent) { if let sentence = event.sentence { say(sentence) } }

    /// Speaks when what was said before is over; returns at once.
    package func say(_ sentence: String) {
        if case .dropped = sentences?.yield(sentence) { unspoken.add(1, ordering: .relaxed) }
    }

    /// Sentences that came too thick to be spoken.
    package var unspokenCount: Int { unspoken.load(ordering: .relaxed) }

    /// Lets it finish speaking.
    package func close() {
        guard let sentences else { return }
        sentences.finish()
        _ = ended.wait(until: .now + .seconds(5))
    }

    private static func speaker() -> (path: FilePath, arguments: [String])? {
        for (name, arguments) in [("spd-say", ["--wait"]), ("espeak-ng", []), ("say", [])] {
            if let path = Program.find(name) { return (path, arguments) }
        }
        return nil
    }
}
