/// From where to where a polygon reaches on every line through a picture, four lines a row of pixels: what smooth edges
/// are made from. One is used for all polygons of a picture, so that nothing is allocated while drawing.
final class Scanlines {
    /// Lines through a row of pixels.
    static let perRow = 4

    private let lineCount: Int
    /// The smallest x on each line.
    let left: UnsafeMutablePointer<Float>
    /// The largest x on each line; not larger than `left` where the polygon is not.
    let right: UnsafeMutablePointer<Float>

    /// For a picture of this many rows.
    init(height: Int) {
        lineCount = height * Self.perRow
        left = .allocate(capacity: lineCount)
        right = .allocate(capacity: lineCount)
    }

    deinit {
        left.deallocate()
        right.deallocate()
    }

    /// Finds the polygon's reach on every line it crosses, cut off at `width`. Returns the rows it touches.
    func trace(_ polygon: Polygon, width: Int) -> Range<Int> {
        let first = line(at: polygon.top)
        let end = line(at: polygon.bottom)
        guard polygon.count >= 3, first < end else { return 0..<0 }
        // Whole rows, so that a row's lines can be read without asking which of them are there.
        let rows = first / Self.perRow..<(end + Self.perRow - 1) / Self.perRow
        for index in rows.lowerBound * Self.perRow..<rows.upperBound * Self.perRow {
            left[index] = .infinity
            right[index] = -.infinity
        }
        var previous = polygon[polygon.count - 1]
        for index in 0..<polygon.count {
            let corner = polygon[index]
            if previous.y < corner.y {
                trace(from: previous, to: corner)
            } else {
                trace(from: corner, to: previous)
            }
            previous = corner
        }
        let limit = Float(width)
        for index in first..<end {
            if left[index] < 0 { left[index] = 0 }
            if right[index] > limit { right[index] = limit }
        }
        return rows
    }

    /// The first line at or below `y`, within the picture.
    private func line(at y: Float) -> Int {
        let index = y * Float(Self.perRow) - 0.5
        if !(index > 0) { return 0 }
        return index >= Float(lineCount) ? lineCount : Int(index.rounded(.up))
    }

    private func trace(from upper: SIMD2<Float>, to lower: SIMD2<Float>) {
        let first = line(at: upper.y)
        let end = line(at: lower.y)
        guard first < end else { return }
        let step = (lower.x - upper.x) / (lower.y - upper.y) / Float(Self.perRow)
        var x = upper.x + step * (Float(first) + 0.5 - upper.y * Float(Self.perRow))
        for index in first..<end {
            if x < left[index] { left[index] = x }
            if x > right[index] { right[index] = x }
            x += step
        }
    }
}
