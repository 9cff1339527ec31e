import Platform
import RecordingTypes
import SystemPackage

/// Some lines on standard error that are drawn again and again in place; elsewhere than on a terminal they are not drawn.
struct LiveTable {
    private let isTerminal = Terminal.isOne(FileDescriptor.standardError.rawValue)
    private var lineCount = 0
    private var next = MonotonicTime(nanoseconds: 0)

    /// Draws the lines over those of the last time, at most ten times a second.
    mutating func draw(_ lines: () -> [String]) {
        guard isTerminal, MonotonicTime.now >= next else { return }
        next = .now + .milliseconds(100)
        let lines = lines()
        let up = lineCount > 0 ? "\u{1B}[\(lineCount)A" : ""
        lineCount = lines.count
        // A line that wraps would be two of the terminal's, and the next drawing one too low.
        let width = Terminal.columns(of: FileDescriptor.standardError.rawValue) - 1
        StandardError.write(up + lines.map { "\r\u{1B}[K\($0.cut(to: width))\n" }.joined())
    }

    /// Leaves the lines where they are; the next ones come below.
    mutating func leave() {
        lineCount = 0
        next = MonotonicTime(nanoseconds: 0)
    }
}

extension [[String]] {
    /// Rows as lines: the first column to the left, the others to the right.
    var alignedLines: [String] {
        let widths = (first ?? []).indices.map { column in map { $0[column].cells }.max() ?? 0 }
        return map { row in
            zip(row, widths).enumerated().map { column, cell in
                let padding = String(repeating: " ", count: cell.1 - cell.0.cells)
                return column == 0 ? cell.0 + padding : padding + cell.0
            }.joined(separator: "  ")
        }
    }
}
