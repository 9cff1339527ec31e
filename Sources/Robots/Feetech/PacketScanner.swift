/// Finds packets in a stream of bytes and gets back into step after noise: a header that leads nowhere costs one byte,
/// and what looked like its contents is looked at again.
package struct PacketScanner {
    /// A whole packet; its parameters are in the scanner until the next call of `next` or `fill`.
    package struct Packet: Hashable, Sendable {
        package let id: UInt8
        /// A motor's status, or an instruction.
        package let code: UInt8
        /// Parameters of the packet.
        package let parameterCount: Int
        fileprivate let firstParameter: Int
    }

    private var bytes = [UInt8](repeating: 0, count: 1024)
    private var start = 0
    private var end = 0
    /// Packets longer than this are taken for noise.
    package var maxLength = FeetechPacket.maxLength
    /// Statuses have the highest bit clear, instructions may not.
    private let highestCode: UInt8
    /// Bytes that belonged to no packet.
    package private(set) var noiseBytes = 0
    /// Packets whose checksum was wrong.
    package private(set) var badChecksums = 0

    /// A scanner for what motors send, or for what they are sent.
    package init(instructions: Bool = false) { highestCode = instructions ? 0xFF : 0x7F }

    /// Forgets all bytes and sets the counts to 0.
    package mutating func reset() {
        start = 0
        end = 0
        noiseBytes = 0
        badChecksums = 0
    }

    /// Lets `body` put new bytes behind those that are there; it returns how many it put.
    package mutating func fill<Failure: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) -> Int {
        if start > 0 {
            for index in start..<end { bytes[index - start] = bytes[index] }
            end -= start
            start = 0
        }
        if end == bytes.count { drop(1 + end / 2) }
        var count = 0
        var failure: Failure?
        bytes.withUnsafeMutableBytes { buffer in
            do throws(Failure) {
                count = try body(UnsafeMutableRawBufferPointer(rebasing: buffer[end...]))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        end += count
        return count
    }

    /// The next whole packet, or nil when more bytes are needed.
    package mutating func next() -> Packet? {
        while end - start >= FeetechPacket.frameLength {
            let id = bytes[start + 2]
            let length = Int(bytes[start + 3]) + 4
            let code = bytes[start + 4]
            guard bytes[start] == 0xFF, bytes[start + 1] == 0xFF, id <= FeetechPacket.broadcastID,
                length >= FeetechPacket.frameLength, length <= maxLength, code <= highestCode
            else {
                drop(1)
                continue
            }
            guard end - start >= length else { return nil }
            let last = start + length - 1
            guard FeetechPacket.checksum(bytes.span.bytes, from: start + 2, to: last) == bytes[last] else {
                badChecksums += 1
                drop(1)
                continue
            }
            let packet = Packet(id: id, code: code, parameterCount: length - 6, firstParameter: start + 5)
            start += length
            return packet
        }
        return nil
    }

    /// Gives up the packet that does not become whole and looks for one behind its header.
    package mutating func skip() { if end > start { drop(1) } }

    /// Whether no byte is left.
    package var isEmpty: Bool { start == end }

    /// A parameter's byte; `index` from 0.
    package func parameter(_ index: Int, of packet: Packet) -> UInt8 { bytes[packet.firstParameter + index] }

    private mutating func drop(_ count: Int) {
        start += count
        noiseBytes += count
    }
}
