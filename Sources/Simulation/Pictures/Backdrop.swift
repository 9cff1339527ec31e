/// What never moves: a wall, the table, a mat with a grid, and the two places between which the cube travels.
struct Backdrop {
    private static let wall = Paint(0.72, 0.77, 0.80)
    private static let table = Paint(0.80, 0.70, 0.57)
    private static let mat = Paint(0.24, 0.36, 0.35)
    private static let line = Paint(0.36, 0.49, 0.47)
    private static let places = [Paint(0.30, 0.55, 0.80), Paint(0.45, 0.70, 0.35)]

    /// Draws it as `projection` sees it, over everything that was on the canvas.
    static func draw(on canvas: Canvas, _ projection: Projection) {
        drawWall(canvas)
        canvas.fill(rectangle(projection, x: -0.32...0.62, y: -0.55...0.55), table.lit(1))
        canvas.fill(rectangle(projection, x: 0.075...0.345, y: -0.24...0.24), mat.lit(1))
        for step in 0...4 {
            let x = 0.10 + 0.055 * Double(step)
            canvas.fill(rectangle(projection, x: x - 0.0008...x + 0.0008, y: -0.22...0.22), line.lit(1))
        }
        for step in -4...4 {
            let y = 0.055 * Double(step)
            canvas.fill(rectangle(projection, x: 0.10...0.32, y: y - 0.0008...y + 0.0008), line.lit(1))
        }
        drawPlace(canvas, projection, y: 0.095, places[0])
        drawPlace(canvas, projection, y: -0.095, places[1])
    }

    /// Lighter above, darker below: one step a band of rows.
    private static func drawWall(_ canvas: Canvas) {
        let band = max(2, canvas.height / 40)
        for top in stride(from: 0, to: canvas.height, by: band) {
            let light = 1.08 - 0.25 * Double(top) / Double(canvas.height)
            canvas.fill(x: 0, y: top, width: canvas.width, height: band, wall.lit(light))
        }
    }

    private static func drawPlace(_ canvas: Canvas, _ projection: Projection, y: Double, _ paint: Paint) {
        let (x, size, border) = (0.172, 0.052, 0.004)
        canvas.fill(
            rectangle(projection, x: x - size...x + size, y: y - size...y + size), paint.lit(0.95))
        let inner = size - border
        canvas.fill(rectangle(projection, x: x - inner...x + inner, y: y - inner...y + inner), mat.lit(1.12))
    }

    private static func rectangle(
        _ projection: Projection, x: ClosedRange<Double>, y: ClosedRange<Double>
    ) -> Polygon {
        projection.polygon([
            Point(x.lowerBound, y.lowerBound, 0), Point(x.upperBound, y.lowerBound, 0),
            Point(x.upperBound, y.upperBound, 0), Point(x.lowerBound, y.upperBound, 0),
        ])
    }
}
