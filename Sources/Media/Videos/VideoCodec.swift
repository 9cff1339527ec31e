import CFFmpeg
package import RecordingTypes

/// An encoder for a dataset's videos as FFmpeg has it here.
package struct VideoCodec: Hashable, Sendable {
    package let kind: VideoEncoderKind

    /// FFmpeg's name of the encoder: "libsvtav1", "libx264".
    package var encoder: String { kind.encoderName }

    /// Finds the encoder. `auto` is the first hardware encoder that really opens here, else the standard.
    /// - Throws: `ReelError(.unavailable)` when FFmpeg here was built without it.
    package static func resolve(_ kind: VideoEncoderKind) throws -> VideoCodec {
        FFmpegLog.begin()
        if kind == .auto {
            return try VideoEncoderKind.hardware.map(VideoCodec.init).first { $0.opens } ?? resolve(.standard)
        }
        let codec = VideoCodec(kind: kind)
        guard codec.isBuiltIn else {
            throw ReelError(
                .unavailable, "use the video codec \(kind.rawValue)",
                cause: "FFmpeg here was built without \(codec.encoder)",
                remedy: "There are: \(available.map(\.rawValue).joined(separator: ", ")).")
        }
        return codec
    }

    /// The kinds whose encoders FFmpeg here was built with; hardware may be missing all the same.
    package static var available: [VideoEncoderKind] {
        VideoEncoderKind.allCases.filter { VideoCodec(kind: $0).isBuiltIn }
    }

    private init(kind: VideoEncoderKind) { self.kind = kind }

    private var isBuiltIn: Bool { kind != .auto && avcodec_find_encoder_by_name(encoder) != nil }

    /// Whether it opens with LeRobot's default settings, which tells whether the hardware and its driver are there.
    private var opens: Bool {
        (try? openEncoder(VideoEncoderSettings(kind: kind), width: 640, height: 480, fps: 30)) != nil
    }
}
