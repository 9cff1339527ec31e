/// Where a session is, for somebody who looks at it elsewhere: some times a second, as JSON. Times are durations in
/// milliseconds, because clocks differ.
package struct PreviewStatus: Encodable, Sendable, Equatable {
    package var phase = SessionSnapshot.Phase.connecting
    package var take = 0
    /// The episode that is recorded, counted from 1 in this session, and how many there will be.
    package var episode = 0
    package var episodeCount = 0
    package var row = 0
    package var rowLimit = 0
    /// Of the phase.
    package var left = 0
    /// Rows a second, as they come.
    package var rate = 0.0
    package var lateTicks = 0
    package var cameras: [Camera] = []
    package var busRetries = 0
    package var outcome: Outcome?
    package var diskMinutes: Int?
    package var takesWaiting = 0
    package var takesSetAside = 0
    /// Pictures encoded, and pictures in all, of what is in work.
    package var encoded = 0
    package var toEncode = 0
    package var encoder = Encoder.works
    /// The device that is waited for, and how long still.
    package var missing: String?
    package var missingLeft = 0
    /// On the last take that was judged.
    package var verdict: Verdict?
    /// The newest lines that the terminal has.
    package var notes: [Note] = []
    /// What became of the newest commands.
    package var answers: [Answer] = []

    package init() {}

    package enum Encoder: String, Encodable, Sendable { case works, wasRestarted, hasStopped }

    package struct Camera: Encodable, Sendable, Equatable {
        /// Of the picture at the last row.
        package var age: Int
        package var badge: Badge?

        package init(age: Int, badge: Badge?) { (self.age, self.badge) = (age, badge) }
    }

    /// What is the matter with a camera's pictures.
    package enum Badge: String, Encodable, Sendable { case late, frozen, black, blurred }

    package struct Verdict: Encodable, Sendable, Equatable {
        package var take: Int
        /// Sentences; none when the take is like the others.
        package var findings: [String]

        package init(take: Int, findings: [String]) { (self.take, self.findings) = (take, findings) }
    }

    package struct Note: Encodable, Sendable, Equatable {
        package var id: Int
        package var text: String

        package init(id: Int, text: String) { (self.id, self.text) = (id, text) }
    }

    package struct Answer: Encodable, Sendable, Equatable {
        /// The command's.
        package var id: Int
        /// Why it was not done; nil when it was.
        package var refusal: String?

        package init(id: Int, refusal: String?) { (self.id, self.refusal) = (id, refusal) }
    }
}
