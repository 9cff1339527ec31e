import Foundation
import Platform
import RecordingTypes
import SystemPackage

/// What people said of episodes afterwards: `meta/reel/episodes.jsonl`, an object a line, by the episode's number. It stands
/// before what was said while they were recorded, which is in the capture times; datasets that have none can be labelled too.
package struct EpisodeLabels: Sendable, Equatable {
    /// Of one episode. What is nil was not said here.
    package struct Label: Codable, Sendable, Equatable {
        package var episode: Int
        /// "success", "failure", or empty: neither.
        package var outcome: String?
        /// Empty takes one back.
        package var note: String?
        /// It is there, and not to be trained with.
        package var excluded: Bool?

        enum CodingKeys: String, CodingKey {
            case episode = "episode_index"
            case outcome, note, excluded
        }

        package init(episode: Int, outcome: String? = nil, note: String? = nil, excluded: Bool? = nil) {
            (self.episode, self.outcome, self.note, self.excluded) = (episode, outcome, note, excluded)
        }

        /// What is said here, and else what was said before.
        fileprivate func merged(into old: Label?) -> Label {
            Label(
                episode: episode, outcome: outcome ?? old?.outcome, note: note ?? old?.note,
                excluded: excluded ?? old?.excluded)
        }
    }

    /// By the episode's number.
    private var labels: [Int: Label]

    package init() { labels = [:] }

    /// Reads those of a dataset; there may be none.
    /// - Throws: `ReelError(.damaged)` naming the file and the line.
    package init(in layout: DatasetLayout) throws {
        labels = [:]
        guard File.exists(layout.labels) else { return }
        let lines = String(decoding: try File.read(layout.labels), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() where !line.isEmpty {
            do {
                let label = try JSONDecoder().decode(Label.self, from: Data(line.utf8))
                labels[label.episode] = label
            } catch {
                throw ReelError(
                    .damaged, "read what was said of episodes", subject: layout.labels.string,
                    cause: "line \(number + 1) is no label",
                    remedy: "Mend it, or move the file away: it is of no use to LeRobot.")
            }
        }
    }

    package var isEmpty: Bool { labels.isEmpty }

    /// An episode's outcome, given what was said while it was recorded.
    package func outcome(of episode: Int, recorded: String?) -> String { labels[episode]?.outcome ?? recorded ?? "" }

    /// An episode's note, likewise.
    package func note(on episode: Int, recorded: String?) -> String { labels[episode]?.note ?? recorded ?? "" }

    package func isExcluded(_ episode: Int) -> Bool { labels[episode]?.excluded ?? false }

    /// Says something of an episode.
    package mutating func say(_ label: Label) { labels[label.episode] = label.merged(into: labels[label.episode]) }

    /// For a dataset in which episodes have other numbers, or are gone.
    /// - Parameter number: the new one; nil for one that is gone.
    /// - Returns: Those of the episodes that are left.
    func renumbered(_ number: (Int) -> Int?) -> EpisodeLabels {
        var new = EpisodeLabels()
        for label in labels.values {
            guard let episode = number(label.episode) else { continue }
            new.labels[episode] = Label(
                episode: episode, outcome: label.outcome, note: label.note, excluded: label.excluded)
        }
        return new
    }

    /// Puts them into a dataset instead of those that are there, on the disk when this returns.
    /// - Throws: `ReelError` naming the file.
    package func write(in layout: DatasetLayout) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var bytes: [UInt8] = []
        for label in labels.values.sorted(by: { $0.episode < $1.episode }) {
            bytes += try encoder.encode(label) + [UInt8(ascii: "\n")]
        }
        try Directory.create(layout.labels.removingLastComponent())
        try AtomicFile.write(bytes, to: layout.labels)
    }
}
