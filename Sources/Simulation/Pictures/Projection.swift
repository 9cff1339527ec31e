import func Glibc.atan2
import func Glibc.cos
import func Glibc.sin
import func Glibc.tan

/// How a camera at a place sees points: a pinhole.
struct Projection {
    /// Nothing nearer than this is drawn, metres.
    static let near = 0.012

    let position: Point
    private let right: Point
    private let down: Point
    private let forward: Point
    /// Pixels.
    private let focalLength: Double
    private let centre: SIMD2<Double>

    /// A camera at `position` that looks at `target`; `up` is up in the picture; `fieldOfView` is of the height, degrees.
    init(from position: Point, to target: Point, up: Point, fieldOfView: Double, width: Int, height: Int) {
        self.position = position
        forward = normalized(target - position)
        right = normalized(cross(forward, up))
        down = cross(forward, right)
        focalLength = Double(height) / 2 / tan(fieldOfView * .pi / 360)
        centre = SIMD2(Double(width) / 2, Double(height) / 2)
    }

    /// The point as the camera has it: x to the right, y down, z away from it.
    func view(_ point: Point) -> Point {
        let offset = point - position
        return Point((offset * right).sum(), (offset * down).sum(), (offset * forward).sum())
    }

    /// Pixels of a point in the camera's own coordinates; z must be positive.
    func pixel(_ view: Point) -> SIMD2<Float> {
        SIMD2(
            Float(centre.x + focalLength * view.x / view.z), Float(centre.y + focalLength * view.y / view.z))
    }

    /// Pixels that a length across the view takes at a distance.
    func pixels(_ length: Double, at distance: Double) -> Double { focalLength * length / distance }

    /// The polygon that these corners (convex, in order) make in the picture; what is too near is cut off.
    func polygon(_ corners: some BidirectionalCollection<Point>) -> Polygon {
        var polygon = Polygon()
        guard let last = corners.last else { return polygon }
        var previous = view(last)
        for corner in corners {
            let current = view(corner)
            if (previous.z < Self.near) != (current.z < Self.near) {
                let share = (Self.near - previous.z) / (current.z - previous.z)
                polygon.append(pixel(previous + (current - previous) * share))
            }
            if current.z >= Self.near { polygon.append(pixel(current)) }
            previous = current
        }
        return polygon
    }

    /// The outline of a rod with round ends.
    func rod(from start: Point, to end: Point, radius: Double) -> Polygon {
        var polygon = Polygon()
        let (a, b) = (view(start), view(end))
        guard a.z > Self.near, b.z > Self.near else { return polygon }
        let (from, to) = (pixel(a), pixel(b))
        let (fromRadius, toRadius) = (pixels(radius, at: a.z), pixels(radius, at: b.z))
        let direction = atan2(Double(to.y - from.y), Double(to.x - from.x))
        let steps = 10
        for (centre, size, turn) in [(to, toRadius, direction), (from, fromRadius, direction + .pi)] {
            for step in 0...steps {
                let angle = turn - .pi / 2 + .pi * Double(step) / Double(steps)
                polygon.append(SIMD2(centre.x + Float(size * cos(angle)), centre.y + Float(size * sin(angle))))
            }
        }
        return polygon
    }
}

func cross(_ a: Point, _ b: Point) -> Point {
    Point(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
}

func normalized(_ vector: Point) -> Point { vector / (vector * vector).sum().squareRoot() }
