import Platform
package import RecordingTypes
import SystemPackage

extension Take {
    /// Looks at a picture of a camera's frame file; nil when it is not there, or not whole.
    package typealias FrameReading = (SessionDescription.CameraDescription, _ index: Int) throws -> PacketFacts?

    /// Brings a take to an end whose recorder died: its rows up to the last one whose frames all hold become the take.
    /// A take without a single row is removed, unless damage is why. May be cut off itself, and begun again.
    ///
    /// The caller holds the spool's lock, so nobody is recording it.
    /// - Parameter frame: Reads a camera's frame file: asked for each picture once, in rising order a camera; nil when the
    ///   picture is not there or not whole.
    /// - Returns: What the take is now (`.recorded`), or nil when it was removed.
    /// - Throws: `ReelError(.damaged)` when nothing of it can be used; it is set aside as `.failed` then. Other kinds
    ///   leave it as it is.
    package mutating func recover(frame: FrameReading) throws -> TakeInfo? {
        guard state == .recording else { return try info() }
        guard File.exists(infoPath) else { return try removeUnborn() }
        var info: TakeInfo
        do {
            info = try self.info()
        } catch let error as ReelError where error.kind == .damaged {
            try move(to: .failed)
            throw error
        }

        guard File.exists(rowsPath) else { return try removeRowless(info) }
        let repair = try keepWhatHolds(info, frame)
        if repair.rows == 0 {
            if !repair.isDamaged {
                try remove()
                return nil
            }
            return try setAside(info, repair.cause)
        }
        for camera in info.session.cameras { try File.sync(framesPath(camera)) }
        if repair.isComplete, info.end?.rows == repair.rows {
            // It died between telling the end and the rename: nothing is missing.
            try File.sync(rowsPath)
        } else {
            try File.sync(repair.path)
            try Directory.rename(repair.path, to: rowsPath)
            FaultPoint.reached("spool.rows-repaired")
            info.recovered = true
            info.end = TakeInfo.End(
                rows: repair.rows, reason: .recovered, message: repair.cause, lateTicks: repair.lateTicks,
                repeatedFrames: repair.repeatedFrames, lostRows: repair.lostRows)
            try SpoolJSON.write(info, to: infoPath)
            FaultPoint.reached("spool.recovery-told")
        }
        try File.remove(repair.path)
        try move(to: .recorded)
        return info
    }

    /// What recovery found in the rows.
    private struct Repair {
        /// The rows that hold, as a whole file beside rows.arrows.
        var path: FilePath
        var rows = 0
        var lostRows = 0
        var lateTicks = 0
        var repeatedFrames: [Int]
        /// Why there are no more.
        var cause: String?
        /// Every row holds up to the end-of-stream mark.
        var isComplete = false
        /// The cause is not just that the file was cut off.
        var isDamaged = false
    }

    /// Copies the rows whose frames hold to a file beside rows.arrows.
    private func keepWhatHolds(
        _ info: TakeInfo, _ frame: FrameReading
    ) throws -> Repair {
        var repair = Repair(
            path: AtomicFile.partial(of: rowsPath),
            repeatedFrames: Array(repeating: 0, count: info.session.cameras.count))
        try File.remove(repair.path)
        let copy = try RowFile(path: repair.path, session: info.session)
        let reader = try TakeReader(take: self)
        while let row = try reader.next() {
            if repair.lostRows == 0, let missing = try missingFrame(of: row, info, frame) {
                repair.cause = missing
                repair.lostRows = 1
            } else if repair.lostRows > 0 {
                repair.lostRows += 1
            } else {
                try copy.append(row)
                repair.rows += 1
                if row.isLate { repair.lateTicks += 1 }
                for (camera, frame) in row.frames.enumerated() where !frame.isNew { repair.repeatedFrames[camera] += 1 }
            }
        }
        try copy.finish()
        repair.isComplete = reader.isWhole && repair.lostRows == 0
        repair.isDamaged = reader.isDamaged || repair.lostRows > 0
        repair.cause = repair.cause ?? reader.stoppedBecause
        return repair
    }

    /// Says which new picture of the row is not in its frame file as the row knows it.
    private func missingFrame(
        of row: TakeRow, _ info: TakeInfo, _ frame: FrameReading
    ) throws -> String? {
        for (camera, reference) in zip(info.session.cameras, row.frames) where reference.isNew {
            if try frame(camera, reference.index) != reference.packet {
                let place = "after \(row.index.counted("row"))"
                return "picture \(reference.index) of the camera \(camera.name.printable) is not whole, \(place)"
            }
        }
        return nil
    }

    /// A take that died before it had a take.json has no rows either.
    private mutating func removeUnborn() throws -> TakeInfo? {
        let unborn: Set = ["rows.arrows", AtomicFile.partial(of: "take.json").string]
        guard try Directory.names(in: path).allSatisfy(unborn.contains) else {
            let lost = infoPath
            try move(to: .failed)
            throw ReelError(
                .damaged, "recover a take", subject: lost.string, cause: "it is missing",
                remedy: "The take was set aside as \(path.lastComponent?.string ?? "failed").")
        }
        try remove()
        return nil
    }

    /// A power cut may leave the description alone: it is synced when the take begins, the others a second later. Where
    /// there are frames without rows, something else has happened.
    private mutating func removeRowless(_ info: TakeInfo) throws -> TakeInfo? {
        let unborn: Set = [
            "take.json", AtomicFile.partial(of: "take.json").string, AtomicFile.partial(of: "rows.arrows").string,
        ]
        guard try Directory.names(in: path).allSatisfy(unborn.contains) else {
            return try setAside(info, "rows.arrows is missing")
        }
        try remove()
        return nil
    }

    private mutating func setAside(_ info: TakeInfo, _ cause: String?) throws -> TakeInfo? {
        var info = info
        let cause = cause ?? "it has no rows"
        info.failure = cause
        try File.remove(AtomicFile.partial(of: rowsPath))
        try SpoolJSON.write(info, to: infoPath)
        try move(to: .failed)
        throw ReelError(.damaged, "recover a take", subject: path.string, cause: cause)
    }
}
