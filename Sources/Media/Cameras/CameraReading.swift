import CFFmpeg
import Platform
import RecordingTypes

/// A camera's thread: reads packets, makes pictures of them, hands them over. All of it lives on that one thread.
final class CameraReading {
    /// So many broken pictures in a row and the camera is given up.
    static let brokenLimit = 10
    private let source: CameraSource
    private let feed: CameraFeed
    private var input: any PictureSource
    /// Nil where JPEGs pass untouched.
    private let decoder: PictureDecoder?
    private let rotation: PictureRotation?
    private let converter: PictureConverter
    private var pace: RealTimePace?
    private var sequence: Int64 = 0
    private var sequenceAtStart: Int64 = 0
    private var brokenInARow = 0
    private var format: CameraFormat?
    /// A device that has nothing yet is asked again every millisecond, but not before most of a picture's time is over.
    /// The driver stamps its pictures, so this costs a little age and no accuracy.
    private var nextArrival = MonotonicTime.now
    private let pollingPause: Duration

    /// Opens the source.
    /// - Parameters:
    ///   - source: What to read.
    ///   - feed: Gets the pictures.
    ///   - patience: How long the first picture may take; the others have `CameraSource.silenceLimit`.
    /// - Returns: What `run` reads with.
    /// - Throws: `ReelError` that says what was wrong.
    static func open(_ source: CameraSource, feed: CameraFeed, patience: Duration) throws -> CameraReading {
        // A little longer than whoever waits for it, who then says what was waited for.
        feed.interruption.allow(until: .now + max(patience + .seconds(1), source.silenceLimit))
        let input = try source.open(interruption: feed.interruption)
        let isJPEG = input.parameters.pointee.codec_id == AV_CODEC_ID_MJPEG
        return CameraReading(
            source, feed, input,
            decoder: isJPEG && source.rotation == 0 ? nil : try PictureDecoder(for: input.parameters),
            rotation: source.rotation == 0 ? nil : try PictureRotation(degrees: source.rotation),
            converter: try PictureConverter(to: AV_PIX_FMT_YUV420P, isFullRange: false))
    }

    private init(
        _ source: CameraSource, _ feed: CameraFeed, _ input: any PictureSource, decoder: PictureDecoder?,
        rotation: PictureRotation?, converter: PictureConverter
    ) {
        (self.source, self.feed, self.input) = (source, feed, input)
        (self.decoder, self.rotation, self.converter) = (decoder, rotation, converter)
        pollingPause = .seconds(input.frameRate > 0 ? min(0.8 / input.frameRate, 0.1) : 0)
        pace = source.comesAtOnce ? RealTimePace(silenceLimit: source.silenceLimit) : nil
    }

    /// Reads until it is interrupted.
    /// - Throws: `ReelError`: why no more pictures come.
    func run() throws {
        while !feed.interruption.isInterrupted {
            let packet = try PacketHandle()
            switch try poll(into: packet) {
            case .nothing:
                if feed.interruption.isOverdue { throw source.silence }
                max(nextArrival, MonotonicTime.now + .milliseconds(1)).sleepUntil()
            case .end: try end()
            case .broken(let cause):
                feed.interruption.allow(until: .now + source.silenceLimit)
                try countBroken(cause)
            case .packet:
                let arrival = MonotonicTime.now
                nextArrival = arrival + pollingPause
                feed.interruption.allow(until: arrival + source.silenceLimit)
                // A V4L2 device takes its memory back when it is closed, whoever still looks at it.
                try take(input.isV4L2 ? packet.copied() : packet, arrival: arrival)
            }
        }
    }

    /// As the demuxer's, but a connection that closes is an end, whatever the format makes of the missing rest.
    private func poll(into packet: borrowing PacketHandle) throws -> Arrival {
        do {
            return try input.poll(into: packet)
        } catch var error as ReelError where error.kind != .cancelled {
            if input.isAtEnd { return .end }
            error.kind = .unavailable
            error.subject = source.place
            throw error
        } catch let error as ReelError {
            throw feed.interruption.isInterrupted ? error : source.silence
        }
    }

    private func take(_ packet: consuming PacketHandle, arrival: MonotonicTime) throws {
        let time = packet.pointer.pointee.pts
        let capturedAt = captureTime(time, arrival: arrival)
        // V4L2 hands over what the driver marked as broken as an empty packet.
        if packet.bytes.isEmpty { return try countBroken("it was empty") }
        if let decoder {
            do {
                try decoder.send(packet.pointer)
                try takeDecoded(capturedAt: capturedAt)
            } catch let error as ReelError where error.kind == .damaged { try countBroken(error.cause) }
        } else {
            guard let header = JPEGHeader(packet.bytes) else { return try countBroken("it is no whole JPEG") }
            let due = try expect(width: header.width, height: header.height, .mjpeg, at: time) ?? capturedAt
            publish(CameraFrame(jpeg: packet, header: header, sequence: sequence, capturedAt: due))
        }
    }

    private func takeDecoded(capturedAt: MonotonicTime) throws {
        while let frame = try decoder?.receiveFrame() {
            let time = frame.pointer.pointee.best_effort_timestamp
            let picture = try prepare(frame)
            let size = (width: Int(picture.pointer.pointee.width), height: Int(picture.pointer.pointee.height))
            let layout = PixelFormat(of: picture.pointer.pointee) ?? .yuv420p
            let due = try expect(width: size.width, height: size.height, layout, at: time) ?? capturedAt
            guard let frame = CameraFrame(pixels: picture, sequence: sequence, capturedAt: due) else { continue }
            publish(frame)
        }
    }

    /// Turns the picture where that was asked for, and brings it into a layout that has a name here.
    private func prepare(_ frame: consuming FrameHandle) throws -> FrameHandle {
        if let rotation { return try rotation.rotate(frame.pointer) }
        if PixelFormat(of: frame.pointer.pointee) != nil { return frame }
        let converted = try FrameHandle()
        let result = av_frame_ref(converted.pointer, try converter.convert(frame.pointer))
        if result < 0 { throw ReelError(ffmpeg: result, "convert a camera's picture", subject: source.place) }
        return converted
    }

    /// Checks that a picture is like those before it. Where the source comes at real time, waits until it is due and
    /// returns when that was.
    private func expect(width: Int, height: Int, _ layout: PixelFormat, at time: Int64) throws -> MonotonicTime? {
        brokenInARow = 0
        let rate = input.frameRate
        let found = CameraFormat(width: width, height: height, fps: rate, pixelFormat: layout)
        if let format {
            guard (format.width, format.height, format.pixelFormat) == (width, height, layout) else {
                throw ReelError(
                    .mismatch, "read a camera", subject: source.place,
                    cause: "its pictures became \(width)×\(height) \(layout.rawValue), they were "
                        + "\(format.width)×\(format.height) \(format.pixelFormat.rawValue)")
            }
        } else {
            format = found
            feed.begin(format: found, statedRate: rate > 0 && (input.isV4L2 || source.comesAtOnce) ? rate : nil)
        }
        guard pace != nil else { return nil }
        let seconds =
            time == reel_no_timestamp
            ? Double(sequence) / max(rate, 1) : Double(time) * av_q2d(input.timeBase)
        return pace?.wait(for: .seconds(seconds), interruption: feed.interruption)
    }

    private func publish(_ frame: CameraFrame) {
        sequence += 1
        feed.publish(frame)
    }

    /// When the packet was captured: its own time where that is the driver's, on our clock; else when it came.
    private func captureTime(_ time: Int64, arrival: MonotonicTime) -> MonotonicTime {
        guard input.isV4L2, time != reel_no_timestamp else { return arrival }
        let nanoseconds = av_rescale_q(time, input.timeBase, AVRational(num: 1, den: 1_000_000_000))
        let age = arrival.nanoseconds - nanoseconds
        // Some drivers stamp with the wall clock.
        return (0..<2_000_000_000).contains(age) ? MonotonicTime(nanoseconds: nanoseconds) : arrival
    }

    private func countBroken(_ cause: String) throws {
        // A stream that is joined in the middle has nothing to show before its next key frame.
        if decoder != nil && format == nil { return }
        feed.noteDamaged()
        brokenInARow += 1
        if brokenInARow < Self.brokenLimit { return }
        throw ReelError(
            .damaged, "read a camera", subject: source.place,
            cause: "\(brokenInARow) broken pictures in a row; of the last, \(cause)")
    }

    /// The source has ended: it starts again where that was asked for.
    private func end() throws {
        if let decoder {
            try decoder.send(nil)
            try takeDecoded(capturedAt: .now)
            decoder.reset()
        }
        guard source.loops, sequence > sequenceAtStart else {
            throw ending
        }
        sequenceAtStart = sequence
        pace?.startAgain()
        input = try source.open(interruption: feed.interruption)
    }

    /// Why there are no more pictures.
    private var ending: ReelError {
        let error = ReelError(
            .unavailable, "read a camera", subject: source.place,
            cause: sequence > 0 ? "its pictures have ended" : "there is no picture in it")
        guard sequence == 1, input is JPEGStream else { return error }
        return ReelError(
            .unavailable, "read a camera", subject: source.place,
            cause: "it gave one picture and no more, so this is the address of a still picture",
            remedy: "Give the address of the camera's MJPEG stream (in a browser its picture moves).")
    }
}
