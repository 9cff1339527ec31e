@testable import ReelCommands

/// docs/flags.md, written from the table.
enum FlagsDocument {
    /// The whole document; a test holds docs/flags.md against it.
    static var markdown: String {
        var lines = [
            "# The flags of `reel record`",
            "",
            "Every flag of `lerobot-record` (LeRobot 0.6.1, with so100, so101 and bi_so arms) and what Reel does with it,",
            "then Reel's own. *same*: as in LeRobot. *differs*: taken, with a difference. *refused*: an error that says why.",
            "*no effect*: taken, checked, and said to change nothing. Written from the table in",
            "`Sources/ReelCommands/Configuration/Flags/RecordFlags*.swift` by `make flags`.",
        ]
        for topic in RecordFlag.Topic.allCases {
            lines += ["", "## \(topic.rawValue)", "", "| flag | takes | default | | |", "|---|---|---|---|---|"]
            for flag in RecordFlags.all where flag.topic == topic { lines.append(row(flag)) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func row(_ flag: RecordFlag) -> String {
        let (verdict, why) = verdict(flag)
        let cells = [
            "`--\(flag.name)`", flag.kind.rawValue.replacing("|", with: " or "), standard(flag), verdict,
            why ?? flag.help,
        ]
        return "| \(cells.joined(separator: " | ")) |"
    }

    private static func verdict(_ flag: RecordFlag) -> (String, String?) {
        switch flag.treatment {
        case .same: ("same", nil)
        case .own: ("Reel's own", nil)
        case .differs(let what): ("differs", what)
        case .noEffect(let why): ("no effect", why)
        case .refused(let why): ("refused", why)
        case .only(let value?, let why): ("only \(value)", why)
        case .only(nil, let why): ("refused", why)
        }
    }

    private static func standard(_ flag: RecordFlag) -> String {
        let none = flag.isOptional ? "none" : "required"
        let own = flag.standard.map { $0.isEmpty ? "required" : "`\($0)`" } ?? none
        guard flag.leRobotStandard != flag.standard, let theirs = flag.leRobotStandard else { return own }
        return "\(own) (LeRobot: `\(theirs)`)"
    }
}
