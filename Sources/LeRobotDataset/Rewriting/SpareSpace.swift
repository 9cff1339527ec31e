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
        if let cause = shortage(bytes, free: try FileSystem.freeBytes(at: root)) {
            throw ReelError(
                .diskFull, action, subject: root.string, cause: cause,
                remedy: "Free some space there; the dataset is whole as it is.")
        }
    }

    /// Why so many bytes do not fit, in words; nil when they do.
    static func shortage(_ bytes: Int, free: Int) -> String? {
        let needed = bytes + margin
        guard needed > free else { return nil }
        return "it needs \((needed + (1 << 20) - 1) >> 20) MB for a while, \(margin >> 20) of them as a reserve for "
            + "recording, and \(free >> 20) MB are free"
    }
}
