/// What is counted of a take or an episode, as far as somebody counts it: what a review goes by.
package struct TakeFigures: Sendable, Equatable {
    package var rows: Int
    /// Rows a second.
    package var fps: Int
    /// Rows that came too late and repeat the one before.
    package var lateRows = 0
    package var cameras: [Camera] = []
    package var values: [Value] = []

    package init(rows: Int = 0, fps: Int) { (self.rows, self.fps) = (rows, fps) }

    package var seconds: Double { Double(rows) / Double(fps) }

    /// One camera's pictures.
    package struct Camera: Sendable, Equatable {
        package var name: String
        /// Rows whose picture is the one before.
        package var repeated = 0
        /// The most of them in a row.
        package var longest = 0..<0
        /// Of red, green and blue, 0 to 1: the mean, and the deviation from it; nil where nobody has looked.
        package var light: (mean: [Double], deviation: [Double])?
        /// How sharp its pictures are, beside those of the same camera in other takes; nil where nobody has looked.
        package var sharpness: Double?
        /// Those in a row up to now.
        private var run = 0..<0

        package init(name: String) { self.name = name }

        /// Counts a row.
        package mutating func note(isRepeated: Bool, row: Int) {
            guard isRepeated else { return run = 0..<0 }
            repeated += 1
            run = (run.isEmpty ? row : run.lowerBound)..<row + 1
            if run.count > longest.count { longest = run }
        }

        package static func == (left: Self, right: Self) -> Bool {
            left.name == right.name && left.repeated == right.repeated && left.longest == right.longest
                && left.sharpness == right.sharpness && left.light?.mean == right.light?.mean
                && left.light?.deviation == right.light?.deviation
        }
    }

    /// One number of a row: "shoulder_pan.pos".
    package struct Value: Sendable, Equatable {
        package var name: String
        package var least = Double.infinity
        package var greatest = -Double.infinity
        package var areNumbers = true

        package init(name: String) { self.name = name }

        package init(name: String, least: Double, greatest: Double, areNumbers: Bool) {
            (self.name, self.least, self.greatest, self.areNumbers) = (name, least, greatest, areNumbers)
        }

        /// Counts a row.
        package mutating func note(_ value: Float) {
            guard value.isFinite else { return areNumbers = false }
            (least, greatest) = (min(least, Double(value)), max(greatest, Double(value)))
        }

        /// How far it went.
        var range: Double { greatest >= least ? greatest - least : 0 }
    }
}
