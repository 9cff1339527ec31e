import Foundation
import Platform
import RecordingTypes
import Synchronization
import SystemPackage

/// What the page process says to the recorder: JSON lines on standard output, written by a thread of its own, so that a
/// recorder that stands still holds up nobody. Overflow policy: at most `limit` lines wait, a further one is refused.
final class PageVoice: Sendable {
    static let limit = 64
    private let waiting = Mutex<(lines: [[UInt8]], isOver: Bool)>(([], false))
    private let arrived = Semaphore()
    private let output: FileDescriptor

    init(output: FileDescriptor = .standardOutput) { self.output = output }

    func start() {
        _ = OwnThread(name: "page voice") { [self] in
            while true {
                arrived.wait()
                let (lines, isOver) = waiting.withLock { waiting in
                    defer { waiting.lines = [] }
                    return (waiting.lines, waiting.isOver)
                }
                // The recorder is gone when this fails; the feed notices.
                do { for line in lines { try output.writeAll(line) } } catch { return }
                if isOver { return }
            }
        }
    }

    /// - Returns: whether it will be said.
    @discardableResult
    func say(_ event: PageEvent) -> Bool {
        let line: [UInt8]
        do { line = Array(try JSONEncoder().encode(event)) + [UInt8(ascii: "\n")] } catch { return false }
        let isTaken = waiting.withLock { waiting in
            guard waiting.lines.count < Self.limit else { return false }
            waiting.lines.append(line)
            return true
        }
        arrived.post()
        return isTaken
    }
}
