import Glibc
import Platform
import RecordingTypes
import TestSupport
import SystemPackage
import Testing

@testable import Media

@Suite("A damaged frame file gives an error or an end, never a crash, and never a wrong picture that looks right")
struct DamagedFrameFileTests {
    static let pictureCount = 12
    /// Few places as a part of all tests; with REEL_FAULTS=full (`make faults`) every byte and 20,000 flips.
    static let isFull = getenv("REEL_FAULTS").map { String(cString: $0) } == "full"
    let directory: TemporaryDirectory

    /// What the file holds.
    enum Kind: CaseIterable { case jpeg, compressed, raw }

    init() throws { directory = try TemporaryDirectory() }

    /// A small frame file: what it holds and what the rows would say of it.
    private func sample(_ kind: Kind) throws -> (bytes: [UInt8], stored: [PacketFacts]) {
        let pixelFormat: PixelFormat = kind == .jpeg ? .mjpeg : .yuv420p
        let path = directory.file("whole.nut")
        let jpegs = try JPEGs(width: 64, height: 48, format: .yuvj422p)
        let writer = try FrameFileWriter(
            path: path, pictures: CameraFormat(width: 64, height: 48, fps: 30, pixelFormat: pixelFormat), fps: 30,
            isCompressed: kind == .compressed)
        var stored: [PacketFacts] = []
        for number in 0..<Self.pictureCount {
            let pixels = TestPictures.yuv(
                number, width: 64, height: 48, format: pixelFormat == .mjpeg ? .yuvj422p : .yuv420p)
            stored.append(try writer.append(pixelFormat == .mjpeg ? jpegs.frame(of: pixels) : pixels))
        }
        try writer.finish()
        return (try File.read(path), stored)
    }

    /// Reads everything there is as recovery does: a picture counts while size and checksum are those of its row.
    /// Returns how many hold.
    private func holds(_ bytes: [UInt8], _ stored: [PacketFacts]) throws -> Int {
        let path = directory.file("damaged.nut")
        let file = try FileDescriptor.open(
            path, .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite])
        try file.closeAfter { _ = try file.writeAll(bytes) }
        var good = 0
        do {
            let reader = try FrameFileReader(path: path)
            while let picture = try reader.next(), good < stored.count {
                // Whatever the bytes are, decoding them returns or throws.
                _ = try? picture.decode().rgb24(subsampledBy: 4)
                guard picture.index == good, picture.facts == stored[good] else { break }
                good += 1
            }
        } catch is ReelError {}
        return good
    }

    @Test("Cut anywhere, all whole pictures before the cut are there", arguments: Kind.allCases)
    func cuts(kind: Kind) throws {
        let (bytes, stored) = try sample(kind)
        var random = SeededRandom(seed: 20_261_122)
        let few = (0..<150).map { _ in Int.random(in: 0..<bytes.count, using: &random) }
        let cuts = Self.isFull ? Array(max(0, bytes.count - 65_536)..<bytes.count) : few
        for length in cuts {
            let good = try holds(Array(bytes[0..<length]), stored)
            let packetBytes = stored.prefix(good).reduce(0) { $0 + $1.size }
            #expect(packetBytes <= length)
            // The next one cannot have been whole: headers and sync points take less than a kilobyte a picture.
            if good < stored.count {
                #expect(
                    packetBytes + stored[good].size + 1024 * (good + 2) > length, "\(length) bytes, \(good) pictures")
            }
        }
        #expect(try holds(bytes, stored) == Self.pictureCount)
        if Self.isFull { print("damage: \(kind).nut cut: \(cuts.count)") }
    }

    @Test("With flipped bits, everything before them holds", arguments: Kind.allCases)
    func flips(kind: Kind) throws {
        let (bytes, stored) = try sample(kind)
        var random = SeededRandom(seed: 7)
        let flips = Self.isFull ? 20_000 : 200
        for _ in 0..<flips {
            var damaged = bytes
            var first = bytes.count
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                damaged[place] ^= UInt8(1 << Int.random(in: 0..<8, using: &random))
                first = min(first, place)
            }
            let good = try holds(damaged, stored)
            let before = stored.prefix(good).reduce(0) { $0 + $1.size }
            // Pictures whose bytes were changed never hold; the rows stop at the first of them.
            #expect(before <= bytes.count)
            let undamaged = try holds(Array(bytes[0..<first]), stored)
            if first > 2048 { #expect(good >= undamaged) }
        }
        if Self.isFull { print("damage: \(kind).nut flipped: \(flips)") }
    }

    /// Found by `make fuzz`: FFmpeg's demuxer went back to the header and read it again, for ever.
    @Test("A header whose size leads back to its own beginning is passed over, and the pictures before it hold")
    func sizeThatLeadsBack() async {
        await #expect(processExitsWith: .success) {
            alarm(30)
            let tests = try DamagedFrameFileTests()
            let (bytes, stored) = try tests.sample(.jpeg)
            let startOfIndex: [UInt8] = [0x4E, 0x58, 0xDD, 0x67, 0x2F, 0x23, 0xE6, 0x4E]
            let index = try #require(bytes.indices.last { bytes[$0...].starts(with: startOfIndex) })
            // -18 as NUT writes numbers, seven bits a byte: the eight bytes of the start code and these ten.
            let back = stride(from: 63, through: 0, by: -7).map { shift in
                UInt8(truncatingIfNeeded: UInt64(bitPattern: -18) >> shift) & 0x7F | (shift > 0 ? 0x80 : 0)
            }
            #expect(back.count == 10)
            let damaged = bytes[..<index] + startOfIndex + back + [UInt8](repeating: 0, count: 64)
            #expect(try tests.holds(Array(damaged), stored) == Self.pictureCount)
        }
    }

    @Test("Noise, an empty file and a directory are errors that name the file")
    func noFrameFile() throws {
        var random = SeededRandom(seed: 3)
        for length in [0, 1, 25, 4000] {
            let path = directory.file("noise.nut")
            try AtomicFile.write((0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }, to: path)
            let error = try #require(throws: ReelError.self) { _ = try FrameFileReader(path: path) }
            #expect(error.kind == .damaged)
            #expect(error.subject == path.string)
        }
        let error = try #require(throws: ReelError.self) { _ = try FrameFileReader(path: directory.path) }
        #expect(error.cause == Errno.isDirectory.description)
        let missing = try #require(throws: ReelError.self) {
            _ = try FrameFileReader(path: directory.file("missing.nut"))
        }
        #expect(missing.kind == .unavailable)
    }
}
