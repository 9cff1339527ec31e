import CFFmpeg
import RecordingTypes
import SystemPackage

extension ReelError {
    /// An error from one of FFmpeg's functions: its code in its own words, then the last line it logged on this thread.
    init(ffmpeg code: Int32, _ action: String, subject: String? = nil, remedy: String? = nil) {
        var kind = Kind.failed
        var usual: String?
        if let errno = Errno(ffmpeg: code) {
            let error = ReelError(errno, action, subject: subject)
            (kind, usual) = (error.kind, error.remedy)
        } else if code == reel_averror_invalid_data {
            kind = .damaged
        } else if code == reel_averror_exit {
            kind = .cancelled
        }
        self.init(kind, action, subject: subject, cause: Self.cause(of: code), remedy: remedy ?? usual)
    }

    /// FFmpeg's text for a code, with the line it logged last.
    private static func cause(of code: Int32) -> String {
        let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer -> String in
            guard let start = buffer.baseAddress else { return "" }
            av_strerror(code, start, buffer.count)
            return String(cString: start)
        }
        guard let line = FFmpegLog.lastLine else { return text }
        return line.hasSuffix(text) ? line : "\(text); \(line)"
    }

    /// An allocation inside FFmpeg gave nothing.
    static func outOfMemory(_ action: String) -> ReelError { ReelError(.noMemory, action) }
}

extension Errno {
    /// The errno inside an FFmpeg error code; nil when the code is one of FFmpeg's own.
    init?(ffmpeg code: Int32) {
        // FFmpeg's own codes are four letters, far above any errno.
        guard code < 0, code > -4096 else { return nil }
        self.init(rawValue: -code)
    }
}
