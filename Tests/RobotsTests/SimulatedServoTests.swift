import RecordingTypes
import Robots
import Simulation
import Testing

@Suite("A simulated servo behaves like an STS3215")
struct SimulatedServoTests {
    static let start = MonotonicTime(nanoseconds: 1_000_000_000)

    @Test func permanentRegistersSurviveAPowerCutOnlyWhenUnlocked() throws {
        let line = ServoLine()
        let bus = FeetechBus(line: line)
        #expect(try bus.read(.lock, from: 2) == 1)
        try bus.write(40, to: .pCoefficient, of: 2)
        #expect(try bus.read(.pCoefficient, from: 2) == 40)
        line.chain.cutPower()
        #expect(try bus.read(.pCoefficient, from: 2) == 32)
        try bus.write(0, to: .lock, of: 2)
        try bus.write(40, to: .pCoefficient, of: 2)
        try bus.write(1, to: .torqueEnable, of: 2)
        line.chain.cutPower()
        #expect(try bus.read(.pCoefficient, from: 2) == 40)
        #expect(try bus.read(.torqueEnable, from: 2) == 0)
    }

    @Test func thePositionIsTheEncodersLessTheOffset() throws {
        let bus = FeetechBus(line: ServoLine(isCalibrated: false))
        let before = try bus.read(.presentPosition, from: 1)
        for offset in [100, -100, 2047, -2047] {
            try bus.write(offset, to: .homingOffset, of: 1)
            #expect(try bus.read(.presentPosition, from: 1) == (before - offset + 8192) % 4096)
        }
    }

    @Test func aMotorWithTorqueGoesToItsGoalWithinItsLimitsAndNoFasterThanItCan() throws {
        let line = ServoLine()
        let bus = FeetechBus(line: line)
        // Torque holds first of all: nothing jumps.
        let before = try bus.read(.presentPosition, from: 1)
        try bus.write(1, to: .torqueEnable, of: 1)
        #expect(try bus.read(.goalPosition, from: 1) == before)
        try bus.write(before + 600, to: .goalPosition, of: 1)
        line.sleep(until: line.now + .milliseconds(100))
        let underWay = try bus.read(.presentPosition, from: 1)
        #expect(underWay > before + 100 && underWay <= before + 345)
        #expect(try bus.read(.moving, from: 1) == 1)
        #expect(try bus.read(.presentLoad, from: 1) > 0)
        line.sleep(until: line.now + .seconds(2))
        #expect(abs(try bus.read(.presentPosition, from: 1) - (before + 600)) <= 1)
        let limit = try bus.read(.maxPositionLimit, from: 1)
        try bus.write(4095, to: .goalPosition, of: 1)
        line.sleep(until: line.now + .seconds(5))
        #expect(abs(try bus.read(.presentPosition, from: 1) - limit) <= 1)
    }

    @Test func aLimpJointStaysAndAnOverloadedOneGivesWay() throws {
        let line = ServoLine()
        let bus = FeetechBus(line: line)
        let before = try bus.read(.presentPosition, from: 4)
        try bus.write(before - 300, to: .goalPosition, of: 4)
        line.sleep(until: line.now + .seconds(1))
        #expect(try bus.read(.presentPosition, from: 4) == before)
    }

    @Test("the leader is moved by a hand: the same pick and place as the simulated leader's")
    func theLeaderMovesItself() throws {
        let line = ServoLine(.leader, seed: 5)
        let bus = FeetechBus(line: line)
        let script = PickAndPlace(seed: 5, start: Self.start)
        let calibration = line.chain.calibration
        for _ in 0..<20 {
            line.sleep(until: line.now + .milliseconds(470))
            let moment = line.now
            var steps: [Int] = []
            try bus.syncRead(.presentPosition, from: [1, 2, 3, 4, 5, 6], into: &steps)
            let wanted = script.pose(at: moment)
            for joint in ArmJoint.allCases where joint != .wristRoll {
                let scale = JointScale(joint, calibration[joint], useDegrees: true)
                // The middle of an uneven travel is not the joint's zero: up to 5 degrees.
                #expect(abs(Double(scale.value(steps: steps[joint.rawValue])) - wanted[joint]) < 5)
            }
        }
    }

    @Test func theHandIsChangedOverTheBus() throws {
        let line = ServoLine()
        let bus = FeetechBus(line: line)
        try bus.write(Int(SimulatedHand.sweep.rawValue), to: SimulatedHand.register, of: 1)
        var seen: [Int: ClosedRange<Int>] = [:]
        for _ in 0..<400 {
            line.sleep(until: line.now + .milliseconds(20))
            var steps: [Int] = []
            try bus.syncRead(.presentPosition, from: [1, 6], into: &steps)
            for (index, step) in steps.enumerated() {
                let range = seen[index] ?? step...step
                seen[index] = min(range.lowerBound, step)...max(range.upperBound, step)
            }
        }
        let calibration = line.chain.calibration
        for (index, joint) in [(0, ArmJoint.shoulderPan), (1, .gripper)] {
            #expect(abs((seen[index]?.lowerBound ?? 0) - calibration[joint].rangeMin) < 30)
            #expect(abs((seen[index]?.upperBound ?? 0) - calibration[joint].rangeMax) < 30)
        }
    }

    @Test func servosAtAnotherSpeedHearNothing() throws {
        let line = ServoLine()
        let bus = FeetechBus(line: line)
        try bus.write(0, to: .lock, of: 6)
        try bus.write(4, to: .baudRate, of: 6)
        #expect(try !bus.ping(6))
        #expect(try bus.ping(5))
        try bus.setBaudRate(115_200)
        #expect(try bus.ping(6))
        #expect(try !bus.ping(5))
    }

    @Test func aBrokenInstructionIsNotAnswered() {
        let line = ServoLine()
        var output: [UInt8] = []
        for bytes: [UInt8] in [[0xFF, 0xFF, 1, 2, 1, 0xFA], [0xFF, 0xFF, 1, 2], [0xFF, 0xFF, 1, 2, 9, 0xF3]] {
            bytes.withUnsafeBytes { line.chain.receive($0, at: Self.start, into: &output) }
        }
        #expect(output.isEmpty)
    }

    @Test func faultsAreReadFromText() throws {
        let faults = try ServoFaults("lose=50,flip=20,noise=10,drop=3@100,overload=6@200,seed=7")
        #expect(faults.losesOneIn == 50 && faults.flipsOneIn == 20 && faults.noiseOneIn == 10 && faults.seed == 7)
        #expect(faults.dropsOff?.id == 3 && faults.dropsOff?.after == 100 && faults.overloads?.after == 200)
        for wrong in ["lose", "lose=x", "drop=3", "drop=300@1", "burn=1", "lose=-1", "seed=1@2"] {
            #expect(throws: ReelError.self) { try ServoFaults(wrong) }
        }
    }
}
