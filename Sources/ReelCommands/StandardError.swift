import SystemPackage

/// Diagnostics go here; results go to standard output.
enum StandardError {
    /// Writes one line, at once. A reader that is gone is not an error.
    static func print(_ line: String) { write("\(line)\n") }

    /// Writes text as it is.
    static func write(_ text: String) {
        _ = try? FileDescriptor.standardError.writeAll(text.utf8)
    }
}
