import CFFmpeg
import Platform
import RecordingTypes
package import SystemPackage

/// Joins videos by copying their packets: nothing is encoded again, and picture n of the whole is at exactly n / fps.
package enum VideoJoiner {
    /// Writes the videos one after another into a new file, index first. It is not synced.
    /// - Parameters:
    ///   - paths: at least one video; all of one codec, size, pixel format and rate.
    ///   - target: made, or made empty; not one of `paths`.
    /// - Returns: for each video, from when to when it is shown in the whole, in seconds.
    /// - Throws: `ReelError(.mismatch)` when the videos differ in what they must share; `.damaged` when one has gaps or does
    ///   not hold what its index lists. Then `target` is gone and `paths` are as they were.
    package static func join(_ paths: [FilePath], into target: FilePath) throws -> [(from: Double, to: Double)] {
        try write(paths.map { Part(path: $0, frames: nil) }, into: target)
    }

    /// Writes some parts of a video one after another into a new file, index first. It is not synced.
    /// - Parameters:
    ///   - frames: the parts in order, as numbers of pictures; each must begin with a key frame, as every episode does.
    ///   - path: a video.
    ///   - target: made, or made empty; not `path`.
    /// - Throws: `ReelError(.mismatch)` when a part begins with no key frame; `.damaged` when the video has gaps or does not
    ///   hold what its index lists. Then `target` is gone and `path` is as it was.
    package static func cut(_ frames: [Range<Int>], of path: FilePath, into target: FilePath) throws {
        try write(frames.map { Part(path: path, frames: $0) }, into: target)
    }

    /// A video, or some of its pictures.
    private struct Part {
        let path: FilePath
        let frames: Range<Int>?
    }

    @discardableResult
    private static func write(_ parts: [Part], into target: FilePath) throws -> [(from: Double, to: Double)] {
        guard let first = parts.first else {
            throw ReelError(.usage, "join videos", subject: target.string, cause: "there is none to join")
        }
        do {
            let model = try Source(first)
            var delay = model.reorderDelay
            for part in parts.dropFirst() {
                let other = try Source(part)
                try model.mustAgree(with: other)
                delay = max(delay, other.reorderDelay)
            }
            let muxer = try Muxer("mp4", path: target) { stream in
                let result = avcodec_parameters_copy(stream.pointee.codecpar, model.demuxer.parameters)
                if result < 0 { throw ReelError(ffmpeg: result, "join videos", subject: target.string) }
                stream.pointee.time_base = AVRational(num: 1, den: Int32(model.fps))
                stream.pointee.avg_frame_rate = AVRational(num: Int32(model.fps), den: 1)
            }
            try muxer.writeHeader(options: ["movflags": "+faststart"])
            var spans: [(from: Double, to: Double)] = []
            var written = 0
            for part in parts {
                let count = try Source(part).copy(to: muxer, after: written, delay: delay)
                spans.append(
                    (from: Double(written) / Double(model.fps), to: Double(written + count) / Double(model.fps)))
                written += count
            }
            try muxer.finish()
            return spans
        } catch {
            File.discard(target)
            throw error
        }
    }

    /// One of the videos to be joined.
    private struct Source {
        let path: FilePath
        /// The pictures to copy; nil for all.
        let frames: Range<Int>?
        let demuxer: Demuxer
        let fps: Int

        init(_ part: Part) throws {
            path = part.path
            frames = part.frames
            demuxer = try Demuxer(path: path)
            let rate = demuxer.frameRate
            guard rate >= 1, rate == rate.rounded() else {
                throw ReelError(
                    .mismatch, "join videos", subject: path.string, cause: "it has \(rate) pictures a second")
            }
            fps = Int(rate)
        }

        /// How many pictures may come before one that is shown earlier (B-frames).
        var reorderDelay: Int { Int(demuxer.parameters.pointee.video_delay) }

        func mustAgree(with other: Source) throws {
            let (mine, its) = (demuxer.parameters.pointee, other.demuxer.parameters.pointee)
            let differs: String? =
                if mine.codec_id != its.codec_id {
                    "\(its.codecName) instead of \(mine.codecName)"
                } else if (mine.width, mine.height) != (its.width, its.height) {
                    "\(its.width)×\(its.height) instead of \(mine.width)×\(mine.height)"
                } else if mine.format != its.format {
                    "\(AVPixelFormat(rawValue: its.format).name) instead of \(AVPixelFormat(rawValue: mine.format).name)"
                } else if fps != other.fps {
                    "\(other.fps) pictures a second instead of \(fps)"
                } else if mine.extradataBytes != its.extradataBytes {
                    "it was encoded with other settings, and one header cannot describe both"
                } else {
                    nil
                }
            if let differs { throw ReelError(.mismatch, "join videos", subject: other.path.string, cause: differs) }
        }

        /// Copies the packets, their times moved so that the first picture is number `offset`. Returns how many there are.
        ///
        /// Each encoder run starts its decoding times anew, so they are given out again: one a picture, in the order of
        /// the packets, early enough by `delay`.
        func copy(to muxer: Muxer, after offset: Int, delay: Int) throws -> Int {
            let packet = try PacketHandle()
            let unit = AVRational(num: 1, den: Int32(fps))
            var isSeen = [Bool](repeating: false, count: demuxer.statedFrameCount)
            let wanted = frames ?? isSeen.indices
            guard wanted.upperBound <= isSeen.count else {
                throw ReelError(
                    .damaged, "join videos", subject: path.string,
                    cause: "its index lists \(isSeen.count) pictures, the last one wanted is \(wanted.upperBound - 1)")
            }
            var (seen, count) = (0, 0)
            while try demuxer.read(into: packet) {
                let exact = packet.pointer.pointee
                av_packet_rescale_ts(packet.pointer, demuxer.timeBase, unit)
                let number = Int(packet.pointer.pointee.pts)
                guard exact.pts != reel_no_timestamp, isSeen.indices.contains(number), !isSeen[number],
                    av_compare_ts(exact.pts, demuxer.timeBase, packet.pointer.pointee.pts, unit) == 0
                else {
                    throw ReelError(
                        .damaged, "join videos", subject: path.string,
                        cause: "packet \(seen) is not at a time of its own that is a multiple of 1/\(fps) s")
                }
                isSeen[number] = true
                seen += 1
                guard wanted.contains(number) else {
                    packet.clear()
                    continue
                }
                if count == 0, number != wanted.lowerBound || packet.pointer.pointee.flags & AV_PKT_FLAG_KEY == 0 {
                    throw ReelError(
                        .mismatch, "cut a video", subject: path.string,
                        cause: "no key frame begins at picture \(wanted.lowerBound)",
                        remedy: "Without encoding again it cannot be cut there; lerobot-edit-dataset does that.")
                }
                packet.pointer.pointee.pts += Int64(offset - wanted.lowerBound)
                packet.pointer.pointee.dts = Int64(offset + count - delay)
                packet.pointer.pointee.duration = 1
                try muxer.write(packet, in: unit)
                count += 1
            }
            guard seen == isSeen.count, count == wanted.count else {
                throw ReelError(
                    .damaged, "join videos", subject: path.string,
                    cause: "its index lists \(isSeen.count) pictures, there are \(seen)")
            }
            return count
        }
    }
}

extension AVCodecParameters {
    /// The decoder's configuration: sequence headers.
    fileprivate var extradataBytes: [UInt8] {
        Array(UnsafeRawBufferPointer(start: extradata, count: extradata == nil ? 0 : Int(extradata_size)))
    }
}
