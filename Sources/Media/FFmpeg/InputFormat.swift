import CFFmpeg
import CFFmpegShim

/// What FFmpeg can read: file formats and streams, which libavformat has, and devices, which libavdevice brings.
enum InputFormat {
    /// What the dynamic linker said when libavdevice could not be loaded, else nil. Loading takes a tenth of a second.
    private static let deviceFailure: String? = reel_devices_load().map { String(cString: $0) }

    /// The format of this name, or nil. Devices are loaded when no other format is called so.
    static func named(_ name: String) -> UnsafePointer<AVInputFormat>? {
        FFmpegLog.begin()
        if let found = av_find_input_format(name) { return found }
        return deviceFailure == nil ? av_find_input_format(name) : nil
    }

    /// Why there is no format of this name.
    static func absence(of name: String) -> String {
        let reason = "FFmpeg here has no input format \(name)"
        return deviceFailure.map { "\(reason), and its devices could not be loaded: \($0)" } ?? reason
    }
}
