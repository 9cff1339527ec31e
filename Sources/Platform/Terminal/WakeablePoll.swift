import Glibc
package import RecordingTypes
import SystemPackage

/// Waits for bytes, and another thread can end the wait.
package final class WakeablePoll: Sendable {
    private let readEnd: Int32
    private let writeEnd: Int32

    /// What a wait came to.
    package enum Outcome: Equatable {
        /// So many are in the buffer.
        case bytes(Int)
        /// Nothing came in time.
        case quiet
        /// Nothing will come any more: the file has ended, or the terminal is gone.
        case ended
        /// `wake` was called.
        case woken
    }

    /// - Throws: `ReelError` when the system gives no pipe.
    package init() throws(ReelError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw ReelError(Errno(rawValue: errno), "wait for keys and Ctrl-C") }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// Ends this wait, and all that follow.
    package func wake() {
        var byte: UInt8 = 0
        _ = write(writeEnd, &byte, 1)
    }

    /// Waits until there is something to read, and reads it.
    /// - Parameters:
    ///   - descriptor: where; nil waits for `wake` alone.
    ///   - buffer: gets the bytes.
    ///   - patience: how long, to the next millisecond; nil waits until something comes.
    /// - Returns: what it came to.
    package func read(from descriptor: Int32?, into buffer: inout [UInt8], patience: Duration?) -> Outcome {
        let end = patience.map { MonotonicTime.now + $0 }
        while true {
            let left = end.map { max(0, ($0 - .now).milliseconds.rounded(.up)) } ?? -1
            // poll() passes over a negative descriptor.
            var sources = [
                pollfd(fd: descriptor ?? -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&sources, 2, Int32(clamping: Int(left)))
            if ready < 0 && errno == EINTR { continue }
            if ready < 0 || sources[1].revents != 0 { return .woken }
            guard ready > 0, let descriptor else { return .quiet }
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            return count > 0 ? .bytes(count) : .ended
        }
    }
}
