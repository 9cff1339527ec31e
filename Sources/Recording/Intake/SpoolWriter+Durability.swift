import Media
import Platform
import RecordingTypes
import Spool
import Synchronization

/// A power cut costs at most the last second: the files of the take in progress are synced once a second, on a thread of
/// their own, because a sync may take as long as the disk likes. The disk is looked at there as well.
extension SpoolWriter {
    private static let lookInterval: Duration = .milliseconds(250)
    /// A little less than the second that is promised, for the time that the sync itself takes.
    private static let syncInterval: Duration = .milliseconds(900)

    /// The thread's body, until the writer is closing.
    func watchAndSync() {
        var nextSync = MonotonicTime.now + Self.syncInterval
        var nextLook = MonotonicTime.now
        while !isClosing.load(ordering: .acquiring) {
            (MonotonicTime.now + .milliseconds(50)).sleepUntil()
            if MonotonicTime.now >= nextLook {
                nextLook = MonotonicTime.now + Self.lookInterval
                look()
            }
            if MonotonicTime.now >= nextSync {
                nextSync = MonotonicTime.now + Self.syncInterval
                sync()
            }
        }
    }

    private func sync() {
        // The lock is held for the whole sync, so that no file is closed under it.
        files.withLock { files in
            guard let files else { return }
            do {
                for camera in files.cameras {
                    try camera.sync()
                    FaultPoint.reached("record.frames-synced")
                }
                try files.rows.sync()
            } catch {
                // The take ends, and is not sealed: the files remember it.
                failure.set(error)
            }
        }
    }

    private func look() {
        let isRecording = files.withLock { $0 != nil }
        let reason = disk.look(written: isRecording ? written.load(ordering: .relaxed) : nil)
        onEvent(.diskMinutes(disk.minutesLeft))
        if let reason, isRecording { failure.set(.diskFull, reason) }
    }
}
