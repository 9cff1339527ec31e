import CFFmpeg
import Platform
import RecordingTypes
import Synchronization

/// Breaks off what FFmpeg is waiting for: when it is to end, and when nothing has come for too long.
final class Interruption: Sendable {
    private let isWanted = Atomic<Bool>(false)
    private let deadline = Atomic<Int64>(.max)

    /// From now on every wait is broken off.
    func interrupt() { isWanted.store(true, ordering: .releasing) }

    var isInterrupted: Bool { isWanted.load(ordering: .acquiring) }

    /// Waits are broken off after this instant as well.
    func allow(until instant: MonotonicTime) { deadline.store(instant.nanoseconds, ordering: .releasing) }

    var isOverdue: Bool { MonotonicTime.now.nanoseconds > deadline.load(ordering: .acquiring) }

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
