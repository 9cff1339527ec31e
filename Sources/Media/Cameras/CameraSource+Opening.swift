import CFFmpeg
import Platform
import RecordingTypes
import SystemPackage

extension CameraSource {
    /// Whether the source could give all its pictures at once and must be slowed down to real time: files, and pictures
    /// that FFmpeg draws itself.
    var comesAtOnce: Bool {
        guard case .ffmpeg(let url, let format, _, _) = input else { return false }
        if let format, let found = InputFormat.named(format), let kind = found.pointee.priv_class,
            kind.pointee.category == AV_CLASS_CATEGORY_DEVICE_VIDEO_INPUT
        {
            return format == "lavfi"
        }
        return format == "lavfi" || avio_find_protocol_name(url).map { String(cString: $0) } == "file"
    }

    /// The path of a V4L2 device, nil for any other source.
    var device: String? {
        guard case .v4l2(let device, _, _, _, _) = input else { return nil }
        return device
    }

    var loops: Bool {
        guard case .ffmpeg(_, _, _, let loop) = input else { return false }
        return loop
    }

    /// Opens it.
    /// - Throws: `ReelError` that says what was wrong, and what to do about it.
    func open(interruption: Interruption) throws -> any PictureSource {
        FFmpegLog.begin()
        do {
            switch input {
            case .v4l2(let device, let width, let height, let fps, let fourcc):
                var options: [String: String] = [:]
                if let width, let height { options["video_size"] = "\(width)x\(height)" }
                options["framerate"] = fps.map { "\($0)" }
                return try openDevice(device, options, fourcc: fourcc, interruption)
            case .ffmpeg(let url, let format, let options, _):
                return try openStream(NetworkAddress.encoded(url), format, options, interruption)
            }
        } catch let error as ReelError { throw explained(error, interruption) }
    }

    private func openStream(
        _ url: String, _ format: String?, _ options: [String: String], _ interruption: Interruption
    ) throws -> any PictureSource {
        // What a live source needs to be no older than it must; the user's options win.
        let latency = comesAtOnce ? [:] : ["fflags": "nobuffer", "probesize": "65536", "analyzeduration": "1000000"]
        guard NetworkAnswer.mayBeJPEGs(url, format: format) else {
            return try Demuxer(
                live: url, format: format, options: latency.merging(options) { $1 }, interruption: interruption,
                isNonBlocking: false)
        }
        let input = try NetworkInput.open(url, options: options, interruption: interruption)
        if try NetworkAnswer.isJPEGs(input, format: format) {
            try NetworkAnswer.requireKnown(input.otherOptions)
            return try JPEGStream(input)
        }
        let rest = options.filter { input.otherOptions.contains($0.key) }
        return try Demuxer(
            live: url, format: format, options: latency.merging(rest) { $1 }, interruption: interruption,
            isNonBlocking: false, over: input)
    }

    private func openDevice(
        _ device: String, _ options: [String: String], fourcc: String?, _ interruption: Interruption
    ) throws -> Demuxer {
        func open(_ options: [String: String]) throws -> Demuxer {
            try Demuxer(live: device, format: "v4l2", options: options, interruption: interruption, isNonBlocking: true)
        }
        func asking(for format: String) -> [String: String] { options.merging(["input_format": format]) { $1 } }
        if let fourcc { return try open(asking(for: Self.inputFormat(fourcc))) }
        do {
            // JPEGs first: they need less of the bus and of the disk, and large pictures come at full rate as JPEG only.
            return try open(asking(for: "mjpeg"))
        } catch let error as ReelError where error.kind == .failed {
            return try open(options)
        }
    }

    /// The error with what can be done about it.
    private func explained(_ error: ReelError, _ interruption: Interruption) -> ReelError {
        if error.kind == .cancelled && interruption.isOverdue && !interruption.isInterrupted { return silence }
        var error = error
        error.subject = place
        if error.kind == .failed || error.kind == .damaged { error.kind = .unavailable }
        if let device, error.kind == .unavailable { error.remedy = Self.remedy(for: device) }
        return error
    }

    /// What to do about a device that cannot be opened.
    private static func remedy(for device: String) -> String {
        if File.exists(FilePath(device)), !File.mayBeUsed(FilePath(device)) {
            return "Only the group video may use cameras: run sudo usermod -aG video $USER, then log in again."
        }
        return CameraListing.summary
    }

    /// What to do about a size or rate that is not what was asked for.
    var offers: String? {
        guard let device, let modes = CameraListing.camera(device)?.modes, !modes.isEmpty else { return nil }
        let nearest = CameraListing.nearest(modes, width: width, height: height, fps: fps)
        let words = "It offers \(nearest.map(\.words).joined(separator: ", "))"
        let others = modes.count - nearest.count
        return others == 0 ? "\(words)." : "\(words), and \(others) more: reel find-cameras opencv lists all."
    }

    /// Nothing came for too long.
    var silence: ReelError {
        ReelError(
            .unavailable, "read a camera", subject: place,
            cause: "nothing came for \(silenceLimit.components.seconds) seconds",
            remedy: fps == nil ? "A camera that gives less than a picture in two seconds must say so: fps: 0.2." : nil)
    }

    /// FFmpeg's name for a V4L2 format.
    private static func inputFormat(_ fourcc: String) throws -> String {
        let names = [
            "MJPG": "mjpeg", "JPEG": "mjpeg", "YUYV": "yuyv422", "YUY2": "yuyv422", "UYVY": "uyvy422", "NV12": "nv12",
            "YU12": "yuv420p", "I420": "yuv420p", "422P": "yuv422p", "RGB3": "rgb24", "BGR3": "bgr24", "GREY": "gray",
            "H264": "h264", "HEVC": "hevc",
        ]
        guard let name = names[fourcc.uppercased()] else {
            throw ReelError(
                .usage, "ask a camera for \(fourcc)", cause: "this format is not known here",
                remedy: "There are: \(names.keys.sorted().joined(separator: ", ")).")
        }
        return name
    }
}
