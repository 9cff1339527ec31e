import Platform
import RecordingTypes

extension StatusLine {
    /// The line for a log when a phase begins, nil for phases that a log need not know.
    static func logLine(_ now: SessionSnapshot) -> String? {
        let seconds = now.fps > 0 ? now.rowLimit / now.fps : 0
        return switch now.phase {
        case .connecting: "connecting to the robot and its cameras"
        case .recording: "recording episode \(now.episode) of \(now.episodeCount), at most \(seconds) s"
        case .resetting: "reset the scene, at most \(seconds) s"
        case .waiting: now.missing.map { "waiting for \($0.device) to come back, at most \(left(until: $0.until)) s" }
        case .finishing: "recorded; encoding what waits"
        case .over, .teleoperating: nil
        }
    }

    /// The line for a terminal of so many columns: never longer, and what matters least goes first.
    static func line(_ now: SessionSnapshot, width: Int) -> String {
        var parts = parts(now)
        while parts.map(\.text).joined(separator: separator).cells > width {
            // First all says what it says in fewer words, then what matters least goes.
            if let long = least(of: parts.indices.filter { parts[$0].shorter != nil }, parts) {
                parts[long].text = parts[long].shorter ?? ""
                parts[long].shorter = nil
            } else if let least = least(of: Array(parts.indices.dropFirst()), parts) {
                parts.remove(at: least)
            } else {
                break
            }
        }
        return parts.map(\.text).joined(separator: separator).cut(to: width)
    }

    /// The part that matters least, of several the last.
    private static func least(of indices: [Int], _ parts: [Part]) -> Int? {
        indices.max { (parts[$0].rank, $0) < (parts[$1].rank, $1) }
    }

    private static let separator = " · "

    /// One fact on the line.
    private struct Part {
        var text: String
        var rank: Rank
        /// What says the same in fewer words.
        var shorter: String?
    }

    /// What stays longest comes first.
    private enum Rank: Int, Comparable {
        case phase, time, trouble, word, backlog, rate, cameras, progress, disk, bus

        static func < (one: Rank, other: Rank) -> Bool { one.rawValue < other.rawValue }
    }

    private static func parts(_ now: SessionSnapshot) -> [Part] {
        var parts: [Part] = []
        func add(_ text: String, _ rank: Rank, shorter: String? = nil) {
            parts.append(Part(text: text, rank: rank, shorter: shorter))
        }
        switch now.phase {
        case .connecting: add("connecting to the robot and its cameras …", .phase)
        case .recording, .resetting:
            let name = now.phase == .recording ? "● episode" : "○ reset after episode"
            add("\(name) \(now.episode)/\(now.episodeCount)", .phase)
            let left = now.fps > 0 ? Double(now.rowLimit - now.row) / Double(now.fps) : 0
            add("\(oneDecimal(left)) s left", .time)
            add("\(oneDecimal(now.rate)) fps", .rate)
            if now.lateTicks > 0 { add("\(now.lateTicks) late", .trouble) }
            addCameras(now, add)
            if let outcome = now.outcome { add("marked a \(outcome)", .word) }
            if now.busRetries > 0 { add("motors asked again \(now.busRetries)×", .bus) }
        case .waiting:
            let missing = now.missing.map { "\($0.device), \(left(until: $0.until)) s left" }
            add("✕ waiting for \(missing ?? "a device")", .phase)
        case .finishing: add("encoding", .phase)
        case .over, .teleoperating: return []
        }
        if now.takesWaiting > 0 { add("\(now.takesWaiting) to encode", .backlog) }
        if now.encoded.total > 0 {
            let (done, total) = now.encoded
            add(bar(done: done, total: total), .progress, shorter: "\(percent(done, of: total)) %")
        }
        if now.isEncoderGivenUp {
            add("the encoder has stopped", .trouble)
        } else if now.encoderDeaths > 0 {
            add("encoder restarted \(now.encoderDeaths)×", .backlog)
        }
        if now.takesSetAside > 0 { add("\(now.takesSetAside) set aside", .trouble) }
        if let minutes = now.minutesOfDisk {
            add("\(minutes) min of disk", minutes < minutesOfDiskThatMatter ? .trouble : .disk)
        }
        return parts
    }

    /// With less than this the disk is one of the things to look at.
    private static let minutesOfDiskThatMatter = 15

    /// Each camera's age, or where there is no room that of the one whose picture is oldest.
    private static func addCameras(_ now: SessionSnapshot, _ add: (String, Rank, String?) -> Void) {
        let ages = zip(now.cameraNames, now.cameraAges).map { (name: $0, milliseconds: $1 / 1_000_000) }
        guard let oldest = ages.max(by: { $0.milliseconds < $1.milliseconds }) else { return }
        let all = ages.map { "\($0.name) \($0.milliseconds) ms" }.joined(separator: separator)
        add(all, .cameras, ages.count > 1 ? "\(oldest.name) \(oldest.milliseconds) ms" : nil)
    }

    /// What the operator types, its end where all of it has no room.
    static func line(typed: String, width: Int) -> String {
        for prefix in ["note (Enter keeps it, Esc does not): ", "note: "] {
            let line = prefix + typed
            if line.cells <= width { return line }
        }
        let room = max(0, width - "note: …".cells)
        var end = typed
        while end.cells > room { end.removeFirst() }
        return "note: …\(end)".cut(to: width)
    }

    private static func left(until end: MonotonicTime) -> Int { max(0, Int((end - .now).seconds.rounded(.up))) }

    private static func percent(_ done: Int, of total: Int) -> Int { 100 * done / max(1, total) }

    private static func bar(done: Int, total: Int) -> String {
        let width = 16
        let filled = min(width, width * done / max(1, total))
        return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
            + " \(percent(done, of: total)) %"
    }

    private static func oneDecimal(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(abs(tenths % 10))"
    }
}
