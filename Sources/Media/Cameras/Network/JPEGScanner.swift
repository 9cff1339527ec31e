/// Finds the JPEGs in a stream of bytes by their own markers (ITU-T T.81, B.1), whatever stands between them: the parts
/// of multipart/x-mixed-replace as cameras really write them, or nothing at all. What a picture is, its decoder says.
struct JPEGScanner {
    enum Finding: Equatable {
        /// From SOI to EOI; `bytes(of:)` has them until the next call.
        case picture(Range<Int>)
        /// It begins and does not end; the cause, for people.
        case broken(String)
    }

    /// No camera's JPEG is larger: what needs more room is something else.
    static let largestPicture = 64 << 20

    private enum State {
        /// Looks for SOI.
        case between
        /// Goes from marker to marker, so that a small picture inside of a segment does not count.
        case segments(hasScan: Bool, after: Int?)
        /// Looks for the marker that ends a scan.
        case scan
    }

    private var buffer: [UInt8] = []
    private var state = State.between
    /// The picture's first byte, and between pictures the first byte after the last one.
    private var start = 0
    /// What was looked at.
    private var place = 0
    /// Where the picture ends, as the part's header says it; nil when it says nothing, or was found to be wrong.
    private var statedEnd: Int?
    /// Bytes since the last picture that belong to none.
    private(set) var strayCount = 0

    mutating func append(_ bytes: UnsafeRawBufferPointer) { buffer.append(contentsOf: bytes) }

    func bytes<Result>(of picture: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try buffer.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[picture])) }
    }

    /// The next picture, whole or not; nil when more bytes must come first.
    mutating func next() -> Finding? {
        forget()
        while true {
            switch state {
            case .between:
                guard findStart() else { return nil }
            case .segments(let hasScan, let after):
                switch segment(hasScan: hasScan, after: after) {
                case .found(let finding): return finding
                case .more: return shortOfBytes()
                case .goOn: continue
                }
            case .scan:
                switch scan() {
                case .found(let finding): return finding
                case .more: return shortOfBytes()
                case .goOn: continue
                }
            }
        }
    }

    // MARK: - Steps

    private enum Step {
        case found(Finding)
        case more
        case goOn
    }

    /// Goes to the next SOI, which another marker follows.
    private mutating func findStart() -> Bool {
        while let found = findFF(from: place) {
            guard found + 2 < buffer.count else {
                count(strayUntil: found)
                return false
            }
            if buffer[found + 1] == 0xD8, buffer[found + 2] == 0xFF {
                count(strayUntil: found)
                strayCount = 0
                statedEnd = statedLength(before: found).map { found + $0 }
                begin(at: found)
                return true
            }
            count(strayUntil: found + 1)
        }
        count(strayUntil: buffer.count)
        return false
    }

    private mutating func count(strayUntil end: Int) {
        strayCount += max(0, end - place)
        place = max(place, end)
    }

    private mutating func begin(at place: Int) {
        start = place
        self.place = place + 2
        state = .segments(hasScan: false, after: nil)
    }

    /// `after` is the scan's marker that may have been none: when no marker follows its segment, the scan goes on there.
    private mutating func segment(hasScan: Bool, after: Int?) -> Step {
        if let finding = endAsStated() { return .found(finding) }
        guard place + 1 < buffer.count else { return .more }
        guard buffer[place] == 0xFF else { return derailed(hasScan: hasScan, after: after) }
        let marker = buffer[place + 1]
        switch marker {
        case 0xFF: place += 1
        case 0xD8: return .found(cut(at: place, "the next one begins before it ends"))
        case 0xD9:
            guard hasScan else { return .found(cut(at: place + 2, "it ends before its pixels")) }
            return .found(end(after: place + 2))
        case 0x01, 0xD0...0xD7: place += 2
        case 0x00: return derailed(hasScan: hasScan, after: after)
        default:
            guard place + 3 < buffer.count else { return .more }
            let length = Int(buffer[place + 2]) << 8 | Int(buffer[place + 3])
            guard length >= 2 else { return derailed(hasScan: hasScan, after: after) }
            place += 2 + length
            if marker == 0xDA { state = .scan }
        }
        return .goOn
    }

    private mutating func derailed(hasScan: Bool, after: Int?) -> Step {
        guard hasScan, let after else { return .found(cut(at: place, "its header is damaged")) }
        place = after
        state = .scan
        return .goOn
    }

    private mutating func scan() -> Step {
        let end = statedEnd.map { min($0, buffer.count) } ?? buffer.count
        while let found = findFF(from: place, until: end) {
            place = found
            guard found + 1 < buffer.count else { return .more }
            switch buffer[found + 1] {
            case 0xFF: place += 1
            case 0xD9: return .found(self.end(after: found + 2))
            case 0xD8:
                guard found + 2 < buffer.count else { return .more }
                if buffer[found + 2] == 0xFF { return .found(cut(at: found, "the next one begins before it ends")) }
                place += 2
            // Another scan and what may stand before it; the lines' number.
            case 0xC4, 0xDA...0xDD, 0xE0...0xEF, 0xFE:
                state = .segments(hasScan: true, after: found + 2)
                return .goOn
            default: place += 2
            }
        }
        place = max(place, end)
        if let finding = endAsStated() { return .found(finding) }
        return statedEnd == nil && place < buffer.count ? .goOn : .more
    }

    /// The part's header and what stands after that many bytes agree that the picture is over, and it has no end.
    private mutating func endAsStated() -> Finding? {
        guard let statedEnd, place >= statedEnd, statedEnd + 1 < buffer.count else { return nil }
        let (first, second) = (buffer[statedEnd], buffer[statedEnd + 1])
        let isLineEnd = first == UInt8(ascii: "\n") || (first == UInt8(ascii: "\r") && second == UInt8(ascii: "\n"))
        let isBoundary = first == UInt8(ascii: "-") && second == UInt8(ascii: "-")
        if isLineEnd || isBoundary { return cut(at: statedEnd, "it lacks its end") }
        self.statedEnd = nil
        return nil
    }

    private mutating func end(after end: Int) -> Finding {
        let picture = start..<end
        leave(at: end)
        return .picture(picture)
    }

    private mutating func cut(at end: Int, _ cause: String) -> Finding {
        leave(at: end)
        return .broken(cause)
    }

    private mutating func leave(at end: Int) {
        (start, place, statedEnd, state) = (end, end, nil, .between)
    }

    private mutating func shortOfBytes() -> Finding? {
        if buffer.count - start <= Self.largestPicture { return nil }
        return cut(at: buffer.count, "it has more than \(Self.largestPicture >> 20) MiB")
    }

    // MARK: - Bytes

    /// Lets go of what was read, but for the header of the next part.
    private mutating func forget() {
        var end = start
        if case .between = state { end = max(0, place - Self.longestHeader) }
        guard end > 0 else { return }
        buffer.removeFirst(end)
        start = max(0, start - end)
        place -= end
        statedEnd = statedEnd.map { $0 - end }
        if case .segments(let hasScan, let after) = state {
            state = .segments(hasScan: hasScan, after: after.map { $0 - end })
        }
    }

    private func findFF(from place: Int, until end: Int? = nil) -> Int? {
        let end = end ?? buffer.count
        guard place < end else { return nil }
        return buffer.withUnsafeBytes { $0[place..<end].firstIndex(of: 0xFF) }
    }

    private static let longestHeader = 2048

    /// What "Content-Length:" before the picture says; nil when it is not there.
    private func statedLength(before picture: Int) -> Int? {
        let text = buffer[max(start, picture - Self.longestHeader)..<picture]
        let name = Array("content-length:".utf8)
        guard text.count > name.count else { return nil }
        // The last one: what comes before belongs to the part before.
        var place = text.endIndex - name.count
        while place >= text.startIndex {
            if zip(text[place...], name).allSatisfy({ $0 | 0x20 == $1 || $0 == $1 }) {
                let digits = text[(place + name.count)...].drop { $0 == UInt8(ascii: " ") }
                    .prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
                return Int(String(decoding: digits, as: UTF8.self)).flatMap { $0 <= Self.largestPicture ? $0 : nil }
            }
            place -= 1
        }
        return nil
    }
}
