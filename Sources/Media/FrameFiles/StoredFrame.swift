/// What a row says of a frame in a frame file, so that damage is found before it becomes a wrong picture.
package struct StoredFrame: Hashable, Sendable {
    /// Bytes of the packet.
    package let size: Int
    /// CRC-32 of the packet.
    package let checksum: UInt32

    package init(size: Int, checksum: UInt32) {
        self.size = size
        self.checksum = checksum
    }
}
