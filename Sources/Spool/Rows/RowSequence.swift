import RecordingTypes

/// Follows the rows of one take and says when one does not continue those before it.
struct RowSequence {
    /// Rows accepted so far.
    private(set) var count = 0
    /// Per camera, what the row before refers to.
    private var frames: [FrameReference?]

    init(cameraCount: Int) { frames = Array(repeating: nil, count: cameraCount) }

    /// Accepts the row, or says why it cannot be the next one.
    mutating func accept(_ row: TakeRow) -> String? {
        guard row.index == count else { return "row \(row.index) stands where row \(count) belongs" }
        for (camera, frame) in row.frames.enumerated() {
            let next = frames[camera].map { $0.index + 1 } ?? 0
            if frame.isNew {
                guard frame.index == next else {
                    return "row \(row.index) brings picture \(frame.index) of camera \(camera), not \(next)"
                }
                guard frame.packet.size > 0 else {
                    return "row \(row.index) brings an empty picture of camera \(camera)"
                }
            } else {
                var repeated = frame
                repeated.isNew = frames[camera]?.isNew ?? false
                guard repeated == frames[camera] else {
                    return "row \(row.index) repeats another picture of camera \(camera) than the row before it"
                }
            }
        }
        for (camera, frame) in row.frames.enumerated() { frames[camera] = frame }
        count += 1
        return nil
    }
}
