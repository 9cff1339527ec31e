import CFFmpeg

/// What a JPEG says of itself, read off its markers (ITU-T T.81, B.1) without decoding it.
package struct JPEGHeader: Hashable {
    /// Pixels.
    package let width: Int
    /// Pixels.
    package let height: Int

    /// Nil when the bytes are not one whole JPEG: it must begin with SOI, state its size, and end with EOI, after which
    /// cameras may pad.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 20, bytes[0] == 0xFF, bytes[1] == 0xD8, Self.ends(bytes) else { return nil }
        var place = 2
        while place + 4 <= bytes.count {
            guard bytes[place] == 0xFF else { return nil }
            let marker = bytes[place + 1]
            if marker == 0xFF {
                place += 1
                continue
            }
            let length = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
            // Every start of a frame but the three other markers in its range.
            if (0xC0...0xCF).contains(marker), ![0xC4, 0xC8, 0xCC].contains(marker) {
                guard length >= 8, place + 9 <= bytes.count else { return nil }
                height = Int(bytes[place + 5]) << 8 | Int(bytes[place + 6])
                width = Int(bytes[place + 7]) << 8 | Int(bytes[place + 8])
                if width == 0 || height == 0 { return nil }
                return
            }
            if marker == 0xDA || length < 2 { return nil }
            place += 2 + length
        }
        return nil
    }

    /// Whether EOI is the last thing that is not padding.
    private static func ends(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var place = bytes.count - 1
        let first = max(2, bytes.count - 4096)
        while place > first {
            if bytes[place] == 0xD9 && bytes[place - 1] == 0xFF { return true }
            place -= 1
        }
        return false
    }
}
