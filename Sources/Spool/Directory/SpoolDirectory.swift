import Platform
package import RecordingTypes
package import SystemPackage

/// `<dataset>/.reel/`: what the recorder and the encoder share (docs/spool-format.md).
///
///     session.json      robot, features, fps, cameras and what becomes of their pictures, of the newest session
///     lock              held by the process that records (`SpoolLock`)
///     encoder.lock      held by the process that encodes
///     encoder.log       what the recorder's encoder process said last
///     page.log          what its page process said last
///     reserve           space that is kept for finishing a take on a full disk
///     takes/            one directory a take
///     encoded/          one directory a take, for the encoder
///
/// A value without state: what it says is read off the disk each time.
package struct SpoolDirectory: Hashable, Sendable {
    private let directory: WorkDirectory

    /// `.reel` in the dataset's folder.
    package var path: FilePath { directory.path }

    /// The spool of the dataset in `root`, whether it is there or not.
    package init(root: FilePath) { directory = WorkDirectory(root: root) }

    package var takesPath: FilePath { directory[.takes] }

    private var encodedPath: FilePath { directory[.encoded] }

    private var sessionPath: FilePath { directory[.session] }

    /// What the encoder process writes to standard error; its last words explain a take that was set aside.
    package var encoderLogPath: FilePath { directory[.encoderLog] }

    /// What the page process writes to standard error.
    package var pageLogPath: FilePath { directory[.pageLog] }

    /// Space that nobody uses, so that a take can be finished when the disk is full. Removed when it is needed, when the
    /// session ends, and by recovery.
    package var reservePath: FilePath { directory[.reserve] }

    /// Makes the spool, or gives the one that is there a new session. Takes of earlier sessions keep their own
    /// description.
    /// - Throws: `ReelError(.usage)` when a camera cannot be called so or gives what cannot be recorded, `.unavailable` when the filesystem cannot do
    ///   what a take needs; else naming what could not be written.
    package func create(_ session: SessionDescription) throws {
        if let problem = session.recordingProblem {
            throw ReelError(.usage, "record into the spool", subject: path.string, cause: problem)
        }
        try Directory.create(takesPath)
        try Directory.create(encodedPath)
        FaultPoint.reached("spool.directories-made")
        try FileSystem.tryOut(in: path, names: session.fileNames)
        try SpoolJSON.write(session, to: sessionPath)
        FaultPoint.reached("spool.created")
    }

    /// The newest session's description.
    /// - Throws: `ReelError` naming the file: `.unavailable` when there is no spool, `.damaged`, `.mismatch` when a newer
    ///   Reel wrote it.
    package func session() throws -> SessionDescription {
        try SpoolJSON.read(SessionDescription.self, from: sessionPath)
    }

    /// All takes in the order of their numbers; none when there is no spool. Names that are no take's are passed over.
    /// - Throws: `ReelError` when the directory cannot be read.
    package func takes() throws -> [Take] {
        try Directory.names(in: takesPath)
            .compactMap { name in
                Take.parse(name).map { Take(number: $0.number, state: $0.state, spool: path) }
            }
            .sorted { ($0.number, $0.state.rawValue) < ($1.number, $1.state.rawValue) }
    }

    /// The take of this number in the state it has now, or nil when it is gone.
    /// - Throws: `ReelError` when the directory cannot be read.
    package func take(_ number: Int) throws -> Take? { try takes().first { $0.number == number } }

    /// One more than the highest number on the disk in any state, encoded leftovers included; 1 in an empty spool. Who
    /// records asks once and goes on counting, so that a take that is gone does not lend its number to another one.
    package var nextTakeNumber: Int {
        let taken = ((try? takes()) ?? []).map(\.number)
        let encoded = ((try? Directory.names(in: encodedPath)) ?? []).compactMap { Take.number($0) }
        return max(taken.max() ?? 0, encoded.max() ?? 0) + 1
    }

    /// Finishes removals that were cut off, and removes takes that are discarded.
    /// - Throws: `ReelError` naming what could not be removed.
    package func removeDiscarded() throws {
        for var take in try takes() where take.state == .discarded { try take.remove() }
    }

    /// Removes the whole spool when there is nothing in it but its own frame: no take, nothing encoded, no file of
    /// others. The caller holds the lock.
    /// - Returns: Whether it is gone (or was not there).
    /// - Throws: `ReelError` naming what could not be removed.
    @discardableResult
    package func removeIfEmpty() throws -> Bool {
        guard try Directory.names(in: takesPath).isEmpty, try Directory.names(in: encodedPath).isEmpty,
            try Directory.names(in: path).allSatisfy(Self.frame.contains)
        else { return false }
        for name in Self.frame {
            try File.remove(path.appending(name))
            FaultPoint.reached("spool.own-file-removed")
        }
        do {
            try File.remove(path)
        } catch {
            // The locks go with whoever holds them, and the directory with the last of them. NFS does not remove their new
            // names either (EBUSY).
            let mayBeOpen = [.directoryNotEmpty, .resourceBusy].contains(error.systemError)
            guard mayBeOpen, try holdsOnlyOpenFiles() else { throw error }
        }
        return true
    }

    /// FUSE and NFS give a file that is removed while it is open another name, until it is closed.
    private func holdsOnlyOpenFiles() throws -> Bool {
        try Directory.names(in: path).allSatisfy { $0.hasPrefix(".fuse_hidden") || $0.hasPrefix(".nfs") }
    }

    /// What belongs to the spool itself, in the order of its removal: the locks last.
    private static let frame = [
        WorkDirectory.Name.takes, .encoded, .session, .encoderLog, .pageLog, .reserve, .encoderLock, .lock,
    ].map(\.rawValue)

    /// Takes the lock that one process holds while it records into, recovers or encodes this spool.
    /// - Returns: The lock; it is given back when the last reference goes, and when the process dies.
    /// - Throws: `ReelError(.busy)` naming the process that holds it, with its command.
    package func lock() throws -> SpoolLock {
        try SpoolLock.take(in: path, role: .owner)
    }

    /// Takes the lock of the process that encodes: the encoder process of a recorder, which outlives a killed recorder,
    /// or whoever must be sure that there is none.
    /// - Returns: The lock; it is given back when the last reference goes, and when the process dies.
    /// - Throws: `ReelError(.busy)` naming the process that holds it, with its command.
    package func lockEncoder() throws -> SpoolLock {
        try SpoolLock.take(in: path, role: .encoder)
    }

    /// Removes what a process that died has left and nobody needs: files that are not whole, the reserve, and what was
    /// encoded of takes that are gone. The caller holds both locks.
    /// - Throws: `ReelError` naming what could not be removed.
    package func removeLeftovers() throws {
        try File.remove(reservePath)
        try removePartialFiles(in: path)
        let takes = Set(try takes().map(\.encodedPath))
        for name in try Directory.names(in: encodedPath) {
            let directory = encodedPath.appending(name)
            if takes.contains(directory) {
                try removePartialFiles(in: directory)
            } else {
                try File.remove(directory)
            }
        }
        for take in try self.takes() where take.state != .recording { try removePartialFiles(in: take.path) }
    }

    private func removePartialFiles(in directory: FilePath) throws {
        for name in try Directory.names(in: directory) where name.hasSuffix(AtomicFile.partialSuffix) {
            try File.remove(directory.appending(name))
        }
    }
}
