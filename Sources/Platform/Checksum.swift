import CDeflate
package import RecordingTypes

/// CRC-32 (IEEE 802.3, zlib's): of frames and rows in the spool.
package struct Checksum: Hashable, Sendable {
    package private(set) var value: UInt32 = 0

    package init() {}

    package init(of bytes: UnsafeRawBufferPointer) { update(bytes) }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        value = libdeflate_crc32(value, base, bytes.count)
    }
}

extension PacketFacts {
    /// Of a packet with these bytes.
    package init(of bytes: UnsafeRawBufferPointer) {
        self.init(size: bytes.count, checksum: Checksum(of: bytes).value)
    }
}
