import Platform
import SystemPackage

/// The Parquet files of a directory as LeRobot finds them: `*/*.parquet`, in order of their names.
enum ParquetFiles {
    static func all(in directory: FilePath) throws -> [FilePath] {
        try all(in: directory, ending: "parquet")
    }

    /// The last one, or nil when there is none. Looks into the last directory only, if it has any.
    static func last(in directory: FilePath) throws -> FilePath? {
        for chunk in try Directory.names(in: directory).reversed() {
            if let path = try files(in: directory.appending(chunk), ending: "parquet").last { return path }
        }
        return nil
    }

    /// `*/*.<ending>`, in order of their names; empty when the directory is not there.
    static func all(in directory: FilePath, ending: String) throws -> [FilePath] {
        try Directory.names(in: directory).flatMap { try files(in: directory.appending($0), ending: ending) }
    }

    private static func files(in chunk: FilePath, ending: String) throws -> [FilePath] {
        guard Directory.exists(chunk) else { return [] }
        return try Directory.names(in: chunk).filter { $0.hasSuffix(".\(ending)") }.map { chunk.appending($0) }
    }

    /// The last of the files named `chunk-000/file-000`, or nil when there is none. Looks into the last chunk only.
    static func last(in directory: FilePath, ending: String) throws -> FileIndex? {
        let chunks = try Directory.names(in: directory).compactMap { number($0, "chunk-", "") }.sorted()
        for chunk in chunks.reversed() {
            let names = try Directory.names(in: directory.appending("chunk-\(FileIndex.digits(chunk))"))
            if let file = names.compactMap({ number($0, "file-", ".\(ending)") }).max() {
                return FileIndex(chunk: chunk, file: file)
            }
        }
        return nil
    }

    private static func number(_ name: String, _ prefix: String, _ suffix: String) -> Int? {
        guard name.hasPrefix(prefix), name.hasSuffix(suffix), name.count >= prefix.count + suffix.count else {
            return nil
        }
        return Int(name.dropFirst(prefix.count).dropLast(suffix.count))
    }
}
