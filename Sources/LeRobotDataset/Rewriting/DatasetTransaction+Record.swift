import FoundationEssentials
import OrderedCollections
import PythonJSON
import RecordingTypes
import SystemPackage

extension DatasetTransaction {
    /// record.json. Before it had a format there was another record for each kind of work (`EarlierRecord`).
    private struct Record: Codable {
        static let newest = 2

        var format: Int
        var work: UnfinishedWork.Kind
        var episodes: [Int]
        var steps: [Entry]
        var published: PublishedEpisode?
    }

    private struct Entry: Codable {
        enum Action: String, Codable {
            case move, swap, remove
        }

        var action: Action
        var part: DatasetPart
        var from: String?
        var to: String
    }

    /// The record's bytes.
    var text: [UInt8] {
        get throws {
            let entries = steps.map { step in
                switch step {
                case .move(let part, let from, let to):
                    Entry(action: .move, part: part, from: from.string, to: to.string)
                case .swap(let part, let staged, let live):
                    Entry(action: .swap, part: part, from: staged.string, to: live.string)
                case .remove(let part, let path): Entry(action: .remove, part: part, to: path.string)
                }
            }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return Array(
                try encoder.encode(
                    Record(
                        format: Record.newest, work: work, episodes: episodeCounts.sorted(), steps: entries,
                        published: published)))
        }
    }

    /// Reads the record, also one that an earlier version of Reel left behind.
    /// - Throws: `ReelError`: damaged when it is none, mismatch when a newer Reel wrote it.
    init(reading bytes: [UInt8], _ work: UnfinishedWork.Kind, subject: String) throws {
        func damaged(_ cause: String) -> ReelError {
            ReelError(.damaged, "read the note on \(work)", subject: subject, cause: cause)
        }
        guard let members = try JSONReader.read(bytes, subject: subject).object else { throw damaged("not an object") }
        guard let format = members["format"]?.integer else {
            self = try EarlierRecord(members: members, subject: subject).transaction(work)
            return
        }
        guard format <= Record.newest else {
            throw ReelError(
                .mismatch, "read the note on \(work)", subject: subject,
                cause: "it has format \(format); this Reel reads up to \(Record.newest)", remedy: "Update Reel.")
        }
        let record: Record
        do {
            record = try JSONDecoder().decode(Record.self, from: Data(bytes))
        } catch {
            throw damaged("\(error)")
        }
        guard record.work == work else { throw damaged("it is about \(record.work)") }
        self.init(
            work: work, episodeCounts: Set(record.episodes),
            steps: try record.steps.map { entry in
                switch (entry.action, entry.from) {
                case (.move, let from?): .move(entry.part, from: FilePath(from), to: FilePath(entry.to))
                case (.swap, let from?): .swap(entry.part, staged: FilePath(from), live: FilePath(entry.to))
                case (.remove, nil): .remove(entry.part, FilePath(entry.to))
                default: throw damaged("a step makes no sense")
                }
            }, published: record.published)
    }
}
