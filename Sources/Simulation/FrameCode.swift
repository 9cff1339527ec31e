/// A strip of black and white cells in the top left corner of every simulated picture that says which frame of which
/// take it is; it survives video encoding, so a test can prove that picture and row belong together.
///
/// Geometry, for a picture of `width` × `height` luma pixels (also in docs/frame-code.md):
/// - There are 52 cells, each a square of `cell` pixels, `cell = max(8, 2 * (width / 128))` (whole division).
/// - They fill rows of `columns = min(26, width / cell)` from the top left corner: cell `i` covers the pixels from
///   `x = (i % columns) * cell`, `y = (i / columns) * cell`. A picture too low for its rows has no strip.
/// - A white cell (luma 235, RGB 255) is 1, a black one (luma 16, RGB 0) is 0; chroma is neutral (128).
/// - Cells 0...15 are the take's number, 16...35 the frame's number, 36...51 the checksum; each with its most
///   significant bit first. Take 0 is what a camera shows outside of takes.
/// - The checksum is CRC-16 (polynomial 0x1021, initial value 0xFFFF, not reflected, no final XOR; Python's
///   `binascii.crc_hqx(data, 0xFFFF)`) of five bytes, big-endian: `take << 20 | frame`.
///
/// To read a cell, take the mean of its inner part, from `cell / 4` (included) to `cell - cell / 4` (excluded) in both
/// directions; in RGB, of all three channels. More than 160 is 1, less than 96 is 0, anything between is damage.
package struct FrameCode: Hashable, Sendable {
    /// The take's number; 0 outside of takes.
    package var take: UInt16
    /// The number of the row it was drawn for, from 0; 20 bits.
    package var frame: UInt32

    /// Numbers that do not fit are cut to their lowest 16 and 20 bits.
    package init(take: Int, frame: Int) {
        self.take = UInt16(truncatingIfNeeded: take)
        self.frame = UInt32(truncatingIfNeeded: frame) & 0xF_FFFF
    }

    /// Cells of the strip, which is bits of the code.
    package static let cellCount = 52

    /// The 52 bits in the order of the cells, the first one in bit 51.
    package var bits: UInt64 { payload << 16 | UInt64(Self.checksum(of: payload)) }

    /// The code with these 52 bits, or nil when the checksum is wrong.
    package init?(bits: UInt64) {
        let payload = bits >> 16
        guard Self.checksum(of: payload) == UInt16(truncatingIfNeeded: bits) else { return nil }
        self.init(take: Int(payload >> 20), frame: Int(payload & 0xF_FFFF))
    }

    private var payload: UInt64 { UInt64(take) << 20 | UInt64(frame) }

    private static func checksum(of payload: UInt64) -> UInt16 {
        var checksum: UInt16 = 0xFFFF
        for shift in stride(from: 32, through: 0, by: -8) {
            checksum ^= UInt16(truncatingIfNeeded: payload >> UInt64(shift)) << 8
            for _ in 0..<8 {
                checksum = checksum & 0x8000 != 0 ? (checksum << 1) ^ 0x1021 : checksum << 1
            }
        }
        return checksum
    }
}
