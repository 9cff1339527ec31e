import RecordingTypes

/// Formats of LeRobot datasets that Reel knows how to read.
package enum DatasetVersion: Hashable, Sendable {
    /// One table of episodes, episodes joined in files. LeRobot 0.4 and later.
    case v3

    /// - Parameters:
    ///   - codebaseVersion: As info.json has it: "v3.0".
    ///   - subject: The file, for errors.
    /// - Throws: `ReelError` (mismatch) when it is another one; what to do about it is in the error.
    init(codebaseVersion: String, subject: String) throws {
        func refusal(_ remedy: String) -> ReelError {
            ReelError(
                .mismatch, "open the dataset", subject: subject, cause: "it is in format \(codebaseVersion), not v3.0",
                remedy: remedy)
        }
        if codebaseVersion.hasPrefix("v3.") {
            self = .v3
        } else if codebaseVersion.hasPrefix("v2.1") {
            throw refusal("LeRobot converts it: python -m lerobot.scripts.convert_dataset_v21_to_v30")
        } else if codebaseVersion.hasPrefix("v1.") || codebaseVersion.hasPrefix("v2.") {
            throw refusal(
                "LeRobot 0.3 converts it to v2.1, and LeRobot 0.4 or later from there "
                    + "(python -m lerobot.scripts.convert_dataset_v21_to_v30).")
        } else {
            throw refusal("Update Reel, if a newer LeRobot wrote it.")
        }
    }
}
