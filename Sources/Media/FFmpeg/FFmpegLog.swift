import CFFmpegShim

/// FFmpeg's log, which Reel keeps for its errors instead of letting it print.
enum FFmpegLog {
    private static let captured: Void = reel_log_capture()

    /// Call before the first use of FFmpeg on any path: takes its log, and forgets what the calling thread has logged so
    /// far.
    static func begin() {
        _ = captured
        reel_log_forget()
    }

    /// What FFmpeg last complained about on the calling thread since `begin()`, or nil.
    static var lastLine: String? {
        let line = String(cString: reel_log_last())
        return line.isEmpty ? nil : line
    }
}
