package import RecordingTypes
package import Robots

/// The way of a robot from where it is to where it shall be, in a straight line of small steps, so that nothing jumps.
package struct Approach {
    /// Steps a second.
    private static let rate = 60
    /// Joints that are no farther apart, in degrees (the gripper in hundredths), need no way.
    private static let tolerance: Float = 4
    /// From this distance on it takes all the time that there is.
    private static let longWay: Float = 45

    private let start: [Float]
    private let time: Duration

    /// - Parameters:
    ///   - start: where the robot is.
    ///   - time: how long it takes; zero is a jump.
    package init(from start: [Float], taking time: Duration) {
        self.start = start
        self.time = time
    }

    /// How long it takes from one pose to another: by the joint that has the longest way, nothing where they agree.
    package static func time(from start: [Float], to goal: [Float], atMost longest: Duration) -> Duration {
        let distance = zip(start, goal).map { ($0 - $1).magnitude }.max() ?? 0
        guard distance > tolerance else { return .zero }
        return longest * Double(min(1, distance / longWay))
    }

    /// Moves the robot. Blocks; the robot must be connected.
    /// - Parameters:
    ///   - robot: what moves.
    ///   - goal: where it shall be, which may move meanwhile; asked at each step.
    ///   - sleep: sleeps until a deadline; true ends the way.
    /// - Returns: false when `sleep` ended it.
    /// - Throws: what the robot, or `goal`, says.
    package func run(
        _ robot: any Robot, to goal: () throws -> [Float], sleep: (MonotonicTime) -> Bool
    ) throws -> Bool {
        let steps = Int(time.seconds * Double(Self.rate))
        let pace = TickPace(start: .now, rate: Self.rate)
        var step = 0
        while step < steps {
            step = min(pace.current(at: .now, next: step), steps - 1)
            let share = Float(step + 1) / Float(steps)
            try robot.send(action: zip(start, try goal()).map { $0 + ($1 - $0) * share })
            step += 1
            if sleep(pace.due(step)) { return false }
        }
        return true
    }
}
