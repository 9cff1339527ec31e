import Platform
import RecordingTypes
import Spool
import Synchronization
import SystemPackage

/// Watches the disk that is recorded to, and keeps a reserve on it. It is asked to look by the thread that syncs; the
/// control loop only reads what came of it.
final class DiskWatch: Sendable {
    private let spool: SpoolDirectory
    private let lookForFreeBytes: @Sendable (FilePath) throws -> Int
    private let warn: @Sendable (_ minutes: Int) -> Void
    private let budget = Mutex(DiskBudget(floor: 0))

    /// - Parameters:
    ///   - spool: where takes go.
    ///   - freeBytes: bytes that may still be written there.
    ///   - warn: tells the operator that there is room for so many minutes.
    init(
        spool: SpoolDirectory, freeBytes: @escaping @Sendable (FilePath) throws -> Int = FileSystem.freeBytes,
        warn: @escaping @Sendable (_ minutes: Int) -> Void
    ) {
        self.spool = spool
        lookForFreeBytes = freeBytes
        self.warn = warn
    }

    /// Makes the reserve and looks for the first time. Blocks on the disk.
    func begin() {
        let floor = DiskBudget.floor(forDiskOf: (try? FileSystem.size(at: spool.path)) ?? 0)
        budget.withLock { $0 = DiskBudget(floor: floor) }
        // Free space alone is no promise: others write there too. A filesystem that cannot set space aside has only that.
        try? FileSystem.setAside(floor / 2, at: spool.reservePath)
        _ = look(written: nil)
    }

    /// Recording is over.
    func end() { releaseReserve() }

    /// Looks at the disk.
    /// - Parameter written: bytes of takes so far in this session, nil while none is recorded.
    /// - Returns: why the take must end now, or nil.
    func look(written: Int?) -> String? {
        guard let free = freeBytes else { return nil }
        let advice = budget.withLock { $0.look(free: free, written: written, at: .now) }
        switch advice {
        case .none: return nil
        case .warn(let minutes):
            warn(minutes)
            return nil
        case .endTake:
            return "the disk is full: \(free / 1_000_000) MB are left, which are kept for finishing what was recorded"
        }
    }

    /// Bytes that may still be written; nil when the filesystem does not say.
    var freeBytes: Int? { try? lookForFreeBytes(spool.path) }

    /// Gives the reserve back: something must be finished on a full disk.
    func releaseReserve() { try? File.remove(spool.reservePath) }

    /// What is left is kept in reserve.
    var isFull: Bool { budget.withLock(\.isBelowFloor) }

    /// Why no take may begin; nil when one may.
    var refusal: String? { budget.withLock { $0.refusal } }

    /// Minutes of recording that there is room for; nil until the rate was measured.
    var minutesLeft: Int? { budget.withLock { $0.secondsLeft.map { $0 / 60 } } }
}
