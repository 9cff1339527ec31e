import OrderedCollections
import Platform
import PythonJSON
import RecordingTypes
package import SystemPackage

/// A take that became an episode.
package struct PublishedEpisode: Hashable, Codable, Sendable {
    /// The draft's.
    package var identity: String
    /// The episode's number.
    package var index: Int

    private enum CodingKeys: String, CodingKey {
        case identity
        case index = "episode"
    }

    package init(identity: String, index: Int) {
        self.identity = identity
        self.index = index
    }

    /// The note on the take that was published last.
    private static func note(in root: FilePath) -> FilePath { WorkDirectory(root: root)[.published] }

    /// The take that was published last, unless whoever had to know of it said so. Changes nothing.
    /// - Throws: `ReelError` (damaged) when the note cannot be read.
    package static func last(in root: FilePath) throws -> PublishedEpisode? {
        let note = note(in: root)
        guard File.exists(note) else { return nil }
        let json = try JSONReader.read(File.read(note), subject: note.string)
        guard let object = json.object, let identity = object["identity"]?.string,
            let index = object["episode"]?.integer
        else {
            throw ReelError(
                .damaged, "read the note on publishing", subject: note.string, cause: "members are missing")
        }
        return PublishedEpisode(identity: identity, index: index)
    }

    /// Notes that it was published.
    func remember(in root: FilePath) throws {
        let json = JSONValue.object(["identity": .string(identity), "episode": .integer(index)])
        try AtomicFile.write(JSONText.indented(json), to: Self.note(in: root))
    }

    /// The note has served: the take is gone from the spool.
    /// - Throws: `ReelError` when it cannot be removed.
    package static func forget(in root: FilePath) throws {
        let note = note(in: root)
        guard File.exists(note) else { return }
        try File.remove(note)
        try Directory.sync(note.removingLastComponent())
    }
}
