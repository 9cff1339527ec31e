import RecordingTypes
import Robots
import Synchronization

/// What an arm is doing, from the thread that moves it to the one that draws: written in place, nothing allocated.
final class MotionStatus: Sendable {
    struct Snapshot: Sendable {
        var ticks = 0
        /// Ticks whose whole period had gone by.
        var missed = 0
        var began = MonotonicTime(nanoseconds: 0)
        var last = MonotonicTime(nanoseconds: 0)
        /// Names of the values, in order.
        let observed: [String]
        let asked: [String]
        var observation: [Float]
        var action: [Float]
        var busRetries = 0

        /// Ticks a second since the first one.
        var rate: Double {
            let seconds = (last - began).seconds
            return seconds > 0 ? Double(ticks - 1) / seconds : 0
        }
    }

    private let snapshot: Mutex<Snapshot>

    /// Of a robot that observes and is told these values.
    init(observed: [String], asked: [String]) {
        snapshot = Mutex(
            Snapshot(
                observed: observed, asked: asked, observation: Array(repeating: 0, count: observed.count),
                action: Array(repeating: 0, count: asked.count)))
    }

    var current: Snapshot { snapshot.withLock { $0 } }

    /// After each tick.
    func tick(at now: MonotonicTime, missed: Int, observation: [Float], action: [Float], busRetries: Int) {
        snapshot.withLock {
            if $0.ticks == 0 { $0.began = now }
            $0.ticks += 1
            $0.missed += missed
            $0.last = now
            for index in $0.observation.indices { $0.observation[index] = observation[index] }
            for index in $0.action.indices { $0.action[index] = action[index] }
            $0.busRetries = busRetries
        }
    }
}

extension MotionStatus.Snapshot {
    /// A table of the joints: what is asked of each, and where it is; what is only asked, or only observed, too.
    func joints(leader: String) -> [String] {
        func value(_ name: String, _ names: [String], _ values: [Float]) -> String {
            names.firstIndex(of: name).map { MotionStatus.oneDecimal(Double(values[$0])) } ?? ""
        }
        let names = observed + asked.filter { !observed.contains($0) }
        let rows = names.map { [$0, value($0, asked, action), value($0, observed, observation)] }
        return ([["joint", leader, "arm"]] + rows).alignedLines
    }
}

extension MotionStatus {
    static func oneDecimal(_ value: Double) -> String {
        let tenths = Int((value.magnitude * 10).rounded())
        return (value < 0 && tenths > 0 ? "-" : "") + "\(tenths / 10).\(tenths % 10)"
    }
}
