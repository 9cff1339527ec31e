import CTickMeter
import Glibc
import Robots

/// An arm that reads the meter each time it is read itself, which is once a tick, on the control loop's own thread.
final class MeteredArm: Robot {
    /// What the thread had cost when the arm was read.
    struct Reading {
        var allocations: UInt64 = 0
        var releases: UInt64 = 0
        var calls: UInt64 = 0
    }

    let robotType = "metered"
    let name: String
    let observationNames: [String]
    let actionNames: [String]
    private let arm: any Robot
    /// One a tick; made before the first.
    private(set) var readings: [Reading]
    private(set) var count = 0
    private let wastes: Bool

    /// Meters `arm`.
    /// - Parameters:
    ///   - arm: what is read, moved and metered.
    ///   - ticks: how many readings there is room for.
    ///   - wastes: allocates once a tick and calls the kernel once, so that the meter has something to find.
    init(_ arm: any Robot, ticks: Int, wastes: Bool = false) {
        self.arm = arm
        name = arm.name
        observationNames = arm.observationNames
        actionNames = arm.actionNames
        readings = Array(repeating: Reading(), count: ticks)
        self.wastes = wastes
    }

    func connect(asking person: (any CalibrationDialogue)?) throws { try arm.connect(asking: person) }

    func readObservation(into values: inout [Float]) throws {
        if count < readings.count {
            readings[count].allocations = tick_meter_allocations()
            readings[count].releases = tick_meter_releases()
            readings[count].calls = tick_meter_calls()
            count += 1
        }
        if wastes { waste() }
        try arm.readObservation(into: &values)
    }

    func send(action: [Float]) throws { try arm.send(action: action) }

    func disconnect() throws { try arm.disconnect() }

    private func waste() {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 64 + count % 2, alignment: 8)
        memory.storeBytes(of: getppid(), as: Int32.self)
        memory.deallocate()
    }
}
