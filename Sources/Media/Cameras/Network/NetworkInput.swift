import CFFmpeg
import RecordingTypes

/// A connection that FFmpeg's protocols opened: bytes as they come. Used from one thread.
final class NetworkInput {
    let context: UnsafeMutablePointer<AVIOContext>
    /// The options that no protocol took.
    let otherOptions: [String]

    private init(_ context: UnsafeMutablePointer<AVIOContext>, otherOptions: [String]) {
        self.context = context
        self.otherOptions = otherOptions
    }

    /// Connects.
    /// - Throws: `ReelError` with FFmpeg's words; what a server refuses, with what to do about it.
    static func open(
        _ url: String, options: [String: String], interruption: Interruption
    ) throws -> NetworkInput {
        FFmpegLog.begin()
        var dictionary = OptionDictionary(options)
        var callback = interruption.callback
        var context: UnsafeMutablePointer<AVIOContext>?
        let result = avio_open2(&context, url, AVIO_FLAG_READ, &callback, &dictionary.pointer)
        guard result >= 0, let context else {
            var error = ReelError(ffmpeg: result, "open a camera")
            error.remedy = ServerRefusal.remedy(for: result) ?? error.remedy
            throw error
        }
        return NetworkInput(context, otherOptions: dictionary.names)
    }

    deinit {
        var context: UnsafeMutablePointer<AVIOContext>? = context
        avio_closep(&context)
    }

    /// What an HTTP server calls its answer, in lower case and without parameters: "multipart/x-mixed-replace".
    var mediaType: String? {
        guard context.pointee.av_class != nil else { return nil }
        var text: UnsafeMutablePointer<UInt8>?
        guard av_opt_get(context, "mime_type", AV_OPT_SEARCH_CHILDREN, &text) >= 0, let text else { return nil }
        defer { av_free(text) }
        let type = String(cString: text).prefix { $0 != ";" && $0 != "," && $0 != " " }.lowercased()
        return type.isEmpty ? nil : type
    }

    /// The first bytes, which are read again afterwards; fewer where there are no more.
    func peek(_ count: Int) -> [UInt8] {
        let start = avio_tell(context)
        var bytes = [UInt8](repeating: 0, count: count)
        let result = avio_read(context, &bytes, Int32(count))
        guard result > 0, avio_seek(context, start, SEEK_SET) == start else { return [] }
        return Array(bytes.prefix(Int(result)))
    }

    /// Waits for bytes, and puts what is there into `buffer`.
    /// - Returns: how many; nil at the end.
    /// - Throws: `ReelError` with FFmpeg's words; `.cancelled` when it was interrupted.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int? {
        let result = avio_read_partial(
            context, buffer.bindMemory(to: UInt8.self).baseAddress, Int32(buffer.count))
        if result == reel_averror_eof || result == 0 { return nil }
        if result < 0 { throw ReelError(ffmpeg: result, "read a camera") }
        return Int(result)
    }
}
