/// What is known of a packet in a frame file, so that damage is found before it becomes a wrong picture.
package struct PacketFacts: Hashable, Sendable {
    /// Bytes.
    package var size: Int
    /// CRC-32.
    package var checksum: UInt32

    package init(size: Int, checksum: UInt32) {
        self.size = size
        self.checksum = checksum
    }
}
