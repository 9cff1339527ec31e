import Glibc

/// A planar 4:2:0 picture to draw on: filled convex polygons with smooth edges, written straight into the planes.
struct Canvas {
    let width: Int
    let height: Int
    private let luma: UnsafeMutablePointer<UInt8>
    private let blue: UnsafeMutablePointer<UInt8>
    private let red: UnsafeMutablePointer<UInt8>

    /// Bytes of a picture.
    static func byteCount(width: Int, height: Int) -> Int {
        width * height + 2 * ((width + 1) / 2) * ((height + 1) / 2)
    }

    /// Chroma pixels in a row.
    var chromaWidth: Int { (width + 1) / 2 }
    /// Chroma rows.
    var chromaHeight: Int { (height + 1) / 2 }

    /// Draws into `bytes`, which must hold `byteCount` and outlive the canvas: the luma plane, then both chroma planes,
    /// rows without gaps.
    init?(_ bytes: UnsafeMutableRawBufferPointer, width: Int, height: Int) {
        guard bytes.count >= Self.byteCount(width: width, height: height), width > 0, height > 0,
            let base = bytes.bindMemory(to: UInt8.self).baseAddress
        else { return nil }
        self.width = width
        self.height = height
        luma = base
        blue = base + width * height
        red = base + width * height + (width + 1) / 2 * ((height + 1) / 2)
    }

    /// Fills a rectangle of whole pixels; what lies outside is left out.
    func fill(x: Int, y: Int, width: Int, height: Int, _ colour: Colour) {
        let (left, right) = (max(0, x), min(self.width, x + width))
        let (top, bottom) = (max(0, y), min(self.height, y + height))
        guard left < right, top < bottom else { return }
        for row in top..<bottom { memset(luma + row * self.width + left, Int32(colour.y), right - left) }
        let (chromaLeft, chromaRight) = (left / 2, (right + 1) / 2)
        for row in (top / 2)..<((bottom + 1) / 2) {
            memset(blue + row * chromaWidth + chromaLeft, Int32(colour.u), chromaRight - chromaLeft)
            memset(red + row * chromaWidth + chromaLeft, Int32(colour.v), chromaRight - chromaLeft)
        }
    }

    /// Scales the luma of every pixel by what `light` says for it; for backgrounds that are drawn once.
    func shade(_ light: (_ x: Int, _ y: Int) -> Double) {
        for y in 0..<height {
            for x in 0..<width {
                let value = 16 + (Double(luma[y * width + x]) - 16) * light(x, y)
                luma[y * width + x] = UInt8(min(max(value.rounded(), 16), 235))
            }
        }
    }

    /// Fills a convex polygon.
    func fill(_ polygon: Polygon, _ colour: Colour) {
        forEachSpan(of: polygon) { row, edges in
            draw(row: row, edges) { pixel, coverage in
                let old = Int(luma[pixel])
                luma[pixel] = UInt8(old + (Int(colour.y) - old) * coverage / 256)
            } inside: { pixel, count in
                memset(luma + pixel, Int32(colour.y), count)
            }
        }
        fillChroma(polygon, colour)
    }

    /// Darkens what lies under a convex polygon to `share` of 256 of the luma that `lit` has there, a picture of the same
    /// size without shadows; so shadows that overlap are one shadow.
    func darken(_ polygon: Polygon, to share: Int, of lit: UnsafePointer<UInt8>) {
        forEachSpan(of: polygon) { row, edges in
            draw(row: row, edges) { pixel, coverage in
                let bright = Int(lit[pixel]) - 16
                let dark = 16 + bright * (256 * 256 - (256 - share) * coverage) / (256 * 256)
                luma[pixel] = min(luma[pixel], UInt8(max(0, dark)))
            } inside: { pixel, count in
                for index in pixel..<(pixel + count) {
                    let dark = 16 + (Int(lit[index]) - 16) * share / 256
                    luma[index] = min(luma[index], UInt8(max(0, dark)))
                }
            }
        }
    }

    /// The left and right edge of a polygon on four lines through a row of pixels; left > right where it is not there.
    private struct Edges {
        var left = SIMD4<Float>(repeating: 1)
        var right = SIMD4<Float>(repeating: 0)
    }

    private func forEachSpan(of polygon: Polygon, _ body: (_ row: Int, _ edges: Edges) -> Void) {
        guard polygon.count >= 3 else { return }
        let top = max(0, Int(polygon.top.rounded(.down)))
        let bottom = min(height, Int(polygon.bottom.rounded(.up)))
        guard top < bottom else { return }
        for row in top..<bottom {
            var edges = Edges()
            for line in 0..<4 {
                guard let (left, right) = polygon.span(at: Float(row) + Float(line) * 0.25 + 0.125) else { continue }
                edges.left[line] = max(0, left)
                edges.right[line] = min(Float(width), right)
            }
            body(row, edges)
        }
    }

    /// Splits a row into its smooth edges and what lies wholly inside. Coverage is of 256.
    private func draw(
        row: Int, _ edges: Edges, edge: (_ pixel: Int, _ coverage: Int) -> Void,
        inside: (_ pixel: Int, _ count: Int) -> Void
    ) {
        var (outerLeft, innerLeft) = (Float(width), Float(0))
        var (outerRight, innerRight) = (Float(0), Float(width))
        for line in 0..<4 {
            let isThere = edges.left[line] < edges.right[line]
            if isThere {
                outerLeft = min(outerLeft, edges.left[line])
                outerRight = max(outerRight, edges.right[line])
            }
            innerLeft = max(innerLeft, isThere ? edges.left[line] : Float(width))
            innerRight = min(innerRight, isThere ? edges.right[line] : 0)
        }
        guard outerLeft < outerRight else { return }
        let start = Int(outerLeft)
        let end = min(width, Int(outerRight.rounded(.up)))
        var innerStart = Int(innerLeft.rounded(.up))
        var innerEnd = Int(innerRight)
        if innerStart >= innerEnd { (innerStart, innerEnd) = (end, end) }
        let base = row * width
        func drawEdge(_ pixels: Range<Int>) {
            for pixel in pixels {
                var coverage: Float = 0
                for line in 0..<4 {
                    coverage += max(
                        0, min(edges.right[line], Float(pixel + 1)) - max(edges.left[line], Float(pixel)))
                }
                edge(base + pixel, min(256, Int(coverage * 64)))
            }
        }
        drawEdge(start..<max(start, min(innerStart, end)))
        if innerStart < innerEnd {
            inside(base + innerStart, innerEnd - innerStart)
            drawEdge(innerEnd..<max(innerEnd, end))
        }
    }

    private func fillChroma(_ polygon: Polygon, _ colour: Colour) {
        guard polygon.count >= 3 else { return }
        let top = max(0, Int((polygon.top / 2).rounded(.down)))
        let bottom = min(chromaHeight, Int((polygon.bottom / 2).rounded(.up)))
        guard top < bottom else { return }
        for row in top..<bottom {
            guard let (left, right) = polygon.span(at: Float(2 * row + 1)) else { continue }
            let start = Int((max(0, left) / 2).rounded())
            let end = min(chromaWidth, Int((min(Float(width), right) / 2).rounded()))
            guard start < end else { continue }
            memset(blue + row * chromaWidth + start, Int32(colour.u), end - start)
            memset(red + row * chromaWidth + start, Int32(colour.v), end - start)
        }
    }
}
