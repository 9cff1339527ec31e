/// A convex polygon in pixels; at most 24 corners, kept inline.
struct Polygon {
    private var corners: [24 of SIMD2<Float>]
    private(set) var count = 0
    /// The smallest y.
    private(set) var top = Float.infinity
    /// The largest y.
    private(set) var bottom = -Float.infinity

    init() { corners = [24 of SIMD2<Float>](repeating: SIMD2()) }

    /// Adds a corner; one too many is left out.
    mutating func append(_ corner: SIMD2<Float>) {
        guard count < 24 else { return }
        corners[count] = corner
        count += 1
        top = min(top, corner.y)
        bottom = max(bottom, corner.y)
    }

    /// From where to where it reaches on the line `y`; nil when it does not cross it.
    func span(at y: Float) -> (left: Float, right: Float)? {
        guard y >= top, y < bottom else { return nil }
        var left = Float.infinity
        var right = -Float.infinity
        var previous = corners[count - 1]
        for index in 0..<count {
            let corner = corners[index]
            if (previous.y <= y) != (corner.y <= y) {
                let x = previous.x + (y - previous.y) / (corner.y - previous.y) * (corner.x - previous.x)
                left = min(left, x)
                right = max(right, x)
            }
            previous = corner
        }
        return left < right ? (left, right) : nil
    }
}
