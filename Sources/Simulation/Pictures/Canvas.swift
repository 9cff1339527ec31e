/// A planar 4:2:0 picture to draw on: filled convex polygons with smooth edges, written straight into the planes.
struct Canvas {
    let width: Int
    let height: Int
    private let luma: UnsafeMutablePointer<UInt8>
    private let blue: UnsafeMutablePointer<UInt8>
    private let red: UnsafeMutablePointer<UInt8>
    private let lines: Scanlines

    /// Bytes of a picture.
    static func byteCount(width: Int, height: Int) -> Int {
        width * height + 2 * ((width + 1) / 2) * ((height + 1) / 2)
    }

    /// Chroma pixels in a row.
    var chromaWidth: Int { (width + 1) / 2 }
    /// Chroma rows.
    var chromaHeight: Int { (height + 1) / 2 }

    /// Draws into `bytes`, which must hold `byteCount` and outlive the canvas: the luma plane, then both chroma planes,
    /// rows without gaps. `lines` must be made for this height.
    init?(_ bytes: UnsafeMutableRawBufferPointer, width: Int, height: Int, lines: Scanlines) {
        guard bytes.count >= Self.byteCount(width: width, height: height), width > 0, height > 0,
            let base = bytes.bindMemory(to: UInt8.self).baseAddress
        else { return nil }
        self.width = width
        self.height = height
        self.lines = lines
        luma = base
        blue = base + width * height
        red = base + width * height + (width + 1) / 2 * ((height + 1) / 2)
    }

    /// Fills a rectangle of whole pixels; what lies outside is left out.
    func fill(x: Int, y: Int, width: Int, height: Int, _ colour: Colour) {
        let (left, right) = (max(0, x), min(self.width, x + width))
        let (top, bottom) = (max(0, y), min(self.height, y + height))
        guard left < right, top < bottom else { return }
        for row in top..<bottom { (luma + row * self.width + left).update(repeating: colour.y, count: right - left) }
        let (chromaLeft, chromaRight) = (left / 2, (right + 1) / 2)
        for row in (top / 2)..<((bottom + 1) / 2) {
            (blue + row * chromaWidth + chromaLeft).update(repeating: colour.u, count: chromaRight - chromaLeft)
            (red + row * chromaWidth + chromaLeft).update(repeating: colour.v, count: chromaRight - chromaLeft)
        }
    }

    /// Makes the middle a little brighter and the corners darker, as a lens does; for backgrounds that are drawn once.
    func shadeCorners() {
        let (centreX, centreY) = (Float(width) / 2, Float(height) / 2)
        for y in 0..<height {
            let down = Float(y) / centreY - 1
            var x = 0
            while x < width {
                let right = Float(x) / centreX - 1
                let light = 1.04 - 0.13 * (right * right + down * down)
                let value = Int((Float(luma[y * width + x]) - 16) * light + 16.5)
                luma[y * width + x] = UInt8(truncatingIfNeeded: value < 16 ? 16 : value > 235 ? 235 : value)
                x += 1
            }
        }
    }

    /// Fills a convex polygon.
    func fill(_ polygon: Polygon, _ colour: Colour) {
        let rows = lines.trace(polygon, width: width)
        let value = Int(colour.y)
        for row in rows {
            draw(row: row) { pixel, coverage in
                let old = Int(luma[pixel])
                luma[pixel] = UInt8(truncatingIfNeeded: old + (value - old) * coverage / 256)
            } inside: { pixel, count in
                (luma + pixel).update(repeating: colour.y, count: count)
            }
        }
        guard !rows.isEmpty else { return }
        for row in rows.lowerBound / 2...(rows.upperBound - 1) / 2 { fillChroma(row, rows, colour) }
    }

    /// Darkens what lies under a convex polygon: to what `dark` has for the luma of `lit`, a picture of the same size
    /// without shadows. So shadows that overlap are one shadow; nothing else may be drawn before them.
    func darken(_ polygon: Polygon, to dark: UnsafePointer<UInt8>, of lit: UnsafePointer<UInt8>) {
        for row in lines.trace(polygon, width: width) {
            draw(row: row) { pixel, coverage in
                let bright = Int(lit[pixel])
                let value = UInt8(truncatingIfNeeded: bright + (Int(dark[bright]) - bright) * coverage / 256)
                if value < luma[pixel] { luma[pixel] = value }
            } inside: { pixel, count in
                var index = pixel
                while index < pixel + count {
                    luma[index] = dark[Int(lit[index])]
                    index += 1
                }
            }
        }
    }

    /// Splits a traced row into its smooth edges and what lies wholly inside. Coverage is of 256.
    private func draw(
        row: Int, edge: (_ pixel: Int, _ coverage: Int) -> Void, inside: (_ pixel: Int, _ count: Int) -> Void
    ) {
        let first = row * Scanlines.perRow
        let end = first + Scanlines.perRow
        var (outerLeft, innerLeft) = (Float.infinity, -Float.infinity)
        var (outerRight, innerRight) = (-Float.infinity, Float.infinity)
        let (lefts, rights) = (lines.left, lines.right)
        var line = first
        while line < end {
            let (left, right) = (lefts[line], rights[line])
            if left < right {
                if left < outerLeft { outerLeft = left }
                if right > outerRight { outerRight = right }
            }
            if left > innerLeft { innerLeft = left }
            if right < innerRight { innerRight = right }
            line += 1
        }
        guard outerLeft < outerRight else { return }
        let (start, stop) = (Int(outerLeft), Int(outerRight.rounded(.up)))
        // A line that the polygon misses makes the inside empty (its left is infinite).
        var (innerStart, innerStop) = (stop, stop)
        if innerLeft < innerRight {
            innerStart = Int(innerLeft.rounded(.up))
            innerStop = Int(innerRight)
            if innerStart >= innerStop { (innerStart, innerStop) = (stop, stop) }
        }
        let base = row * width
        drawEdge(start, innerStart, first, base, edge)
        if innerStart < innerStop {
            inside(base + innerStart, innerStop - innerStart)
            drawEdge(innerStop, stop, first, base, edge)
        }
    }

    private func drawEdge(_ start: Int, _ stop: Int, _ first: Int, _ base: Int, _ edge: (Int, Int) -> Void) {
        let (lefts, rights) = (lines.left, lines.right)
        let end = first + Scanlines.perRow
        var pixel = start
        while pixel < stop {
            let (pixelLeft, pixelRight) = (Float(pixel), Float(pixel + 1))
            var coverage: Float = 0
            var line = first
            while line < end {
                let left = lefts[line] > pixelLeft ? lefts[line] : pixelLeft
                let right = rights[line] < pixelRight ? rights[line] : pixelRight
                if left < right { coverage += right - left }
                line += 1
            }
            edge(base + pixel, Int(coverage * 64))
            pixel += 1
        }
    }

    /// A row of chroma: as far as the polygon reaches near the middle of its two rows of luma.
    private func fillChroma(_ row: Int, _ rows: Range<Int>, _ colour: Colour) {
        let line = 2 * row * Scanlines.perRow + Scanlines.perRow
        let (first, end) = (rows.lowerBound * Scanlines.perRow, rows.upperBound * Scanlines.perRow)
        let near = line < first ? first : line >= end ? end - 1 : line
        guard lines.left[near] < lines.right[near] else { return }
        let start = Int((lines.left[near] / 2).rounded())
        let stop = Int((lines.right[near] / 2).rounded())
        guard start < stop else { return }
        (blue + row * chromaWidth + start).update(repeating: colour.u, count: stop - start)
        (red + row * chromaWidth + start).update(repeating: colour.v, count: stop - start)
    }
}
