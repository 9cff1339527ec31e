/// A block to draw: a box in any direction, flatly lit.
struct Box {
    var centre: Point
    /// Unit vectors along its edges, right-handed.
    var axes: (Point, Point, Point)
    /// Half the length of its edges, metres.
    var half: Point
    var paint: Paint
}

/// A rod with round ends.
struct Rod {
    var start: Point
    var end: Point
    /// Metres.
    var radius: Double
    var paint: Paint
}

/// One flat side of a box.
struct Face {
    var corners: [4 of Point]
    var normal: Point
    var paint: Paint

    var middle: Point { (corners[0] + corners[1] + corners[2] + corners[3]) / 4 }
}

extension Box {
    /// A box from one point towards another, `across` wide along `sideways` and `high` along the third direction.
    init(from start: Point, to end: Point, sideways: Point, across: Double, high: Double, paint: Paint) {
        let along = normalized(end - start)
        let length = ((end - start) * (end - start)).sum().squareRoot()
        self.init(
            centre: (start + end) / 2, axes: (along, sideways, cross(along, sideways)),
            half: Point(length / 2, across / 2, high / 2), paint: paint)
    }

    /// The eight corners.
    var corners: [Point] {
        let (x, y, z) = (axes.0 * half.x, axes.1 * half.y, axes.2 * half.z)
        return [
            centre - x - y - z, centre + x - y - z, centre - x + y - z, centre + x + y - z, centre - x - y + z,
            centre + x - y + z, centre - x + y + z, centre + x + y + z,
        ]
    }

    /// The six sides.
    var faces: [Face] {
        let (x, y, z) = (axes.0 * half.x, axes.1 * half.y, axes.2 * half.z)
        func face(_ normal: Point, _ out: Point, _ a: Point, _ b: Point) -> Face {
            Face(
                corners: [
                    centre + out - a - b, centre + out + a - b, centre + out + a + b, centre + out - a + b,
                ], normal: normal, paint: paint)
        }
        return [
            face(axes.0, x, y, z), face(-axes.0, -x, y, z), face(axes.1, y, z, x), face(-axes.1, -y, z, x),
            face(axes.2, z, x, y), face(-axes.2, -z, x, y),
        ]
    }
}
