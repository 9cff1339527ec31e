import OrderedCollections
import Platform
import RecordingTypes
import SystemPackage

/// A take that became an episode.
package struct PublishedEpisode: Hashable, Sendable {
    /// The draft's.
    package var identity: String
    /// The episode's number.
    package var index: Int

    package init(identity: String, index: Int) {
        self.identity = identity
        self.index = index
    }

    var json: JSONValue { .object(["identity": .string(identity), "episode": .integer(index)]) }

    init(_ json: JSONValue, subject: String) throws {
        guard let object = json.object, let identity = object["identity"]?.string,
            let index = object["episode"]?.integer
        else {
            throw ReelError(.damaged, "read the note on publishing", subject: subject, cause: "members are missing")
        }
        self.init(identity: identity, index: index)
    }
}
