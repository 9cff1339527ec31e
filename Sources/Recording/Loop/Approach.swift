import Platform
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

    /// How long it takes; zero is a jump.
    package let time: Duration
    /// Where the robot is, a value of an action each; nil for what it is told and does not observe, which has no way.
    private let start: [Float?]

    /// - Parameters:
    ///   - robot: what will move.
    ///   - observation: where it is.
    ///   - time: how long it takes; zero is a jump.
    package init(of robot: any Robot, from observation: [Float], taking time: Duration) {
        start = Self.start(of: robot, observation)
        self.time = time
    }

    /// The same, taking as long as the joint with the longest way needs, and no time where the poses agree.
    /// - Parameters:
    ///   - robot: what will move.
    ///   - observation: where it is.
    ///   - goal: the action that it shall come to.
    ///   - longest: how long it takes from a pose that is far away.
    package init(of robot: any Robot, from observation: [Float], to goal: [Float], atMost longest: Duration) {
        start = Self.start(of: robot, observation)
        time = Self.time(from: start, to: goal, atMost: longest)
    }

    /// How long it takes from one pose to another: by the joint that has the longest way, nothing where they agree.
    static func time(from start: [Float?], to goal: [Float], atMost longest: Duration) -> Duration {
        let distance = zip(start, goal).compactMap { start, goal in start.map { ($0 - goal).magnitude } }.max() ?? 0
        guard distance > tolerance else { return .zero }
        return longest * Double(min(1, distance / longWay))
    }

    private static func start(of robot: any Robot, _ observation: [Float]) -> [Float?] {
        let observed = robot.observationNames
        return robot.actionNames.map { name in observed.firstIndex(of: name).map { observation[$0] } }
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
            try robot.send(
                action: zip(start, try goal()).map { start, goal in start.map { $0 + (goal - $0) * share } ?? goal })
            step += 1
            if sleep(pace.due(step)) { return false }
        }
        return true
    }
}
