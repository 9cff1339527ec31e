/// A convex polygon in pixels; at most 24 corners, kept inline.
struct Polygon {
    private var corners: [24 of SIMD2<Float>]
    private(set) var count = 0
    /// The smallest y.
    private(set) var top = Float.infinity
    /// The largest y.
    private(set) var bottom = -Float.infinity

    init() { corners = [24 of SIMD2<Float>](repeating: SIMD2()) }

    subscript(index: Int) -> SIMD2<Float> { corners[index] }

    /// Adds a corner; one too many is left out.
    mutating func append(_ corner: SIMD2<Float>) {
        guard count < 24 else { return }
        corners[count] = corner
        count += 1
        if corner.y < top { top = corner.y }
        if corner.y > bottom { bottom = corner.y }
    }
}
