extension FrameCode {
    /// Where the cells are in a picture of a given size.
    package struct Strip: Hashable, Sendable {
        /// The edge of a cell, pixels; even, so that cells begin and end on chroma pixels.
        package let cell: Int
        /// Cells in a row.
        package let columns: Int

        /// The strip of a picture, or nil when the picture is too small to hold one.
        package init?(width: Int, height: Int) {
            cell = max(8, 2 * (width / 128))
            columns = min(26, width / cell)
            guard columns > 0, (FrameCode.cellCount + columns - 1) / columns * cell <= height else { return nil }
        }

        /// Rows of cells.
        package var rows: Int { (FrameCode.cellCount + columns - 1) / columns }

        /// The pixel in the cell's top left corner.
        package func origin(of index: Int) -> (x: Int, y: Int) {
            (index % columns * cell, index / columns * cell)
        }
    }

    /// Reads the strip of a luma plane (limited or full range) whose rows are `stride` bytes apart; nil when there is
    /// none or it is damaged.
    package static func decode(luma: UnsafeRawBufferPointer, stride: Int, width: Int, height: Int) -> FrameCode? {
        decode(luma, stride: stride, bytesPerPixel: 1, width: width, height: height)
    }

    /// Reads the strip of interleaved red, green and blue bytes, rows one after the other without a gap; nil when there
    /// is none or it is damaged.
    package static func decode(rgb24 pixels: [UInt8], width: Int, height: Int) -> FrameCode? {
        pixels.withUnsafeBytes { decode($0, stride: width * 3, bytesPerPixel: 3, width: width, height: height) }
    }

    private static func decode(
        _ bytes: UnsafeRawBufferPointer, stride: Int, bytesPerPixel: Int, width: Int, height: Int
    ) -> FrameCode? {
        guard let strip = Strip(width: width, height: height),
            bytes.count >= (height - 1) * stride + width * bytesPerPixel
        else { return nil }
        let margin = strip.cell / 4
        let inner = strip.cell - 2 * margin
        var bits: UInt64 = 0
        for index in 0..<cellCount {
            let (x, y) = strip.origin(of: index)
            var sum = 0
            for row in (y + margin)..<(y + margin + inner) {
                let start = row * stride + (x + margin) * bytesPerPixel
                for offset in start..<(start + inner * bytesPerPixel) { sum += Int(bytes[offset]) }
            }
            let mean = sum / (inner * inner * bytesPerPixel)
            guard mean < 96 || mean > 160 else { return nil }
            bits = bits << 1 | (mean > 160 ? 1 : 0)
        }
        return FrameCode(bits: bits)
    }
}
