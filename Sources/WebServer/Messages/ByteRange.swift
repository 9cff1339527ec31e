/// Which part of a file a request wants (RFC 9110, 14.1.2).
enum ByteRange: Equatable {
    case whole
    case part(Range<Int>)
    /// No byte of the file is in it.
    case unsatisfiable

    /// Reads the header `Range` for a file of `size` bytes. What is no range of bytes, or several ranges at once, means the
    /// whole file, as the standard allows.
    init(_ header: String?, of size: Int) {
        self = .whole
        guard let header, header.hasPrefix("bytes=") else { return }
        let words = header.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
        guard words.count == 2, words.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else { return }
        // Beyond Int, it is beyond the file as well.
        let numbers = words.map { $0.isEmpty ? nil : Int($0) ?? .max }
        switch (numbers[0], numbers[1]) {
        case (nil, nil): return
        case (nil, let last?): self = last == 0 || size == 0 ? .unsatisfiable : .part(max(0, size - last)..<size)
        case (let first?, let last):
            if let last, last < first { return }
            self = first < size ? .part(first..<min(last ?? .max, size - 1) + 1) : .unsatisfiable
        }
    }
}
