import LeRobotDataset
import Media
import Platform
import RecordingTypes
import Spool
package import SystemPackage

/// Puts a dataset's spool in order after a kill or a power cut: takes that were cut are closed at their last whole row,
/// takes that nobody decided about are kept, removals and publishing that were cut short are finished. Doing it twice
/// changes nothing more. The caller holds the spool's lock.
package struct SpoolRecovery {
    /// What was found of one take, and done.
    package struct Finding: Sendable {
        package var take: Int
        /// For people: "take 7: recovered 212 rows, 1 lost (…)".
        package var text: String
        /// Rows that were recorded and are gone.
        package var lostRows: Int
        /// Whether the take itself could not be used and lies aside.
        package var isSetAside = false
    }

    private let root: FilePath
    private let spool: SpoolDirectory
    private let discardsRecovered: Bool
    private var findings: [Finding] = []

    /// Puts the spool of the dataset in `root` in order.
    /// - Parameters:
    ///   - root: the dataset's folder.
    ///   - discardsRecovered: removes takes that were cut, rather than keeping their whole rows.
    /// - Returns: what was done, in the order of the takes; empty when all was well.
    /// - Throws: `ReelError` when the disk fails or the dataset cannot be opened.
    package static func run(root: FilePath, discardsRecovered: Bool = false) throws -> [Finding] {
        var recovery = SpoolRecovery(root: root, discardsRecovered: discardsRecovered)
        try recovery.run()
        return recovery.findings
    }

    private init(root: FilePath, discardsRecovered: Bool) {
        self.root = root
        self.discardsRecovered = discardsRecovered
        spool = SpoolDirectory(root: root)
    }

    private mutating func run() throws {
        try spool.removeDiscarded()
        try finishPublishing()
        FaultPoint.reached("recover.publishing-finished")
        for take in try spool.takes() {
            switch take.state {
            case .recording: try close(take)
            case .recorded: try keep(take)
            case .kept, .discarded, .failed: break
            }
            FaultPoint.reached("recover.take-done")
        }
        try spool.removeLeftovers()
        FaultPoint.reached("recover.leftovers-removed")
    }

    private func finishPublishing() throws {
        if !DurableFiles.exists(root.appending("meta").appending("info.json")) {
            // The session was killed between making the spool and making the dataset.
            guard let session = try? spool.session() else { return }
            try DatasetWriter.create(root: root, session: session)
        }
        _ = try TakePublisher(root: root, spool: spool)
    }

    private mutating func close(_ cut: Take) throws {
        var take = cut
        var readers: [String: FrameFileReader] = [:]
        do {
            let info = try take.recover { camera, index in
                let path = cut.framesPath(camera: camera)
                // A power cut may leave no frame file at all, or nothing in it.
                guard DurableFiles.exists(path) else { return nil }
                do {
                    let reader = try readers[camera] ?? FrameFileReader(path: path)
                    readers[camera] = reader
                    guard let picture = try reader.next(), picture.index == index else { return nil }
                    return (picture.size, picture.checksum)
                } catch let error as ReelError where error.kind == .damaged {
                    return nil
                }
            }
            FaultPoint.reached("recover.take-closed")
            guard let info, let end = info.end else {
                findings.append(
                    Finding(take: cut.number, text: "take \(cut.number): had no row yet, removed", lostRows: 0))
                return
            }
            try decide(take, info, end)
        } catch let error as ReelError where error.kind == .damaged {
            findings.append(
                Finding(
                    take: cut.number, text: "take \(cut.number): set aside: \(error)", lostRows: 0, isSetAside: true))
        }
    }

    private mutating func decide(_ take: Take, _ info: TakeInfo, _ end: TakeInfo.End) throws {
        var take = take
        let number = take.number
        guard info.recovered else { return try keep(take) }
        if discardsRecovered {
            try take.remove()
            findings.append(
                Finding(
                    take: number, text: "take \(number): was cut after \(end.rows) rows, discarded", lostRows: end.rows)
            )
        } else if end.rows < info.session.fps {
            try take.update { $0.failure = "cut after \(end.rows) rows, less than a second" }
            try take.move(to: .failed)
            findings.append(
                Finding(
                    take: number, text: "take \(number): cut after \(end.rows) rows, less than a second: set aside",
                    lostRows: end.rows, isSetAside: true))
        } else {
            try take.move(to: .kept)
            let lost = end.lostRows > 0 ? ", \(end.lostRows) lost (\(end.message ?? "damage"))" : ""
            findings.append(
                Finding(
                    take: number, text: "take \(number): recovered \(end.rows) rows\(lost)", lostRows: end.lostRows))
        }
    }

    /// It was whole when the recorder died, and nobody had discarded it.
    private mutating func keep(_ recorded: Take) throws {
        var take = recorded
        try take.move(to: .kept)
        findings.append(Finding(take: take.number, text: "take \(take.number): whole, kept", lostRows: 0))
    }
}
