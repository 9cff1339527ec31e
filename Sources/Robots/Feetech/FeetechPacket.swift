/// Feetech's protocol 0 on the wire: FF FF, id, length, instruction or status, parameters, checksum. The length counts
/// what follows it; the checksum is the complement of the sum from the id to the last parameter.
package enum FeetechPacket {
    /// Everybody listens; nobody answers but to a ping and to a sync read.
    package static let broadcastID: UInt8 = 0xFE
    /// The largest id of a motor.
    package static let maxID: UInt8 = 0xFC
    /// Bytes around the parameters.
    package static let frameLength = 6
    /// The longest packet either side may send.
    package static let maxLength = 250

    package enum Instruction: UInt8, Sendable {
        case ping = 1
        case read = 2
        case write = 3
        case registerWrite = 4
        case action = 5
        case syncRead = 0x82
        case syncWrite = 0x83
    }

    /// Replaces `packet` by a whole packet; `code` is an instruction to a motor or a motor's status. Keeps the storage.
    package static func encode(
        id: UInt8, code: UInt8, into packet: inout [UInt8], parameters: (inout [UInt8]) -> Void = { _ in }
    ) {
        packet.removeAll(keepingCapacity: true)
        packet.append(0xFF)
        packet.append(0xFF)
        packet.append(id)
        packet.append(0)
        packet.append(code)
        parameters(&packet)
        packet[3] = UInt8(truncatingIfNeeded: packet.count - 3)
        packet.append(checksum(packet.span.bytes, from: 2, to: packet.count))
    }

    /// Replaces `packet` by an instruction to a motor, or to all of them.
    package static func encode(
        _ instruction: Instruction, to id: UInt8, into packet: inout [UInt8],
        parameters: (inout [UInt8]) -> Void = { _ in }
    ) {
        encode(id: id, code: instruction.rawValue, into: &packet, parameters: parameters)
    }

    /// The checksum of the bytes from `start` (the id) up to `end`.
    package static func checksum(_ bytes: RawSpan, from start: Int, to end: Int) -> UInt8 {
        var sum: UInt8 = 0
        for index in start..<end { sum &+= bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self) }
        return ~sum
    }
}

extension [UInt8] {
    /// Appends the lowest `length` bytes of a value, little-endian.
    mutating func append(littleEndian value: UInt16, length: UInt8) {
        append(UInt8(truncatingIfNeeded: value))
        if length > 1 { append(UInt8(truncatingIfNeeded: value >> 8)) }
    }
}
