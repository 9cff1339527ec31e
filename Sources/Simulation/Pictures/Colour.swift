/// A colour as 8-bit limited-range BT.601 components.
struct Colour: Hashable, Sendable {
    var y: UInt8
    var u: UInt8
    var v: UInt8

    /// From red, green and blue, 0...1 each; values beyond are cut.
    init(_ red: Double, _ green: Double, _ blue: Double) {
        let (r, g, b) = (min(max(red, 0), 1), min(max(green, 0), 1), min(max(blue, 0), 1))
        let luma = 0.299 * r + 0.587 * g + 0.114 * b
        y = UInt8((16 + 219 * luma).rounded())
        u = UInt8((128 + 224 * (b - luma) / 1.772).rounded())
        v = UInt8((128 + 224 * (r - luma) / 1.402).rounded())
    }
}

/// What a part is made of: its colour in plain light.
struct Paint: Hashable, Sendable {
    var red: Double
    var green: Double
    var blue: Double

    init(_ red: Double, _ green: Double, _ blue: Double) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// In `light`, 0 dark to 1 full; a little above 1 is a gloss.
    func lit(_ light: Double) -> Colour { Colour(red * light, green * light, blue * light) }
}
