/// Which neighbouring files become one.
enum FileGroups {
    /// 500 s: farther into a file, LeRobot's comparison of times in float32 begins to miss frames of long episodes.
    static let longestVideo = 500.0

    /// Neighbours together as long as all stay below `bytes` and do not exceed `seconds`; sizes decide alone where no
    /// lengths are given. A file that is too large by itself stays alone. Ranges of positions.
    static func make(sizes: [Int], lengths: [Double]? = nil, bytes: Double, seconds: Double = .infinity) -> [Range<Int>]
    {
        var groups: [Range<Int>] = []
        var (start, size, length) = (0, 0, 0.0)
        for position in sizes.indices {
            let (more, longer) = (sizes[position], lengths?[position] ?? 0)
            if position > start, Double(size + more) >= bytes || length + longer > seconds {
                groups.append(start..<position)
                (start, size, length) = (position, 0, 0)
            }
            size += more
            length += longer
        }
        return sizes.isEmpty ? [] : groups + [start..<sizes.count]
    }
}
