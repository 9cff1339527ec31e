import Glibc
import Platform
import RecordingTypes
import Subprocess
import SystemPackage

/// Speaks to the operator through whatever the machine has (spd-say, espeak-ng, say), one sentence after the other;
/// silent when it has none. At most four sentences wait; then the oldest is not spoken any more.
package final class Voice: Sendable {
    private let sentences: AsyncStream<String>.Continuation?
    private let ended = Semaphore()

    package init(isOn: Bool) {
        guard isOn, let speaker = Self.speaker() else {
            sentences = nil
            return
        }
        let (stream, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(4))
        sentences = continuation
        Task.detached { [ended] in
            for await sentence in stream {
                _ = try? await run(
                    .path(speaker.path), arguments: Arguments(speaker.arguments + [sentence]), output: .discarded,
                    error: .discarded)
            }
            ended.post()
        }
    }

    /// Speaks when what was said before is over; returns at once.
    package func say(_ sentence: String) {
        _ = sentences?.yield(sentence)
    }

    /// Lets it finish speaking.
    package func close() {
        guard let sentences else { return }
        sentences.finish()
        _ = ended.wait(until: .now + .seconds(5))
    }

    private static func speaker() -> (path: FilePath, arguments: [String])? {
        let folders = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        for (name, arguments) in [("spd-say", ["--wait"]), ("espeak-ng", []), ("say", [])] {
            for folder in folders.split(separator: ":") {
                let path = FilePath(String(folder)).appending(name)
                if access(path.string, X_OK) == 0 { return (path, arguments) }
            }
        }
        return nil
    }
}
