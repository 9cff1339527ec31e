import SystemPackage

/// Diagnostics go here; results go to standard output.
enum StandardError {
    /// Writes one line, at once. A reader that is gone is not an error.
    static func print(_ line: String) {
        _ = try? FileDescriptor.standardError.writeAll("\(line)\n".utf8)
    }
}
