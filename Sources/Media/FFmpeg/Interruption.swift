import CFFmpeg
import Platform
import RecordingTypes
import Synchronization

/// Breaks off what FFmpeg is waiting for: when it is to end, and when nothing has come for too long.
final class Interruption: Sendable {
    private let isWanted = Atomic<Bool>(false)
    private let deadline = Atomic<Int64>(.max)
    /// When it was last asked whether the deadline is over. Who waits asks every tenth of a second or so.
    private let asked = Atomic<Int64>(0)
    /// Whether the deadline has been moved already, because the program stood still.
    private let isMoved = Atomic<Bool>(false)
    /// Whether it has been found to be over.
    private let isOver = Atomic<Bool>(false)
    /// When nobody asked for so long, the whole program stood still (Ctrl-Z, a virtual machine that was paused), and what
    /// it waits for had no chance to come.
    private static let standstill: Duration = .milliseconds(500)

    /// From now on every wait is broken off.
    func interrupt() { isWanted.store(true, ordering: .releasing) }

    var isInterrupted: Bool { isWanted.load(ordering: .acquiring) }

    /// Waits are broken off after this instant as well.
    func allow(until instant: MonotonicTime, from now: MonotonicTime = .now) {
        asked.store(now.nanoseconds, ordering: .relaxed)
        isMoved.store(false, ordering: .relaxed)
        isOver.store(false, ordering: .relaxed)
        deadline.store(instant.nanoseconds, ordering: .releasing)
    }

    var isOverdue: Bool { isOverdue(at: .now) }

    /// Whether the deadline is over at this instant; once it is, it stays so until there is another one. A time in which the
    /// program stood still does not count, the first one: a library that does not ask for long must come to an end.
    func isOverdue(at now: MonotonicTime) -> Bool {
        let pause = now.nanoseconds - asked.exchange(now.nanoseconds, ordering: .relaxed)
        if isOver.load(ordering: .acquiring) { return true }
        let end = deadline.load(ordering: .acquiring)
        guard end != .max else { return false }
        if pause > Self.standstill.nanoseconds, !isMoved.exchange(true, ordering: .relaxed) {
            deadline.store(end + pause, ordering: .releasing)
            return false
        }
        guard now.nanoseconds > end else { return false }
        isOver.store(true, ordering: .releasing)
        return true
    }

    /// For AVFormatContext.interrupt_callback; this object must outlive the context.
    var callback: AVIOInterruptCB {
        AVIOInterruptCB(callback: isToBeBrokenOff, opaque: Unmanaged.passUnretained(self).toOpaque())
    }
}

@c private func isToBeBrokenOff(_ opaque: UnsafeMutableRawPointer?) -> Int32 {
    guard let opaque else { return 0 }
    let interruption = Unmanaged<Interruption>.fromOpaque(opaque).takeUnretainedValue()
    return interruption.isInterrupted || interruption.isOverdue ? 1 : 0
}
