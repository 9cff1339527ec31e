import Foundation
import Platform
import Recording
import RecordingTypes

/// What the session came to, as a table for people: one line an episode.
struct SessionTable {
    /// A column: its title, a shorter one, and what each episode has in it, with a shorter form of that.
    private struct Column {
        var title: String
        var shortTitle: String
        var cells: [(usual: String, short: String)]
        /// Where there is no room the column with the greatest goes first.
        var rank: Int

        func text(isShort: Bool) -> [String] {
            isShort ? [shortTitle] + cells.map(\.short) : [title] + cells.map(\.usual)
        }
    }

    private let columns: [Column]
    private let hasEpisodes: Bool

    init(_ records: [Takes.Record]) {
        let records = records.filter(\.isKept)
        hasEpisodes = !records.isEmpty
        func column(
            _ title: String, _ shortTitle: String? = nil, rank: Int, _ cell: (Takes.Record) -> String
        ) -> Column {
            Column(
                title: title, shortTitle: shortTitle ?? title, cells: records.map { (cell($0), cell($0)) }, rank: rank)
        }
        var rate = column("rate", "fps", rank: 3) { String(format: "%.2f fps", $0.rate) }
        rate.cells = records.enumerated().map { (rate.cells[$0].usual, String(format: "%.2f", $1.rate)) }
        columns = [
            column("episode", "ep.", rank: 0) {
                $0.episode.map { "\($0)" } ?? ($0.isSetAside ? "set aside" : "waits")
            },
            column("frames", rank: 1) { "\($0.rows)" }, rate,
            column("late", rank: 2) { "\($0.lateTicks)" },
            column("repeated", "rep.", rank: 4) { $0.repeatedFrames.map { "\($0)" }.joined(separator: "+") },
            column("wait", rank: 8) { $0.wait.map { String(format: "%.1f ms", $0.milliseconds) } ?? "–" },
            column("spool", rank: 7) { Self.size($0.spoolBytes) },
            column("encoded in", "enc. in", rank: 5) {
                $0.encodingSeconds.map { String(format: "%.1f s", $0) } ?? "–"
            },
            column("video", rank: 6) { $0.videoBytes.map(Self.size) ?? "–" },
        ]
    }

    /// The table's lines, columns aligned.
    /// - Parameter width: columns of the terminal, or nil where there is none. Where the table has no room it is set
    ///   closer, and then lacks what matters least, which the last line names.
    /// - Returns: the lines, the last without an end.
    func text(width: Int? = nil) -> String {
        guard hasEpisodes else {
            let text = "no episode was recorded"
            return width.map(text.cut) ?? text
        }
        let usual = Self.lines(columns.map { $0.text(isShort: false) }, gap: 2)
        guard let width, Self.width(usual) > width else { return usual.joined(separator: "\n") }
        var (shown, missing) = (columns, [String]())
        while true {
            let lines = Self.lines(shown.map { $0.text(isShort: true) }, gap: 1)
            guard Self.width(lines) > width, let last = shown.indices.max(by: { shown[$0].rank < shown[$1].rank }),
                shown[last].rank > 0
            else {
                let left = missing.isEmpty ? [] : ["no room for: \(missing.joined(separator: ", "))".cut(to: width)]
                return (lines + left).joined(separator: "\n")
            }
            missing.append(shown.remove(at: last).title)
        }
    }

    private static func width(_ lines: [String]) -> Int { lines.map(\.cells).max() ?? 0 }

    /// Columns side by side, their cells to the right.
    private static func lines(_ columns: [[String]], gap: Int) -> [String] {
        let widths = columns.map { $0.map(\.cells).max() ?? 0 }
        return (columns.first ?? []).indices.map { row in
            zip(columns, widths).map { column, width in
                String(repeating: " ", count: width - column[row].cells) + column[row]
            }.joined(separator: String(repeating: " ", count: gap))
        }
    }

    private static func size(_ bytes: Int) -> String {
        bytes >= 1_000_000
            ? String(format: "%.1f MB", Double(bytes) / 1e6) : String(format: "%.0f kB", Double(bytes) / 1e3)
    }
}
