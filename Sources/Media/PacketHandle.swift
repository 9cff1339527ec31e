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

    /// The bytes, valid as long as the packet holds them.
    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: pointer.pointee.data, count: Int(pointer.pointee.size))
    }
}
