/// What the page process tells the recorder, one JSON line each on its standard output. It talks to a network, so none of
/// it is believed before it was looked at.
package enum PageEvent: Codable, Sendable, Equatable {
    /// The page is there, on this port.
    case serves(port: Int)
    /// The page, or what is shown elsewhere, is not to be had, and why. It is not tried again.
    case cannot(reason: String)
    /// So many pictures a second are wanted of each camera; none of any when nobody looks.
    case watches(isWatched: Bool, pictures: [Int])
    case asks(PageCommand)
    /// Something that the operator should know.
    case notes(String)
}

/// What somebody at a page wants, and of what: it is refused when that is over.
package struct PageCommand: Codable, Sendable, Equatable {
    package enum What: String, Codable, Sendable, CaseIterable {
        case next, again, stop, undo, success, failure
        /// The text is the take's note; an empty one takes it back.
        case note
        /// A note is being written: the reset waits. Without a text it was given up.
        case types
    }

    /// Its answer has the same.
    package var id: Int
    package var what: What
    package var take: Int
    package var phase: SessionSnapshot.Phase
    package var text: String?

    package init(id: Int, what: What, take: Int, phase: SessionSnapshot.Phase, text: String? = nil) {
        (self.id, self.what, self.take, self.phase, self.text) = (id, what, take, phase, text)
    }
}
