import CFFmpeg
package import RecordingTypes

/// One picture of a camera as a JPEG, for people to look at.
package enum StillPicture {
    /// The JPEG's bytes: the camera's own where it gives JPEGs.
    /// - Throws: `ReelError` with FFmpeg's words.
    package static func jpeg(of frame: CameraFrame) throws -> [UInt8] {
        if frame.pixelFormat == .mjpeg { return frame.planes.first.map { Array($0.bytes) } ?? [] }
        let picture = try Picture(frame)
        guard let codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG) else {
            throw ReelError(.unavailable, "make a JPEG", cause: "this FFmpeg has no JPEG encoder")
        }
        let encoder = try PictureEncoder(codec) { context in
            context.pointee.width = Int32(picture.width)
            context.pointee.height = Int32(picture.height)
            context.pointee.pix_fmt = AV_PIX_FMT_YUV420P
            context.pointee.color_range = AVCOL_RANGE_JPEG
            context.pointee.time_base = AVRational(num: 1, den: 30)
            context.pointee.thread_count = 1
            // Nearly the best there is.
            context.pointee.flags |= AV_CODEC_FLAG_QSCALE
            context.pointee.global_quality = 2 * FF_QP2LAMBDA
        }
        let converter = try PictureConverter(to: AV_PIX_FMT_YUV420P, isFullRange: true)
        try picture.withFrame { try encoder.send(converter.convert($0)) }
        try encoder.send(nil)
        let packet = try PacketHandle()
        guard try encoder.receive(into: packet) else {
            throw ReelError(.failed, "make a JPEG", cause: "the encoder gave nothing")
        }
        return Array(packet.bytes)
    }
}
