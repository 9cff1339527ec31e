import CQRCode

/// A text as a QR code for a terminal, two rows of squares in a line: phones read it off the screen.
enum QRCode {
    /// Squares of light that it wants around it.
    private static let margin = 2

    /// Nil when the text is too long for one.
    static func lines(_ text: String) -> [String]? {
        guard let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L) else { return nil }
        defer { QRcode_free(code) }
        let width = Int(code.pointee.width)
        guard let squares = code.pointee.data else { return nil }
        func isDark(_ column: Int, _ row: Int) -> Bool {
            (0..<width).contains(column) && (0..<width).contains(row) && squares[row * width + column] & 1 == 1
        }
        return stride(from: -margin, to: width + margin, by: 2).map { row in
            let cells = (-margin..<width + margin).map { column in
                switch (isDark(column, row), isDark(column, row + 1)) {
                case (true, true): " "
                case (true, false): "▄"
                case (false, true): "▀"
                case (false, false): "█"
                }
            }
            // Light squares are drawn: white on black, whatever the terminal's colours are.
            return "\u{1B}[97;40m\(cells.joined())\u{1B}[0m"
        }
    }
}
