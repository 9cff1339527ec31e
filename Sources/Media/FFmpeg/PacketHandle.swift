import CFFmpeg
import RecordingTypes

/// Owns one AVPacket: a reference to compressed bytes, or to none.
struct PacketHandle: ~Copyable {
    let pointer: UnsafeMutablePointer<AVPacket>

    /// - Throws: `ReelError` when there is no memory.
    init() throws {
        guard let packet = av_packet_alloc() else { throw ReelError.outOfMemory("make room for a packet") }
        pointer = packet
    }

    deinit {
        var packet: UnsafeMutablePointer<AVPacket>? = pointer
        av_packet_free(&packet)
    }

    /// Gives up the bytes, keeps the AVPacket.
    func clear() { av_packet_unref(pointer) }

    /// A packet with the same bytes and times in memory of its own.
    /// - Throws: `ReelError` when there is no memory.
    func copied() throws -> PacketHandle {
        let copy = try PacketHandle()
        var result = av_new_packet(copy.pointer, pointer.pointee.size)
        if result >= 0 { result = av_packet_copy_props(copy.pointer, pointer) }
        if result < 0 { throw ReelError(ffmpeg: result, "keep a packet") }
        if let target = copy.pointer.pointee.data, let source = pointer.pointee.data {
            target.update(from: source, count: Int(pointer.pointee.size))
        }
        return copy
    }

    /// The bytes, valid as long as the packet holds them.
    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: pointer.pointee.data, count: Int(pointer.pointee.size))
    }
}
