import CFFmpeg
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
        guard let first = paths.first else {
            throw ReelError(.usage, "join videos", subject: target.string, cause: "there is none to join")
        }
        do {
            let model = try Source(first)
            var delay = model.reorderDelay
            for path in paths.dropFirst() {
                let other = try Source(path)
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
            for path in paths {
                let count = try Source(path).copy(to: muxer, after: written, delay: delay)
                spans.append(
                    (from: Double(written) / Double(model.fps), to: Double(written + count) / Double(model.fps)))
                written += count
            }
            try muxer.finish()
            return spans
        } catch {
            Muxer.discard(target)
            throw error
        }
    }

    /// One of the videos to be joined.
    private struct Source {
        let path: FilePath
        let demuxer: Demuxer
        let fps: Int

        init(_ path: FilePath) throws {
            self.path = path
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

        /// Copies all packets, their times moved by `offset` pictures. Returns how many there are.
        ///
        /// Each encoder run starts its decoding times anew, so they are given out again: one a picture, in the order of
        /// the packets, early enough by `delay`.
        func copy(to muxer: Muxer, after offset: Int, delay: Int) throws -> Int {
            let packet = try PacketHandle()
            let unit = AVRational(num: 1, den: Int32(fps))
            var isSeen = [Bool](repeating: false, count: demuxer.statedFrameCount)
            var count = 0
            while try demuxer.read(into: packet) {
                let exact = packet.pointer.pointee
                av_packet_rescale_ts(packet.pointer, demuxer.timeBase, unit)
                let number = Int(packet.pointer.pointee.pts)
                guard exact.pts != reel_no_timestamp, isSeen.indices.contains(number), !isSeen[number],
                    av_compare_ts(exact.pts, demuxer.timeBase, packet.pointer.pointee.pts, unit) == 0
                else {
                    throw ReelError(
                        .damaged, "join videos", subject: path.string,
                        cause: "packet \(count) is not at a time of its own that is a multiple of 1/\(fps) s")
                }
                isSeen[number] = true
                packet.pointer.pointee.pts += Int64(offset)
                packet.pointer.pointee.dts = Int64(offset + count - delay)
                packet.pointer.pointee.duration = 1
                try muxer.write(packet, in: unit)
                count += 1
            }
            guard count == isSeen.count else {
                throw ReelError(
                    .damaged, "join videos", subject: path.string,
                    cause: "its index lists \(isSeen.count) pictures, there are \(count)")
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
