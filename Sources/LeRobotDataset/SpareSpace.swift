import Platform
import RecordingTypes
import SystemPackage

/// Room for files that are prepared beside those that they replace.
enum SpareSpace {
    /// Stays free for a recording that goes on.
    private static let margin = 64 << 20

    /// - Parameters:
    ///   - bytes: What will be written.
    ///   - root: The dataset.
    ///   - action: What is being done, for the error.
    /// - Throws: `ReelError` (diskFull) when so many bytes would not fit.
    static func require(_ bytes: Int, at root: FilePath, to action: String) throws {
        let free = try DurableFiles.freeBytes(at: root)
        guard bytes + margin <= free else {
            throw ReelError(
                .diskFull, action, subject: root.string,
                cause: "it needs \(bytes >> 20) MB for a while, \(free >> 20) MB are free",
                remedy: "Free some space there; the dataset is whole as it is.")
        }
    }
}
