import CFFmpeg
import Platform
package import RecordingTypes

/// One packet of a frame file, not decoded yet. It belongs to the reader's thread.
package final class StoredPicture {
    /// Which packet of the file it is, from 0.
    package let index: Int
    /// The packet as it was read.
    package let facts: PacketFacts
    private let packet: PacketHandle
    private let decoder: PictureDecoder

    init(index: Int, packet: consuming PacketHandle, decoder: PictureDecoder) {
        self.index = index
        facts = PacketFacts(of: packet.bytes)
        self.packet = packet
        self.decoder = decoder
    }

    /// The packet's bytes: a whole JPEG where the camera gave JPEGs.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(packet.bytes)
    }

    /// Decodes it.
    /// - Throws: `ReelError(.damaged)` when it is not whole.
    package func decode() throws -> Picture { try decoder.decode(packet) }

    /// Decodes it, or what there is of it.
    /// - Throws: `ReelError(.damaged)` when there is no picture in it.
    package func decodeWhatThereIs() throws -> Picture { try decoder.decodeWhatThereIs(packet) }
}
