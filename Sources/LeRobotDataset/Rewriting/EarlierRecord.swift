import OrderedCollections
import PythonJSON
import RecordingTypes
import SystemPackage

/// A record as Reel wrote it while each kind of work had one of its own (Tests/Fixtures/unfinished has one of each).
struct EarlierRecord {
    let members: JSONObject
    let subject: String

    /// What it says, as steps.
    /// - Throws: `ReelError` (damaged) when it is no such record.
    func transaction(_ work: UnfinishedWork.Kind) throws -> DatasetTransaction {
        switch work {
        case .publishing: try publishing()
        case .consolidating: try consolidating()
        case .deleting: try deleting()
        }
    }

    private func publishing() throws -> DatasetTransaction {
        func damaged(_ cause: String) -> ReelError { self.damaged(.publishing, cause) }
        guard let published = members["published"]?.object, let identity = published["identity"]?.string,
            let index = published["episode"]?.integer, let moves = members["moves"]?.array
        else { throw damaged("members are missing") }
        var steps: [DatasetPart: [DatasetTransaction.Step]] = [:]
        for move in moves {
            guard let move = move.object, let kind = move["kind"]?.string,
                let part = kind == "video" ? DatasetPart.videos : DatasetPart(rawValue: kind),
                let from = move["from"]?.string, let to = move["to"]?.string
            else { throw damaged("a move makes no sense") }
            steps[part, default: []].append(.move(part, from: FilePath(from), to: FilePath(to)))
        }
        return DatasetTransaction(
            work: .publishing, episodeCounts: [index, index + 1],
            steps: DatasetPart.allCases.flatMap { steps[$0] ?? [] },
            published: PublishedEpisode(identity: identity, index: index))
    }

    private func consolidating() throws -> DatasetTransaction {
        let work = UnfinishedWork.Kind.consolidating
        func damaged(_ cause: String) -> ReelError { self.damaged(work, cause) }
        guard let total = members["total_episodes"]?.integer, let videos = members["videos"]?.array,
            let directories = members["directories"]?.array, let obsolete = members["obsolete"]?.array
        else { throw damaged("members are missing") }
        let moves = try videos.map { video in
            guard let from = video.object?["from"]?.string, let to = video.object?["to"]?.string else {
                throw damaged("a video makes no sense")
            }
            return DatasetTransaction.Step.move(.videos, from: FilePath(from), to: FilePath(to))
        }
        let named = try directories.map { name in
            guard let part = name.string.flatMap(DatasetPart.init), work.swappedParts.contains(part) else {
                throw damaged("\(JSONText.line(name)) is no directory that is swapped")
            }
            return part
        }
        // It had directories of other names for what it prepared.
        let swaps = work.swappedParts.filter(named.contains).map { part in
            DatasetTransaction.Step.swap(part, staged: place(work).appending(part.rawValue), live: part.path)
        }
        let removals = try obsolete.map { name in
            guard let path = name.string else { throw damaged("\(JSONText.line(name)) is no file") }
            return DatasetTransaction.Step.remove(.videos, FilePath(path))
        }
        return DatasetTransaction(
            work: work, episodeCounts: [total],
            steps: moves + swaps + removals)
    }

    private func deleting() throws -> DatasetTransaction {
        let work = UnfinishedWork.Kind.deleting
        func damaged(_ cause: String) -> ReelError { self.damaged(work, cause) }
        guard let before = members["before"]?.integer, let after = members["after"]?.integer,
            let names = members["directories"]?.array
        else { throw damaged("members are missing") }
        let named = try names.map { name in
            guard let part = work.swappedParts.first(where: { $0.path.string == name.string }) else {
                throw damaged("\(JSONText.line(name)) is no directory that is swapped")
            }
            return part
        }
        let files = [DatasetPart.statistics, .info].map { part in
            DatasetTransaction.Step.move(part, from: place(work).pushing(part.path), to: part.path)
        }
        return DatasetTransaction(
            work: work, episodeCounts: [before, after], steps: DatasetTransaction.swaps(named, work) + files)
    }

    /// Where it was prepared, relative to the dataset.
    private func place(_ work: UnfinishedWork.Kind) -> FilePath { DatasetTransaction.directory(work, in: FilePath()) }

    private func damaged(_ work: UnfinishedWork.Kind, _ cause: String) -> ReelError {
        ReelError(.damaged, "read the note on \(work)", subject: subject, cause: cause)
    }
}
