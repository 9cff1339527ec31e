import SystemPackage

/// Which file of a kind: `chunk-000/file-000` is (0, 0).
package struct FileIndex: Hashable, Comparable, Codable, Sendable {
    package var chunk: Int
    package var file: Int

    package init(chunk: Int = 0, file: Int = 0) {
        self.chunk = chunk
        self.file = file
    }

    /// The one of a path's last two names, whatever its ending; nil for other names.
    init?(_ path: FilePath) {
        guard let file = path.stem, let chunk = path.removingLastComponent().lastComponent?.string,
            file.hasPrefix("file-"), chunk.hasPrefix("chunk-"), let fileNumber = Int(file.dropFirst("file-".count)),
            let chunkNumber = Int(chunk.dropFirst("chunk-".count))
        else { return nil }
        self.init(chunk: chunkNumber, file: fileNumber)
    }

    /// The next one; a chunk holds `chunkSize` files.
    package func following(chunkSize: Int) -> FileIndex {
        file >= chunkSize - 1 ? FileIndex(chunk: chunk + 1, file: 0) : FileIndex(chunk: chunk, file: file + 1)
    }

    /// "chunk-000/file-000"
    package var name: String { "chunk-\(Self.digits(chunk))/file-\(Self.digits(file))" }

    package static func < (left: Self, right: Self) -> Bool { (left.chunk, left.file) < (right.chunk, right.file) }

    /// A number with zeros before it.
    static func digits(_ number: Int, atLeast count: Int = 3) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
}
