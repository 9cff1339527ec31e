import Platform
import SystemPackage

extension FlagTable {
    /// The text of `--help`.
    /// - Parameters:
    ///   - command: "record".
    ///   - abstract: One sentence.
    ///   - discussion: What else is to be said.
    ///   - width: Columns.
    /// - Returns: Lines, the last one without its end.
    func help(of command: String, abstract: String, discussion: String, width: Int) -> String {
        let usage = "USAGE: reel \(command)" + (positional.map { " [\($0)]" } ?? "") + " [--flag=value …]"
        var text = ["OVERVIEW: \(abstract)"]
        if !discussion.isEmpty { text += ["", Self.wrapped(discussion, width)] }
        text += ["", usage]
        for title in headings {
            text += ["", "\(title.uppercased()):"]
            for flag in flags where flag.isOffered && Self.heading(flag) == title {
                text.append(Self.entry(flag, names: [flag.name] + otherNames(flag), width))
            }
        }
        text += ["", "  -h, --help              Show this."]
        return text.joined(separator: "\n")
    }

    /// Columns of the terminal that standard output is, or 100.
    static var terminalWidth: Int {
        let columns = Terminal.columnsIfOne(FileDescriptor.standardOutput.rawValue) ?? 100
        return columns > 39 ? columns : 100
    }

    private func otherNames(_ flag: RecordFlag) -> [String] {
        aliases.filter { $0.value == flag.name }.map(\.key).sorted()
    }

    /// In the order of the flags.
    private var headings: [String] {
        var headings: [String] = []
        for flag in flags where flag.isOffered {
            let heading = Self.heading(flag)
            if !headings.contains(heading) { headings.append(heading) }
        }
        return headings
    }

    private static func heading(_ flag: RecordFlag) -> String {
        for side in ["left", "right"] where flag.name.contains(".\(side)_arm_config.") {
            return "\(flag.topic.rawValue) with two arms, \(side)"
        }
        return flag.topic.rawValue
    }

    private static func entry(_ flag: RecordFlag, names: [String], _ width: Int) -> String {
        let value = flag.kind == .presence ? "" : " <\(flag.kind.rawValue)>"
        let start = "  " + names.map { "--\($0)" }.joined(separator: ", ") + value
        let standard = flag.standard.flatMap { $0.isEmpty || flag.kind == .presence ? nil : " (default: \($0))" } ?? ""
        let indent = 26
        let lines = wrapped(flag.help + standard, width - indent).split(separator: "\n")
        let space = String(repeating: " ", count: indent)
        if start.count < indent - 1, let first = lines.first {
            let head = start + String(repeating: " ", count: indent - start.count) + first
            return ([head] + lines.dropFirst().map { space + $0 }).joined(separator: "\n")
        }
        return ([start] + lines.map { space + $0 }).joined(separator: "\n")
    }

    /// Words in lines of at most `width`.
    private static func wrapped(_ text: String, _ width: Int) -> String {
        var lines: [String] = []
        for word in text.split(whereSeparator: \.isWhitespace) {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] += " \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines.joined(separator: "\n")
    }
}
