import RecordingTypes
import Simulation
import Testing

@Suite("The frame code says which row a picture belongs to, or nothing at all")
struct FrameCodeTests {
    /// A luma plane of mid grey with the code drawn as the documentation says, by no code of the library.
    static func plane(_ code: FrameCode, width: Int, height: Int, black: UInt8 = 16, white: UInt8 = 235) -> [UInt8] {
        var luma = [UInt8](repeating: 120, count: width * height)
        let cell = max(8, 2 * (width / 128))
        let columns = min(26, width / cell)
        for index in 0..<52 {
            let isSet = code.bits >> UInt64(51 - index) & 1 == 1
            for y in 0..<cell {
                for x in 0..<cell {
                    let place = (index / columns * cell + y) * width + index % columns * cell + x
                    luma[place] = isSet ? white : black
                }
            }
        }
        return luma
    }

    static func decode(_ luma: [UInt8], width: Int, height: Int) -> FrameCode? {
        luma.withUnsafeBytes { FrameCode.decode(luma: $0, stride: width, width: width, height: height) }
    }

    @Test func bitsRoundTripForASampleOfAllNumbers() {
        let noise = SeededNoise(seed: 11)
        var codes = [FrameCode(take: 0, frame: 0), FrameCode(take: 0xFFFF, frame: 0xF_FFFF)]
        codes +=
            (0..<16).map { FrameCode(take: 1 << $0, frame: 0) } + (0..<20).map { FrameCode(take: 0, frame: 1 << $0) }
        codes += (0..<2000).map { FrameCode(take: Int(noise.bits($0) >> 40), frame: Int(noise.bits($0) >> 20)) }
        for code in codes { #expect(FrameCode(bits: code.bits) == code) }
    }

    @Test("matches the documented checksum: binascii.crc_hqx of five bytes, start 0xFFFF")
    func checksumIsTheDocumentedOne() {
        // python3 -c "import binascii; print(hex(binascii.crc_hqx((7<<20|123).to_bytes(5,'big'),0xFFFF)))"
        #expect(FrameCode(take: 7, frame: 123).bits & 0xFFFF == 0x6F8)
    }

    @Test func everyFlippedBitIsNoticed() {
        let bits = FrameCode(take: 513, frame: 70_000).bits
        for bit in 0..<52 { #expect(FrameCode(bits: bits ^ (1 << UInt64(bit))) == nil) }
    }

    @Test(arguments: [(64, 64), (160, 120), (320, 240), (640, 480), (1280, 720), (1920, 1080)])
    func isReadFromPicturesOfAnySize(width: Int, height: Int) {
        let code = FrameCode(take: 42, frame: 98_765)
        #expect(Self.decode(Self.plane(code, width: width, height: height), width: width, height: height) == code)
        #expect(
            Self.decode(
                Self.plane(code, width: width, height: height, black: 0, white: 255), width: width, height: height)
                == code)
    }

    @Test func isReadFromRGB() {
        let code = FrameCode(take: 3, frame: 29)
        let luma = Self.plane(code, width: 640, height: 480, black: 0, white: 255)
        let rgb = luma.flatMap { [$0, $0, $0] }
        #expect(FrameCode.decode(rgb24: rgb, width: 640, height: 480) == code)
    }

    @Test("survives noise of ±60 on every pixel")
    func survivesNoise() {
        let noise = SeededNoise(seed: 5)
        for frame in 0..<20 {
            let code = FrameCode(take: 9, frame: frame)
            var luma = Self.plane(code, width: 320, height: 240)
            for index in luma.indices {
                let changed = Double(luma[index]) + noise.value(index, stream: frame, in: -60...60)
                luma[index] = UInt8(min(max(changed, 0), 255))
            }
            #expect(Self.decode(luma, width: 320, height: 240) == code)
        }
    }

    @Test func aDamagedStripIsRejected() {
        let code = FrameCode(take: 9, frame: 77)
        let whole = Self.plane(code, width: 640, height: 480)
        for cell in 0..<52 {
            var luma = whole
            for y in 0..<10 {
                for x in 0..<10 {
                    let place = (cell / 26 * 10 + y) * 640 + cell % 26 * 10 + x
                    luma[place] = 251 - luma[place]
                }
            }
            #expect(Self.decode(luma, width: 640, height: 480) == nil, "cell \(cell) flipped")
        }
    }

    @Test func aPictureWithoutAStripHasNoCode() {
        for value: UInt8 in [0, 16, 128, 235, 255] {
            #expect(Self.decode([UInt8](repeating: value, count: 640 * 480), width: 640, height: 480) == nil)
        }
        #expect(Self.decode([UInt8](repeating: 0, count: 32 * 32), width: 32, height: 32) == nil)
        #expect(Self.decode([], width: 640, height: 480) == nil)
    }
}
