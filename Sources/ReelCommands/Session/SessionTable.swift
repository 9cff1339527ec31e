import Foundation
import Recording
import RecordingTypes

/// What the session came to, as a table for people: one line an episode.
struct SessionTable {
    private let rows: [[String]]

    init(_ records: [Takes.Record]) {
        let titles = ["episode", "frames", "rate", "late", "repeated", "wait", "spool", "encoded in", "video"]
        rows = [titles] + records.filter(\.isKept).map(Self.row)
    }

    private static func row(_ record: Takes.Record) -> [String] {
        let repeated = record.repeatedFrames.map { "\($0)" }
        let wait = record.wait.map { String(format: "%.1f ms", $0.milliseconds) }
        let encoding = record.encodingSeconds.map { String(format: "%.1f s", $0) }
        return [
            record.episode.map { "\($0)" } ?? (record.isSetAside ? "set aside" : "waits"), "\(record.rows)",
            String(format: "%.2f fps", record.rate),
            "\(record.lateTicks)", repeated.joined(separator: "+"), wait ?? "–", size(record.spoolBytes),
            encoding ?? "–", record.videoBytes.map(size) ?? "–",
        ]
    }

    /// The table's lines, columns aligned.
    var text: String {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row -> String in
            let cells = zip(row, widths).map { text, width in String(repeating: " ", count: width - text.count) + text }
            return cells.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    private static func size(_ bytes: Int) -> String {
        bytes >= 1_000_000
            ? String(format: "%.1f MB", Double(bytes) / 1e6) : String(format: "%.0f kB", Double(bytes) / 1e3)
    }
}
