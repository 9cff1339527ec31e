package import LeRobotDataset
import Media
import Platform
import RecordingTypes
import Spool
package import SystemPackage

/// Puts a dataset's spool in order after a kill or a power cut: takes that were cut are closed at their last whole row,
/// takes that nobody decided about are kept, removals and publishing that were cut short are finished. First it is looked
/// what there is to do (`plan`, which changes nothing); doing it (`perform`) a second time changes nothing more.
package struct SpoolRecovery: Sendable {
    /// Something to do.
    package enum Step: Hashable, Sendable {
        /// Its removal was cut short.
        case removeDiscarded(take: Int)
        /// The session was killed between making the spool and making the dataset.
        case makeDataset
        case finish(UnfinishedWork)
        /// It is an episode already, and perhaps in the spool still.
        case removePublished(PublishedEpisode)
        /// It was cut while it was recorded.
        case close(take: Int)
        /// It is whole, and nobody has discarded it.
        case keep(take: Int)
    }

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

    /// In the order in which they are done.
    package let steps: [Step]
    private let root: FilePath
    private let spool: SpoolDirectory

    /// Looks what there is to do in the dataset's folder. Changes nothing, takes no lock.
    /// - Throws: `ReelError` when the spool cannot be read.
    package static func plan(root: FilePath) throws -> SpoolRecovery {
        let spool = SpoolDirectory(root: root)
        let takes = try spool.takes()
        var steps = takes.filter { $0.state == .discarded }.map { Step.removeDiscarded(take: $0.number) }
        if !File.exists(DatasetLayout.info(in: root)), (try? spool.session()) != nil { steps.append(.makeDataset) }
        steps += UnfinishedWork.find(in: root).map(Step.finish)
        if let published = try PublishedEpisode.last(in: root) { steps.append(.removePublished(published)) }
        for take in takes {
            switch take.state {
            case .recording: steps.append(.close(take: take.number))
            case .recorded: steps.append(.keep(take: take.number))
            case .kept, .discarded, .failed: break
            }
        }
        return SpoolRecovery(steps: steps, root: root, spool: spool)
    }

    /// Puts the spool of the dataset in `root` in order: `plan` and `perform`.
    package static func run(root: FilePath, discardsRecovered: Bool = false) throws -> [Finding] {
        try plan(root: root).perform(discardsRecovered: discardsRecovered)
    }

    /// Does it. The caller holds the spool's locks since before it looked.
    /// - Parameter discardsRecovered: removes takes that were cut, rather than keeping their whole rows.
    /// - Returns: what was done, in the order of the takes; empty when all was well.
    /// - Throws: `ReelError` when the disk fails, or unfinished work cannot be finished.
    package func perform(discardsRecovered: Bool = false) throws -> [Finding] {
        for step in steps { try perform(step) }
        FaultPoint.reached("recover.publishing-finished")
        let findings = try steps.compactMap { try decide($0, discardsRecovered) }
        try spool.removeLeftovers()
        FaultPoint.reached("recover.leftovers-removed")
        return findings
    }

    /// Does a step that is about no take, or about one that is gone for good.
    private func perform(_ step: Step) throws {
        switch step {
        case .removeDiscarded(let number):
            if var take = try spool.take(number), take.state == .discarded { try take.remove() }
        case .makeDataset:
            try DatasetWriter.create(root: root, session: spool.session())
        case .finish(let work):
            try work.finish()
            if work.kind == .publishing { try EpisodePublisher.removePublished(root: root, spool: spool) }
        case .removePublished:
            try EpisodePublisher.removePublished(root: root, spool: spool)
        case .close, .keep: break
        }
    }

    /// Does a step that is about a take.
    private func decide(_ step: Step, _ discardsRecovered: Bool) throws -> Finding? {
        let finding: Finding
        switch step {
        case .close(let number):
            guard let take = try spool.take(number), take.state == .recording else { return nil }
            finding = try close(take, discardsRecovered)
        case .keep(let number):
            guard let take = try spool.take(number), take.state == .recorded else { return nil }
            finding = try keep(take)
        default: return nil
        }
        FaultPoint.reached("recover.take-done")
        return finding
    }

    private func close(_ cut: Take, _ discardsRecovered: Bool) throws -> Finding {
        var take = cut
        var readers: [String: FrameFileReader] = [:]
        do {
            let info = try take.recover { camera, index in
                let path = cut.framesPath(camera)
                // A power cut may leave no frame file at all, or nothing in it.
                guard File.exists(path) else { return nil }
                do {
                    let reader = try readers[camera.file] ?? FrameFileReader(path: path)
                    readers[camera.file] = reader
                    guard let picture = try reader.next(), picture.index == index else { return nil }
                    return picture.facts
                } catch let error as ReelError where error.kind == .damaged {
                    return nil
                }
            }
            FaultPoint.reached("recover.take-closed")
            guard let info, let end = info.end else {
                return Finding(take: cut.number, text: "take \(cut.number): had no row yet, removed", lostRows: 0)
            }
            return try decide(take, info, end, discardsRecovered)
        } catch let error as ReelError where error.kind == .damaged {
            return Finding(
                take: cut.number, text: "take \(cut.number): set aside: \(error)", lostRows: 0, isSetAside: true)
        }
    }

    private func decide(
        _ take: Take, _ info: TakeInfo, _ end: TakeInfo.End, _ discardsRecovered: Bool
    ) throws -> Finding {
        var take = take
        let number = take.number
        guard info.recovered else { return try keep(take) }
        let rows = end.rows.counted("row")
        if discardsRecovered {
            try take.remove()
            return Finding(
                take: number, text: "take \(number): was cut after \(rows), discarded", lostRows: end.rows)
        }
        // What another program handed over may have been saved, however short it is.
        if info.session.hasTimes, end.rows < info.session.fps {
            try take.update { $0.failure = "cut after \(rows), less than a second" }
            try take.move(to: .failed)
            return Finding(
                take: number, text: "take \(number): cut after \(rows), less than a second: set aside",
                lostRows: end.rows, isSetAside: true)
        }
        try take.move(to: .kept)
        let lost = end.lostRows > 0 ? ", \(end.lostRows) lost (\(end.message ?? "damage"))" : ""
        return Finding(
            take: number, text: "take \(number): recovered \(rows)\(lost)", lostRows: end.lostRows)
    }

    /// It was whole when the recorder died, and nobody had discarded it.
    private func keep(_ recorded: Take) throws -> Finding {
        var take = recorded
        try take.move(to: .kept)
        return Finding(take: take.number, text: "take \(take.number): whole, kept", lostRows: 0)
    }
}

extension SpoolRecovery.Step: CustomStringConvertible {
    /// What `perform` will do: "take 7 was cut while it was recorded; its whole rows are kept".
    package var description: String {
        switch self {
        case .removeDiscarded(let take): "take \(take) was discarded; what is left of it is removed"
        case .makeDataset: "the session ended before there was a dataset; it is made"
        case .finish(let work):
            "\(work.kind) was cut short; " + (work.isDecided ? "it is finished" : "what was prepared is removed")
        case .removePublished(let published):
            "the newest take is episode \(published.index) already; its copy in the spool is removed"
        case .close(let take): "take \(take) was cut while it was recorded; its whole rows are kept"
        case .keep(let take): "take \(take) is whole and nobody has decided about it; it is kept"
        }
    }
}
