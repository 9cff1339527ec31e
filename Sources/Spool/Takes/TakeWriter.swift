import Platform
package import RecordingTypes
import Synchronization
import SystemPackage

/// Writes one take, from its beginning to its seal. Frames go into the files at `take.framesPath` first, by
/// whoever writes those, then the row that names them comes here.
///
/// `append` and `seal` belong to one thread. `sync` may be called from another one at any time; it never makes `append`
/// wait, and `seal` waits for a sync that is going on.
package final class TakeWriter: @unchecked Sendable {  // `rows` is one thread's; `syncing` guards the syncs.
    /// The take while it is recorded.
    package let take: Take
    private let rows: RowFile
    private let info: TakeInfo
    /// Locked while a sync goes on.
    private let syncing = Mutex(Syncing())

    private struct Syncing {
        /// All is on the disk; there is nothing to sync any more.
        var isOver = false
        /// The names of the frame files are on the disk.
        var hasNames = false
    }

    /// Begins a take: its directory, the head of rows.arrows, and take.json, which is synced. Blocks on the disk.
    /// - Parameters:
    ///   - spool: A spool that was made, and whose lock the caller holds.
    ///   - number: One that no take on the disk has.
    ///   - task: What the operator is to do.
    ///   - session: How the rows are laid out, and what will be needed to encode them.
    ///   - start: When row 0 is due.
    /// - Throws: `ReelError` naming what could not be made; what was made of it is removed by the next recovery.
    package init(
        in spool: SpoolDirectory, number: Int, task: String, session: SessionDescription, start: MonotonicTime
    ) throws {
        let take = Take(number: number, state: .recording, spool: spool.path)
        if let problem = session.recordingProblem {
            throw ReelError(.usage, "begin a take", subject: take.path.string, cause: problem)
        }
        if let other = try spool.take(number) {
            throw ReelError(.failed, "begin a take", subject: other.path.string, cause: "there is one of this number")
        }
        try Directory.create(take.path)
        FaultPoint.reached("spool.take-directory-made")
        rows = try RowFile(path: take.rowsPath, session: session)
        FaultPoint.reached("spool.rows-begun")
        let elapsed = (MonotonicTime.now - start).nanoseconds
        info = TakeInfo(
            number: number, task: task, startedAt: start, startedWall: WallClock.nanoseconds - elapsed,
            session: session)
        try SpoolJSON.write(info, to: take.infoPath)
        FaultPoint.reached("spool.take-begun")
        self.take = take
    }

    /// Rows written.
    package var rowCount: Int { rows.rowCount }

    /// Bytes of rows.arrows so far.
    package var bytesWritten: Int { rows.length }

    /// Why the rows so far are not safe, whatever a later sync would say; nil as long as no sync has failed.
    package var syncFailure: ReelError? { rows.syncFailure }

    /// Hands one row to the kernel, by a single write. Its frames must have been handed over before.
    /// - Throws: `ReelError`: `.mismatch` when the row does not continue the ones before it, `.diskFull`, or naming the
    ///   file. The file then ends with the row before, and no further row is taken: seal.
    package func append(_ row: TakeRow) throws { try rows.append(row) }

    /// Makes all rows so far survive a power cut (fdatasync). Sync the frame files first: recovery drops a row whose
    /// frames are missing. Does nothing once the take is sealed.
    /// - Throws: `ReelError` naming the file; when its sync failed, from then on always.
    package func sync() throws {
        try syncing.withLock { syncing in
            guard !syncing.isOver else { return }
            try rows.sync()
            if !syncing.hasNames { try Directory.sync(take.path) }
            syncing.hasNames = true
            FaultPoint.reached("spool.rows-synced")
        }
    }

    /// Ends the take: rows and frame files are synced, take.json tells the end, and the directory becomes `.recorded`.
    /// Blocks on the disk. The frame files must have been finished. May be called again when there was no room for it; a
    /// sync that failed fails again.
    /// - Parameter end: How it ended; its `rows` is set to what was written.
    /// - Returns: The recorded take.
    /// - Throws: `ReelError`; the take then stays `.recording`, for the next recovery.
    package func seal(_ end: TakeInfo.End) throws -> Take {
        try rows.finish()
        FaultPoint.reached("spool.rows-ended")
        try syncing.withLock { syncing in
            syncing.isOver = true
            try rows.sync()
        }
        for camera in info.session.cameras {
            let frames = take.framesPath(camera)
            if File.exists(frames) { try File.sync(frames) }
        }
        FaultPoint.reached("spool.frames-synced")
        var info = info
        info.end = end
        info.end?.rows = rows.rowCount
        try SpoolJSON.write(info, to: take.infoPath)
        FaultPoint.reached("spool.end-told")
        var sealed = take
        try sealed.move(to: .recorded)
        return sealed
    }
}
