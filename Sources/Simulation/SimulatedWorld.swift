import Platform
package import RecordingTypes
package import Robots
import Synchronization

/// The table that a simulated arm, its leader and its cameras share: one arm, one cube.
///
/// Any thread may ask or tell at any time; the lock is held for a few microseconds. The world moves on when it is asked
/// for a time later than the last one; it never moves back.
package final class SimulatedWorld: Sendable {
    /// What is on the table at one moment.
    package struct Snapshot: Hashable, Sendable {
        /// Where the joints are.
        package var pose: ArmPose
        /// Where they should go.
        package var goal: ArmPose
        /// The middle of the cube.
        package var cube: Point
        /// Whether the jaws hold the cube.
        package var isHeld: Bool
        package var time: MonotonicTime
    }

    /// What the operator does here; the leader plays it.
    package let script: PickAndPlace
    private let lag: JointLag
    private let state: Mutex<Snapshot>

    /// A world that rests until something is sent to the arm. The same seed gives the same rounds.
    package init(seed: UInt64 = 1, start: MonotonicTime = .now, lag: JointLag = .servo) {
        script = PickAndPlace(seed: seed, start: start)
        self.lag = lag
        let rest = script.pose(at: start)
        state = Mutex(
            Snapshot(pose: rest, goal: rest, cube: script.cubeSpot(round: 0), isHeld: false, time: start))
    }

    /// The world at `time`, or as it is when `time` is past already.
    package func snapshot(at time: MonotonicTime) -> Snapshot {
        state.withLock { state in
            advance(&state, to: time)
            return state
        }
    }

    /// From `time` on the joints make for `goal`, or for the nearest pose within their limits.
    package func setGoal(_ goal: ArmPose, at time: MonotonicTime) {
        state.withLock { state in
            advance(&state, to: time)
            state.goal = goal.withinLimits
        }
    }

    private func advance(_ state: inout Snapshot, to time: MonotonicTime) {
        guard time > state.time else { return }
        let elapsed = (time - state.time).seconds
        for joint in ArmJoint.allCases {
            state.pose[joint] = lag.position(from: state.pose[joint], towards: state.goal[joint], after: elapsed)
        }
        state.time = time
        moveCube(&state, elapsed: elapsed)
    }

    private func moveCube(_ state: inout Snapshot, elapsed: Double) {
        let grip = ArmKinematics(state.pose).grip
        let onCube = PickAndPlace.gripperOnCube
        if state.isHeld {
            state.isHeld = state.goal[.gripper] < onCube + 4
        } else {
            let away = grip - state.cube
            state.isHeld = state.pose[.gripper] <= onCube && (away * away).sum() < 0.03 * 0.03
        }
        if state.isHeld {
            // The jaws cannot close further than the cube lets them.
            state.pose[.gripper] = max(state.pose[.gripper], onCube)
            state.cube = grip
            return
        }
        let rest = PickAndPlace.cubeEdge / 2
        state.cube.z = max(rest, state.cube.z - 1.5 * elapsed)
        // Somebody tidies up: at the beginning of a round the cube lies where the operator will reach for it.
        let round = script.round(at: state.time)
        if round.seconds < 0.3 { state.cube = script.cubeSpot(round: round.number) }
    }
}
