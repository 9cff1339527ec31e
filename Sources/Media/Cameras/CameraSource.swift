import RecordingTypes

/// What a camera is opened with, and what it must turn out to be.
package struct CameraSource: Hashable, Sendable {
    /// Where the pictures come from.
    package enum Input: Hashable, Sendable {
        /// A V4L2 device such as "/dev/video0". Size and rate are what the device is asked for, before rotation; nil leaves
        /// them to it. `fourcc` is a V4L2 format ("MJPG"); nil asks for JPEGs, then for whatever there is.
        case v4l2(device: String, width: Int?, height: Int?, fps: Double?, fourcc: String?)
        /// Anything that FFmpeg opens. `format` is one of its input formats ("mpjpeg", "x11grab", "lavfi"), nil where it
        /// can tell by itself; `options` are its own. Files and lavfi come at real time; with `loop`, for ever.
        case ffmpeg(url: String, format: String?, options: [String: String], loop: Bool)
    }

    package var input: Input
    /// Pixels it must have, after rotation; nil takes what comes.
    package var width: Int?
    /// Pixels it must have, after rotation; nil takes what comes.
    package var height: Int?
    /// Pictures a second it must give, within a tenth; nil takes what comes.
    package var fps: Double?
    /// Degrees clockwise by which its pictures are turned: 0, 90, 180 or -90. Turned JPEGs become pixels.
    package var rotation: Int
    /// How long it is read before its pictures count; its rate is measured in this time.
    package var warmUp: Duration

    package init(
        input: Input, width: Int? = nil, height: Int? = nil, fps: Double? = nil, rotation: Int = 0,
        warmUp: Duration = .seconds(1)
    ) {
        self.input = input
        self.width = width
        self.height = height
        self.fps = fps
        self.rotation = rotation
        self.warmUp = warmUp
    }

    /// So long without a picture, and it is given up: three periods of a camera that says it is slow.
    var silenceLimit: Duration {
        let usual = 5.0
        return .seconds(fps.map { max(usual, 3 / $0) } ?? usual)
    }

    /// The device or address, for errors: without user and password.
    package var place: String {
        switch input {
        case .v4l2(let device, _, _, _, _): device
        case .ffmpeg(let url, _, _, _): URLCredentials.hidden(inAddress: url)
        }
    }
}
