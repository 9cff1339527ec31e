import Platform
import RecordingTypes
import Robots
import Spool
import Testing

@testable import Recording

@Suite("The control loop keeps time, and says so when it cannot")
struct ControlLoopTests {
    /// What the ring held after a take, read by nobody meanwhile.
    private struct Recorded {
        /// `sequence` is that of the picture that the row shows; nil in the ring repeats the one before.
        var rows: [(row: Int, isLate: Bool, observation: Float, sequence: Int64)] = []
        var ending: TakeEnding?
    }

    private let fps = 100

    private func record(
        rows: Int, arm: ScriptedArm = ScriptedArm(), leader: ScriptedLeader = ScriptedLeader(),
        camera: any Camera = StillCamera(), ringBytes: Int = 1_000_000, input: OperatorInput = OperatorInput()
    ) -> (ControlLoop.TakeResult, Recorded) {
        let intake = TakeIntake.unwritten(capacity: ringBytes)
        let loop = ControlLoop(
            robot: arm, teleoperator: leader, cameras: [camera], fps: fps, intake: intake, input: input,
            status: SessionStatus(fps: fps, episodeCount: 1, cameraNames: ["front"]))
        let result = loop.record(take: 1, start: .now + .milliseconds(5), rowLimit: rows)
        var recorded = Recorded()
        while recorded.ending == nil {
            intake.ring.pop { entry in
                switch entry {
                case .tick(let tick):
                    recorded.rows.append(
                        (
                            tick.row.index, tick.row.isLate, tick.observation[0],
                            tick.frames[0]?.sequence ?? recorded.rows.last?.sequence ?? -1
                        ))
                case .message(.end(_, let ending)): recorded.ending = ending
                case .message: break
                }
            }
        }
        return (result, recorded)
    }

    @Test func aFullTakeHasEveryRowOnce() {
        let (result, recorded) = record(rows: 20)
        #expect(recorded.rows.map(\.row) == Array(0..<20))
        #expect(result.ending.reason == .timeUp)
        #expect(result.ending.rows == 20)
    }

    @Test func missedTicksRepeatTheRowBeforeAndAreCounted() {
        // The robot takes 45 ms to answer at its sixth reading: at 100 Hz at least three ticks are missed.
        let (result, recorded) = record(rows: 30, arm: ScriptedArm(stallAt: 5, for: .milliseconds(45)))
        #expect(recorded.rows.map(\.row) == Array(0..<30))
        let late = recorded.rows.filter(\.isLate)
        #expect(late.count >= 3)
        #expect(late.count == result.ending.lateTicks)
        for row in late {
            let before = recorded.rows[row.row - 1]
            #expect(row.observation == before.observation)
            #expect(row.sequence == before.sequence)
        }
        #expect(result.ending.repeatedFrames[0] >= late.count)
    }

    @Test func aCameraWithNothingNewRepeatsItsPictureAndIsCounted() {
        let (result, recorded) = record(rows: 10, camera: StillCamera(picturesUntil: 3))
        // Rows of missed ticks repeat a picture too, and there may be some on a busy machine.
        let pairs = zip(recorded.rows, recorded.rows.dropFirst())
        #expect(result.ending.repeatedFrames == [pairs.count { $0.sequence == $1.sequence }])
        #expect(recorded.rows.last?.sequence == 3)
        #expect(recorded.rows.count == 10)
    }

    @Test func aRowThatWasNotHandedOverCountsNowhere() {
        // Its picture is a repeated one, and then the leader does not answer.
        let (result, recorded) = record(
            rows: 50, leader: ScriptedLeader(failAt: 6), camera: StillCamera(picturesUntil: 0))
        #expect(result.ending.reason == .robotFailed)
        #expect(result.ending.rows == recorded.rows.count)
        #expect(result.ending.repeatedFrames == [recorded.rows.count - 1])
    }

    @Test func theGreatestAgeOfAPictureIsKept() {
        let (result, _) = record(rows: 10, camera: StillCamera(age: .milliseconds(400)))
        #expect(result.ending.reason == .timeUp)
        // The camera counts from when it is asked, and that is before the row's time.
        #expect(result.oldestPictures[0] >= .milliseconds(400))
        #expect(result.oldestPictures[0] < .milliseconds(500))
    }

    @Test func aCameraThatIsSilentForHalfASecondEndsTheTake() {
        let (result, recorded) = record(rows: 10, camera: StillCamera(age: .milliseconds(501)))
        #expect(result.ending.reason == .cameraFailed)
        #expect(result.ending.message?.contains("front") == true)
        #expect(recorded.rows.isEmpty)
    }

    @Test func aFullRingEndsTheTakeAndKeepsWhatItHas() {
        let (result, recorded) = record(rows: 50, ringBytes: 40)
        #expect(result.ending.reason == .ringFull)
        #expect(recorded.rows.map(\.row) == Array(0..<recorded.rows.count))
        #expect(result.ending.rows == recorded.rows.count)
        #expect((1..<50).contains(recorded.rows.count))
    }

    @Test func aRobotThatFailsEndsTheTakeWithItsOwnWords() {
        let (result, recorded) = record(rows: 50, arm: ScriptedArm(failAt: 7))
        #expect(result.ending.reason == .robotFailed)
        #expect(result.ending.message?.contains("the bus is silent") == true)
        #expect(recorded.rows.count { !$0.isLate } == 7)
    }

    @Test func aKeyEndsTheTakeWithTheRowsItHas() {
        let input = OperatorInput()
        let arm = ScriptedArm(askAt: 8, of: input)
        let (result, recorded) = record(rows: 1000, arm: arm, input: input)
        #expect(result.requests == [.next])
        #expect(result.ending.reason == .endedEarly)
        #expect(recorded.rows.count { !$0.isLate } == 9)
    }
}
