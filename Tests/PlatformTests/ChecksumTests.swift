import Platform
import Testing

@Suite("Checksums of the spool are zlib's CRC-32")
struct ChecksumTests {
    /// The check value that the catalogue of CRCs gives for CRC-32/ISO-HDLC.
    @Test func theKnownValue() {
        let digits = Array("123456789".utf8)
        #expect(digits.withUnsafeBytes { Checksum(of: $0) }.value == 0xCBF4_3926)
        #expect(Checksum().value == 0)
        #expect(Checksum(of: UnsafeRawBufferPointer(start: nil, count: 0)).value == 0)
    }

    @Test func piecesGiveWhatTheWholeGives() {
        let bytes = (0..<1_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        bytes.withUnsafeBytes { whole in
            for cut in [0, 1, 3, 15, 16, 64, 999, 1_000] {
                var checksum = Checksum(of: UnsafeRawBufferPointer(rebasing: whole[..<cut]))
                checksum.update(UnsafeRawBufferPointer(rebasing: whole[cut...]))
                #expect(checksum == Checksum(of: whole))
            }
        }
    }
}
