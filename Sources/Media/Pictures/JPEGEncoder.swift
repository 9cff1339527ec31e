import CFFmpeg
import RecordingTypes

/// Makes JPEGs of pictures, for people to look at; smaller ones where they are wider than wanted. One thread at a time.
package final class JPEGEncoder {
    /// FFmpeg's scale, from 2, nearly the best there is, to 31.
    private let quality: Int32
    private let converter: PictureConverter
    private let packet: PacketHandle
    private var encoder: (PictureEncoder, width: Int32, height: Int32)?

    /// - Throws: `ReelError` when there is no memory.
    package init(mostWidth: Int? = nil, quality: Int = 2) throws {
        self.quality = Int32(quality)
        converter = try PictureConverter(to: AV_PIX_FMT_YUV420P, isFullRange: true, mostWidth: mostWidth)
        packet = try PacketHandle()
    }

    /// The JPEG's bytes.
    /// - Throws: `ReelError` with FFmpeg's words.
    package func jpeg(of picture: Picture) throws -> [UInt8] {
        try picture.withFrame { frame in
            let converted = try converter.convert(frame)
            let encoder = try encoder(width: converted.pointee.width, height: converted.pointee.height)
            try encoder.send(converted)
            guard try encoder.receive(into: packet) else {
                throw ReelError(.failed, "make a JPEG", cause: "the encoder gave nothing")
            }
            defer { packet.clear() }
            return Array(packet.bytes)
        }
    }

    private func encoder(width: Int32, height: Int32) throws -> PictureEncoder {
        if let (known, knownWidth, knownHeight) = encoder, knownWidth == width, knownHeight == height { return known }
        guard let codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG) else {
            throw ReelError(.unavailable, "make a JPEG", cause: "this FFmpeg has no JPEG encoder")
        }
        let new = try PictureEncoder(codec) { context in
            context.pointee.width = width
            context.pointee.height = height
            context.pointee.pix_fmt = AV_PIX_FMT_YUV420P
            context.pointee.color_range = AVCOL_RANGE_JPEG
            context.pointee.time_base = AVRational(num: 1, den: 30)
            // More threads would each hold back a picture.
            context.pointee.thread_count = 1
            context.pointee.flags |= AV_CODEC_FLAG_QSCALE
            context.pointee.global_quality = quality * FF_QP2LAMBDA
        }
        encoder = (new, width, height)
        return new
    }
}
