import ArrowTables
import Platform
import RecordingTypes
import SystemPackage

/// What a clone without Git LFS has in the place of a large file: three lines of text that say where the file is.
enum LFSPointer {
    private static let beginning = Array("version https://git-lfs.github.com/spec/".utf8)
    /// The specification allows 1024 bytes.
    private static let mostBytes = 1024

    static let cause =
        "this is a Git LFS pointer, not the file: `git lfs pull` in the clone fetches it, or `hf download`"

    /// Whether there is one in the place of this file.
    static func stands(at path: FilePath) -> Bool {
        guard let size = File.size(of: path), size <= mostBytes, let bytes = try? File.read(path) else { return false }
        return bytes.starts(with: beginning)
    }

    /// The error of reading this file, and what it comes from where it is a pointer.
    static func explain(_ error: any Error, at path: FilePath) -> any Error {
        guard var explained = error as? ReelError, stands(at: path) else { return error }
        (explained.cause, explained.remedy) = (cause, nil)
        return explained
    }

    /// - Throws: `ReelError` (damaged) when there is one in the place of this file.
    static func refuse(_ path: FilePath, to action: String) throws {
        if stands(at: path) { throw ReelError(.damaged, action, subject: path.string, cause: cause) }
    }
}

extension ParquetReader {
    /// Opens a file of a dataset.
    /// - Throws: As `init`; of a file that was not fetched, that.
    static func open(_ path: FilePath) throws -> ParquetReader {
        do {
            return try ParquetReader(path: path)
        } catch {
            throw LFSPointer.explain(error, at: path)
        }
    }
}
