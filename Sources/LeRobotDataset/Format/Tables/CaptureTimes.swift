import ArrowTables
package import OrderedCollections
package import RecordingTypes

/// When each frame of an episode was really captured. LeRobot's own `timestamp` must be frame_index / fps, so this is
/// kept beside what LeRobot reads, in `meta/reel/chunk-XXX/file-XXX.parquet`.
package struct CaptureTimes: Sendable {
    /// CLOCK_MONOTONIC, when the frame's observation was taken; one a frame.
    package var monotonicNanoseconds: [Int64]
    /// Since 1970; one a frame.
    package var wallNanoseconds: [Int64]
    /// Whether the tick came too late and repeats the frame before it; one a frame.
    package var isLate: [Bool]
    /// By the camera's name ("front"), in the order of the features.
    package var cameras: OrderedDictionary<String, Camera>
    /// What the operator said of the episode, if anything; the same in all its rows.
    package var outcome: Outcome?
    /// What the operator typed about it, if anything; likewise.
    package var note: String?
    /// What of the episode was worth another look when it was recorded; likewise.
    package var findings: [String]

    /// One camera's side of it, one entry a frame.
    package struct Camera: Sendable {
        /// How old the picture was when the frame was taken.
        package var ageNanoseconds: [Int64]
        /// Whether the picture is the same as the frame's before it, because the camera had no new one.
        package var isRepeated: [Bool]
        /// The camera's own count of its pictures; a gap is a picture that no frame holds.
        package var sequence: [Int64]

        package init(ageNanoseconds: [Int64], isRepeated: [Bool], sequence: [Int64]) {
            self.ageNanoseconds = ageNanoseconds
            self.isRepeated = isRepeated
            self.sequence = sequence
        }
    }

    package init(
        monotonicNanoseconds: [Int64], wallNanoseconds: [Int64], isLate: [Bool],
        cameras: OrderedDictionary<String, Camera>, outcome: Outcome? = nil, note: String? = nil,
        findings: [String] = []
    ) {
        self.monotonicNanoseconds = monotonicNanoseconds
        self.wallNanoseconds = wallNanoseconds
        self.isLate = isLate
        self.cameras = cameras
        self.outcome = outcome
        self.note = note
        self.findings = findings
    }

    /// Whether every column has one entry a frame.
    func has(frames: Int) -> Bool {
        monotonicNanoseconds.count == frames && wallNanoseconds.count == frames && isLate.count == frames
            && cameras.values.allSatisfy {
                $0.ageNanoseconds.count == frames && $0.isRepeated.count == frames && $0.sequence.count == frames
            }
    }

    /// The rows of the table: one a frame.
    func table(episode: Int) throws -> Table {
        let frames = monotonicNanoseconds.count
        var columns: [(String, ColumnType, ColumnValues)] = [
            ("episode_index", .int64, .int64([Int64](repeating: Int64(episode), count: frames))),
            ("frame_index", .int64, .int64((0..<frames).map(Int64.init))),
            ("monotonic_ns", .int64, .int64(monotonicNanoseconds)),
            ("wall_ns", .int64, .int64(wallNanoseconds)),
            ("late", .bool, .bool(isLate)),
            ("outcome", .utf8, .utf8([String](repeating: outcome?.rawValue ?? "", count: frames))),
            ("note", .utf8, .utf8([String](repeating: note ?? "", count: frames))),
            ("findings", .utf8, .utf8([String](repeating: findings.joined(separator: "; "), count: frames))),
        ]
        for (name, camera) in cameras {
            columns.append(("\(name)/age_ns", .int64, .int64(camera.ageNanoseconds)))
            columns.append(("\(name)/repeated", .bool, .bool(camera.isRepeated)))
            columns.append(("\(name)/sequence", .int64, .int64(camera.sequence)))
        }
        return try Table(schema: TableSchema(columns.map { ColumnField($0.0, $0.1) }), columns: columns.map(\.2))
    }
}
