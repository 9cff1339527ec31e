/// Draws the simulated world as one camera sees it. What never moves is drawn once and copied from then on.
final class ScenePainter {
    private let view: SimulatedView
    private let width: Int
    private let height: Int
    /// The backdrop without shadows: of a fixed camera for ever, of the wrist's for the picture in hand.
    private let backdrop: UnsafeMutableRawBufferPointer
    private var hasBackdrop = false
    private let lines: Scanlines
    /// Luma in the shadow for luma in the light.
    private let dark: [UInt8] = (0..<256).map { (luma: Int) in luma < 16 ? 16 : UInt8(16 + (luma - 16) * 21 / 32) }
    /// Towards the lamp.
    private static let light = normalized(Point(0.25, 0.45, 0.95))

    init(view: SimulatedView, width: Int, height: Int) {
        self.view = view
        self.width = width
        self.height = height
        lines = Scanlines(height: height)
        backdrop = .allocate(byteCount: Canvas.byteCount(width: width, height: height), alignment: 64)
    }

    deinit { backdrop.deallocate() }

    /// Draws a whole picture into `bytes`: planar 4:2:0, rows without gaps.
    func paint(
        _ snapshot: SimulatedWorld.Snapshot, _ code: FrameCode, into bytes: UnsafeMutableRawBufferPointer
    ) {
        let projection = view.projection(snapshot, width: width, height: height)
        prepareBackdrop(projection)
        bytes.copyMemory(from: UnsafeRawBufferPointer(backdrop))
        guard let canvas = Canvas(bytes, width: width, height: height, lines: lines),
            let lit = backdrop.baseAddress?.assumingMemoryBound(to: UInt8.self)
        else { return }
        let scene = Scene(snapshot)
        drawShadows(of: scene, on: canvas, projection, lit)
        drawParts(of: scene, on: canvas, projection)
        draw(code, on: canvas)
    }

    private func prepareBackdrop(_ projection: Projection) {
        guard !hasBackdrop, let canvas = Canvas(backdrop, width: width, height: height, lines: lines) else { return }
        Backdrop.draw(on: canvas, projection)
        guard view.isFixed else { return }
        hasBackdrop = true
        canvas.shadeCorners()
    }

    /// What keeps the lamp from the table, thrown on it.
    private func drawShadows(
        of scene: Scene, on canvas: Canvas, _ projection: Projection, _ lit: UnsafePointer<UInt8>
    ) {
        func onTable(_ point: Point) -> Point {
            let shadow = point - Self.light * (point.z / Self.light.z)
            return Point(shadow.x, shadow.y, 0)
        }
        for box in scene.boxes {
            let shadow = box.corners.map { SIMD2(onTable($0).x, onTable($0).y) }
            let outline = convexOutline(shadow).map { Point($0.x, $0.y, 0) }
            canvas.darken(projection.polygon(outline), to: dark, of: lit)
        }
        for rod in scene.rods {
            canvas.darken(
                projection.rod(from: onTable(rod.start), to: onTable(rod.end), radius: rod.radius * 0.9), to: dark,
                of: lit)
        }
    }

    /// Far parts first.
    private func drawParts(of scene: Scene, on canvas: Canvas, _ projection: Projection) {
        enum Part {
            case face(Face)
            case rod(Rod)
        }
        var parts: [(distance: Double, part: Part)] = []
        parts.reserveCapacity(64)
        func distance(_ point: Point) -> Double {
            let offset = point - projection.position
            return (offset * offset).sum()
        }
        for box in scene.boxes {
            for face in box.faces where (face.normal * (projection.position - face.middle)).sum() > 0 {
                parts.append((distance(face.middle), .face(face)))
            }
        }
        for rod in scene.rods { parts.append((distance((rod.start + rod.end) / 2), .rod(rod))) }
        parts.sort { $0.distance > $1.distance }
        for (_, part) in parts {
            switch part {
            case .face(let face):
                let light = 0.68 + 0.36 * max(0, (face.normal * Self.light).sum())
                let corners = face.corners
                canvas.fill(projection.polygon([0, 1, 2, 3].map { corners[$0] }), face.paint.lit(light))
            case .rod(let rod):
                draw(rod, on: canvas, projection)
            }
        }
    }

    /// Dark, with a gloss on the side of the lamp, so that it looks round.
    private func draw(_ rod: Rod, on canvas: Canvas, _ projection: Projection) {
        canvas.fill(projection.rod(from: rod.start, to: rod.end, radius: rod.radius), rod.paint.lit(0.75))
        let shift = Self.light * (rod.radius * 0.22)
        canvas.fill(
            projection.rod(from: rod.start + shift, to: rod.end + shift, radius: rod.radius * 0.7), rod.paint.lit(1.1))
    }

    private func draw(_ code: FrameCode, on canvas: Canvas) {
        guard let strip = FrameCode.Strip(width: width, height: height) else { return }
        let (black, white) = (Colour(0, 0, 0), Colour(1, 1, 1))
        let bits = code.bits
        for index in 0..<FrameCode.cellCount {
            let (x, y) = strip.origin(of: index)
            let isSet = bits >> UInt64(FrameCode.cellCount - 1 - index) & 1 == 1
            canvas.fill(x: x, y: y, width: strip.cell, height: strip.cell, isSet ? white : black)
        }
    }
}
