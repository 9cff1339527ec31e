import Robots
import Simulation
import Testing

@Suite("Packets are Feetech's, byte for byte, and are found among noise")
struct FeetechPacketTests {
    static func packet(
        _ instruction: FeetechPacket.Instruction, _ id: UInt8, _ parameters: [UInt8] = []
    ) -> [UInt8] {
        var packet: [UInt8] = []
        FeetechPacket.encode(instruction, to: id, into: &packet) { $0.append(contentsOf: parameters) }
        return packet
    }

    static func scan(_ bytes: [UInt8], _ scanner: inout PacketScanner, chunk: Int = 512) -> [[UInt8]] {
        var found: [[UInt8]] = []
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            let part = bytes[start..<min(bytes.count, start + chunk)]
            _ = scanner.fill { buffer in
                buffer.copyBytes(from: part)
                return part.count
            }
            while let packet = scanner.next() {
                found.append(
                    [packet.id, packet.code] + (0..<packet.parameterCount).map { scanner.parameter($0, of: packet) })
            }
        }
        return found
    }

    @Test("the packets that the manual and the SDK give as examples")
    func knownPackets() {
        // From Feetech's communication manual: ping 1; read 8 bytes from 0x38 of 1; write 2048 to 0x2A of 1.
        #expect(Self.packet(.ping, 1) == [0xFF, 0xFF, 0x01, 0x02, 0x01, 0xFB])
        #expect(Self.packet(.read, 1, [0x38, 0x08]) == [0xFF, 0xFF, 0x01, 0x04, 0x02, 0x38, 0x08, 0xB8])
        #expect(
            Self.packet(.syncRead, 0xFE, [56, 2, 1, 2, 3, 4, 5, 6])
                == [0xFF, 0xFF, 0xFE, 0x0A, 0x82, 0x38, 0x02, 1, 2, 3, 4, 5, 6, 0x26])
    }

    @Test func signsAreABitAndAMagnitude() {
        #expect(ServoRegister.homingOffset.encode(-5) == 0x0805)
        #expect(ServoRegister.homingOffset.encode(2047) == 2047)
        #expect(ServoRegister.homingOffset.encode(2048) == nil)
        #expect(ServoRegister.homingOffset.encode(-2048) == nil)
        #expect(ServoRegister.presentLoad.decode(0x0400 | 12) == -12)
        #expect(ServoRegister.presentPosition.decode(0x8001) == -1)
        #expect(ServoRegister.lock.encode(256) == nil)
        #expect(ServoRegister.lock.encode(-1) == nil)
        for value in stride(from: -2047, through: 2047, by: 89) {
            #expect(ServoRegister.homingOffset.encode(value).map(ServoRegister.homingOffset.decode) == value)
        }
    }

    @Test(arguments: [1, 2, 3, 5, 7, 512])
    func packetsAreFoundHoweverTheyArrive(chunk: Int) {
        var scanner = PacketScanner(instructions: true)
        let bytes =
            Self.packet(.ping, 3) + Self.packet(.syncRead, 0xFE, [56, 2, 1]) + Self.packet(.read, 0xFC, [255, 255])
        #expect(Self.scan(bytes, &scanner, chunk: chunk) == [[3, 1], [0xFE, 0x82, 56, 2, 1], [0xFC, 2, 255, 255]])
        #expect(scanner.isEmpty && scanner.noiseBytes == 0 && scanner.badChecksums == 0)
    }

    @Test func aPacketBehindNoiseIsFound() {
        let noise = SeededNoise(seed: 8)
        let wanted = Self.packet(.read, 4, [1, 2])
        for trial in 0..<3000 {
            var scanner = PacketScanner(instructions: true)
            let length = Int(noise.bits(trial, stream: 1) % 12)
            // Half of the noise is FF, so that much of it looks like headers.
            let before = (0..<length).map { index in
                let bits = noise.bits(trial, stream: 2 + index)
                return bits & 1 == 0 ? 0xFF : UInt8(truncatingIfNeeded: bits >> 8)
            }
            var found = Self.scan(before + wanted, &scanner)
            // What waits for the rest of a false packet is released as the bus does it when no more comes.
            while !scanner.isEmpty {
                scanner.skip()
                found += Self.scan([], &scanner) + Self.rest(&scanner)
            }
            #expect(found.contains([4, 2, 1, 2]), "\(before)")
        }
    }

    static func rest(_ scanner: inout PacketScanner) -> [[UInt8]] {
        var found: [[UInt8]] = []
        while let packet = scanner.next() {
            found.append(
                [packet.id, packet.code] + (0..<packet.parameterCount).map { scanner.parameter($0, of: packet) })
        }
        return found
    }

    @Test func aFlippedBitIsNeverAPacketThatWasSent() {
        let whole = Self.packet(.write, 6, [42, 0x12, 0x05])
        for bit in 0..<(whole.count * 8) {
            var bytes = whole
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            var scanner = PacketScanner(instructions: true)
            #expect(Self.scan(bytes, &scanner) == [], "bit \(bit)")
        }
    }

    @Test func endlessNoiseDoesNotFillTheScanner() {
        var scanner = PacketScanner()
        for _ in 0..<100 { _ = Self.scan([UInt8](repeating: 0xFF, count: 512), &scanner) }
        for _ in 0..<100 { _ = Self.scan([0xFF, 0xFF, 0x01, 0xFA] + [UInt8](repeating: 1, count: 100), &scanner) }
        #expect(scanner.noiseBytes > 50_000)
    }

    @Test func complaintsAreAllInWords() {
        let all: ServoStatus = [.voltage, .angleSensor, .overheating, .overcurrent, .overload]
        #expect(all.words.split(separator: ",").count == 5)
        #expect(ServoStatus(rawValue: 64 | 32).words == "it is overloaded, it sets the unknown error bits 64")
    }
}
