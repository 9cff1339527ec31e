package import RecordingTypes

/// What take.json says: what the take is, and once it has ended, how. The session's description is in it, so that one
/// take alone can be encoded on another machine.
package struct TakeInfo: Hashable, Codable, Sendable {
    /// Changes when a reader of an older Reel could not understand the take.
    package private(set) var formatVersion: Int
    /// The take's number when it was recorded; its directory's name is what counts.
    package var number: Int
    /// What the operator was asked to do.
    package var task: String
    /// When row 0 was due (CLOCK_MONOTONIC, so of that boot alone).
    package var startedAt: MonotonicTime
    /// The same instant as nanoseconds since 1970.
    package var startedWall: Int64
    package var session: SessionDescription
    /// Nil while it is being recorded, and when the recorder died.
    package var end: End?
    /// What the operator said of it, if anything.
    package var outcome: Outcome?
    /// What the operator typed about it, if anything.
    package var note: String?
    /// How often encoding had been tried when the take was set aside.
    package var attempts: Int
    /// The recorder died while it was recorded; rows may be missing at its end.
    package var recovered: Bool
    /// Why it was set aside, where it was.
    package var failure: String?

    /// How a take ended.
    package struct End: Hashable, Codable, Sendable {
        /// Rows in rows.arrows.
        package var rows: Int
        package var reason: TakeEndReason
        /// What went wrong, in words, where something did.
        package var message: String?
        /// Rows that repeat the one before them because their tick came too late.
        package var lateTicks: Int
        /// Per camera of the session: rows that repeat a picture.
        package var repeatedFrames: [Int]
        /// Rows that were taken and are not in rows.arrows.
        package var lostRows: Int
        /// What of it is worth another look, in words, where something is.
        package var findings: [String]?

        package init(
            rows: Int, reason: TakeEndReason, message: String? = nil, lateTicks: Int, repeatedFrames: [Int],
            lostRows: Int, findings: [String]? = nil
        ) {
            self.rows = rows
            self.reason = reason
            self.message = message
            self.lateTicks = lateTicks
            self.repeatedFrames = repeatedFrames
            self.lostRows = lostRows
            self.findings = findings
        }

        /// Why it cannot be meant, or nil: who reads it counts with it.
        var problem: String? {
            (0...Int(Int32.max)).contains(rows) ? nil : "no take has \(rows) rows"
        }
    }

    package init(
        number: Int, task: String, startedAt: MonotonicTime, startedWall: Int64, session: SessionDescription
    ) {
        formatVersion = session.formatVersion
        self.number = number
        self.task = task
        self.startedAt = startedAt
        self.startedWall = startedWall
        self.session = session
        attempts = 0
        recovered = false
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        session = try values.decode(SessionDescription.self, forKey: .session)
        // As the session says: of this format when it is written again.
        formatVersion = session.formatVersion
        number = try values.decode(Int.self, forKey: .number)
        task = try values.decode(String.self, forKey: .task)
        startedAt = try values.decode(MonotonicTime.self, forKey: .startedAt)
        startedWall = try values.decode(Int64.self, forKey: .startedWall)
        end = try values.decodeIfPresent(End.self, forKey: .end)
        outcome = try values.decodeIfPresent(Outcome.self, forKey: .outcome)
        note = try values.decodeIfPresent(String.self, forKey: .note)
        attempts = try values.decode(Int.self, forKey: .attempts)
        recovered = try values.decode(Bool.self, forKey: .recovered)
        failure = try values.decodeIfPresent(String.self, forKey: .failure)
    }
}
