import CFFmpeg
import RecordingTypes

/// Makes pictures of JPEGs, for people and programs that look at them beside the recording. One thread at a time.
package final class JPEGDecoder {
    private let decoder: PictureDecoder
    private let packet: PacketHandle

    /// - Parameter halvings: how often width and height are halved, up to 3 times: decoding is quicker then.
    /// - Throws: `ReelError` when this FFmpeg has no such decoder.
    package init(halvings: Int = 0) throws {
        guard let parameters = avcodec_parameters_alloc() else { throw ReelError.outOfMemory("open a decoder") }
        defer {
            var parameters: UnsafeMutablePointer<AVCodecParameters>? = parameters
            avcodec_parameters_free(&parameters)
        }
        parameters.pointee.codec_type = AVMEDIA_TYPE_VIDEO
        parameters.pointee.codec_id = AV_CODEC_ID_MJPEG
        decoder = try PictureDecoder(for: parameters, halvings: halvings)
        packet = try PacketHandle()
    }

    /// - Throws: `ReelError(.damaged)` when it is not whole.
    package func picture(of jpeg: UnsafeRawBufferPointer) throws -> Picture {
        let result = av_new_packet(packet.pointer, Int32(jpeg.count))
        if result < 0 { throw ReelError(ffmpeg: result, "decode a picture") }
        defer { packet.clear() }
        if let target = packet.pointer.pointee.data {
            UnsafeMutableRawBufferPointer(start: target, count: jpeg.count).copyMemory(from: jpeg)
        }
        return try decoder.decode(packet)
    }
}
