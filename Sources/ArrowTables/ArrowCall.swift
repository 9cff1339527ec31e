import CArrow
import RecordingTypes
import SystemPackage

/// Calls into the shim: its failure as a `ReelError`.
enum ArrowCall {
    /// Runs `call`, which fails as the shim's functions do.
    /// - Parameters:
    ///   - kind: What it means when Arrow itself refuses; a failed system call speaks for itself.
    ///   - action: What was being done.
    ///   - subject: The file.
    ///   - call: Given where to put the text of the failure.
    /// - Throws: `ReelError`.
    static func run(
        _ kind: ReelError.Kind, _ action: String, subject: String?,
        _ call: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32
    ) throws {
        var message: UnsafeMutablePointer<CChar>?
        let result = call(&message)
        defer { reel_arrow_free_message(message) }
        guard result != 0 else { return }
        if result > 0 { throw ReelError(Errno(rawValue: result), action, subject: subject) }
        let cause = message.map { String(cString: $0) } ?? "Arrow gave no reason"
        throw ReelError(kind, action, subject: subject, cause: cause)
    }
}
