import Platform
import RecordingTypes
import Robots
import Simulation
import SystemPackage
import Testing

/// Answers as a person would: holds the joints in the middle, then moves them, then presses ENTER.
final class ScriptedDialogue: CalibrationDialogue {
    var answers: [String]
    var beforeAnswer: (Int) -> Void = { _ in }
    private(set) var asked: [String] = []
    private(set) var said: [String] = []
    private(set) var shown: [JointTravel] = []
    private var looks = 0

    init(answers: [String] = []) { self.answers = answers }

    func say(_ text: String) { said.append(text) }

    func ask(_ prompt: String) throws -> String {
        asked.append(prompt)
        beforeAnswer(asked.count)
        return answers.isEmpty ? "" : answers.removeFirst()
    }

    func show(_ ranges: [JointTravel]) { shown = ranges }

    func isEnterPressed() throws -> Bool {
        looks += 1
        return looks >= 300
    }
}

@Suite("SO-101 arms are handled as LeRobot handles them")
final class SOArmTests {
    let directory: FilePath

    init() throws { directory = try CalibrationTests.temporaryDirectory() }

    deinit { try? File.remove(directory) }

    func settings(_ id: String? = "blue") -> SOArmSettings {
        var settings = SOArmSettings(port: "/dev/servos", id: id)
        settings.calibrationDirectory = directory
        return settings
    }

    func arm(
        _ line: ServoLine, _ device: CalibrationPlace.Device = .follower, _ settings: SOArmSettings? = nil
    ) -> SOArm {
        SOArm(
            device, type: device == .follower ? "so101_follower" : "so101_leader",
            settings: settings ?? self.settings(),
            environment: [:], openLine: { line })
    }

    func connected(_ line: ServoLine, _ settings: SOArmSettings? = nil) throws -> SOFollower {
        try line.chain.calibration.write(to: directory.appending("blue.json"))
        let follower = try SOFollower(arm: arm(line, .follower, settings))
        try follower.connect(asking: nil)
        return follower
    }

    @Test func connectSetsTheFollowersMotorsUpAsLeRobotDoes() throws {
        let line = ServoLine()
        let follower = try connected(line)
        #expect(follower.robotType == "so_follower")
        for servo in line.chain.servos {
            #expect(servo[.returnDelayTime] == 0 && servo[.maximumAcceleration] == 254 && servo[.acceleration] == 254)
            #expect(servo[.operatingMode] == 0 && servo[.phase] & 0x10 == 0)
            #expect(servo[.pCoefficient] == 16 && servo[.iCoefficient] == 0 && servo[.dCoefficient] == 32)
            #expect(servo[.torqueEnable] == 1 && servo[.lock] == 1)
            let isGripper = servo.joint == .gripper
            #expect(servo[.maxTorqueLimit] == (isGripper ? 500 : 1000))
            #expect(servo[.protectionCurrent] == (isGripper ? 250 : 500))
            #expect(servo[.overloadTorque] == (isGripper ? 25 : 80))
        }
        try follower.disconnect()
        #expect(line.chain.servos.allSatisfy { $0[.torqueEnable] == 0 && $0[.lock] == 0 })
        #expect(line.isClosed)
        try follower.disconnect()
    }

    @Test func theLeaderStaysLimp() throws {
        let line = ServoLine(.leader)
        try line.chain.calibration.write(to: directory.appending("blue.json"))
        let leader = SOLeader(arm: arm(line, .leader))
        try leader.connect(asking: nil)
        #expect(line.chain.servos.allSatisfy { $0[.torqueEnable] == 0 && $0[.pCoefficient] == 32 })
        var action: [Float] = []
        try leader.readAction(into: &action)
        #expect(action.count == 6)
        try leader.disconnect()
    }

    @Test func theFollowerGoesWhereItIsSent() throws {
        let line = ServoLine()
        let follower = try connected(line)
        try follower.send(action: [20, -30, 40, 10, -50, 60])
        line.sleep(until: line.now + .seconds(3))
        var values: [Float] = []
        try follower.readObservation(into: &values)
        // A step of the encoder is 0.088 degrees.
        for (value, goal) in zip(values, [20, -30, 40, 10, -50, 60] as [Float]) { #expect(abs(value - goal) < 0.2) }
        #expect(throws: ReelError.self) { try follower.send(action: [1, 2, 3]) }
        #expect(throws: ReelError.self) { try follower.send(action: [.nan, 0, 0, 0, 0, 0]) }
    }

    @Test func aTickIsOneReadAndOneWrite() throws {
        let line = ServoLine()
        let follower = try connected(line)
        let before = line.sent.count
        var values: [Float] = []
        try follower.readObservation(into: &values)
        try follower.send(action: values)
        #expect(line.sent[before...].map { $0[4] } == [0x82, 0x83])
        #expect(line.sent[before...].map(\.count) == [14, 26])
        #expect(line.chain.servos.allSatisfy { $0[.goalPosition] == $0[.presentPosition] })
    }

    @Test func anOverloadedMotorIsReportedWhileTheArmGoesOn() throws {
        let line = ServoLine()
        let follower = try connected(line)
        #expect(follower.complaints.isEmpty)
        line.chain.withServo(6) { $0.complaints = .overload }
        var values: [Float] = []
        try follower.readObservation(into: &values)
        #expect(follower.complaints == ["motor 6 (gripper): it is overloaded"])
        line.chain.withServo(6) { $0.complaints = [] }
        try follower.readObservation(into: &values)
        #expect(follower.complaints.isEmpty)
    }

    @Test(arguments: [
        SOArmSettings.RelativeLimit.all(5),
        .perJoint([
            "shoulder_pan": 5, "shoulder_lift": 5, "elbow_flex": 5, "wrist_flex": 5, "wrist_roll": 5, "gripper": 5,
        ]),
    ])
    func goalsAreNoFurtherThanTheLimit(limit: SOArmSettings.RelativeLimit) throws {
        var settings = settings()
        settings.maxRelativeTarget = limit
        let line = ServoLine()
        let follower = try connected(line, settings)
        var before: [Float] = []
        try follower.readObservation(into: &before)
        try follower.send(action: [before[0] + 50, before[1] - 50, before[2] + 2, before[3], before[4], before[5]])
        line.sleep(until: line.now + .seconds(2))
        var after: [Float] = []
        try follower.readObservation(into: &after)
        for (change, wanted) in zip(zip(after, before).map { $0 - $1 }, [5, -5, 2, 0, 0, 0] as [Float]) {
            #expect(abs(change - wanted) < 0.2)
        }
        #expect(follower.clampedActions == 1)
    }

    @Test func aLimitThatDoesNotNameTheJointsIsRefused() {
        var settings = settings()
        settings.maxRelativeTarget = .perJoint(["shoulder_pan": 5])
        #expect(throws: ReelError.self) { try SOFollower(arm: arm(ServoLine(), .follower, settings)) }
    }

    @Test func torqueStaysOnWhenItIsToldSo() throws {
        var settings = settings()
        settings.disableTorqueOnDisconnect = false
        let line = ServoLine()
        try connected(line, settings).disconnect()
        #expect(line.chain.servos.allSatisfy { $0[.torqueEnable] == 1 })
        #expect(line.isClosed)
    }

    @Test("a missing motor, a wrong model, other firmware: named, and the port is given back")
    func whatIsWrongWithTheMotorsIsNamed() throws {
        for (fault, words) in [("drop=3@0", "3 (elbow_flex)"), ("drop=1@0", "1 (shoulder_pan)")] {
            let line = ServoLine(faults: try ServoFaults(fault))
            let error = #expect(throws: ReelError.self) { try SOFollower(arm: arm(line)).connect(asking: nil) }
            #expect(error?.cause.contains(words) == true && line.isClosed)
        }
        let nothing = ServoLine()
        nothing.baudRate = 9600
        let error = #expect(throws: ReelError.self) { try SOFollower(arm: arm(nothing)).connect(asking: nil) }
        #expect(error?.cause.contains("any motor") == true)
        for (register, words) in [(ServoRegister.modelNumber, "model number"), (.firmwareMinor, "firmware differs")] {
            let line = ServoLine()
            line.chain.withServo(4) { $0[register] = 99 }
            let error = #expect(throws: ReelError.self) { try SOFollower(arm: arm(line)).connect(asking: nil) }
            #expect(error?.cause.contains(words) == true && line.isClosed)
        }
    }

    @Test func anArmThatIsNotCalibratedSaysWhatToRun() throws {
        let line = ServoLine()
        let error = #expect(throws: ReelError.self) { try SOFollower(arm: arm(line)).connect(asking: nil) }
        #expect(
            error?.remedy
                == "Run `reel calibrate --robot.type=so101_follower --robot.port=/dev/servos --robot.id=blue`.")
        #expect(line.isClosed)
    }

    /// Until LeRobot 0.4.2 the folder was called after the arm's type.
    @Test(arguments: [
        ("so101_follower", CalibrationPlace.Device.follower), ("so100_follower", .follower), ("so101_leader", .leader),
    ])
    func theFileOfAnOlderLeRobotIsUsed(folder: String, device: CalibrationPlace.Device) throws {
        let line = ServoLine(device == .follower ? .follower : .leader)
        let parent = directory.appending(device == .follower ? "robots" : "teleoperators")
        let file = parent.appending(folder).appending("blue.json")
        try line.chain.calibration.write(to: file)
        let arm = SOArm(
            device, type: "so101_follower", settings: SOArmSettings(port: "/dev/servos", id: "blue"),
            environment: ["HF_LEROBOT_CALIBRATION": directory.string], openLine: { line })
        try arm.connect(asking: nil)
        #expect(arm.readFile == file)
        try arm.disconnect()
        // The place of today goes before it, and is where a new calibration is written.
        try CalibrationTests.calibration.write(to: arm.calibrationFile)
        try arm.open()
        #expect(arm.readFile == arm.calibrationFile && arm.calibration == CalibrationTests.calibration)
    }

    @Test func filesOfOtherArmsAreNamedBeforeAnythingIsCalibrated() throws {
        let line = ServoLine()
        let other = directory.appending("red.json")
        try line.chain.calibration.write(to: other)
        let error = try #require(throws: ReelError.self) { try arm(line).connect(asking: nil) }
        #expect(error.remedy?.contains(other.string) == true && error.remedy?.contains("--robot.id") == true)
        let dialogue = ScriptedDialogue()
        #expect(throws: ReelError.self) { try arm(line).connect(asking: dialogue) }
        #expect(dialogue.said.first?.contains(other.string) == true)
    }

    @Test func theCalibrationFileCanBeNamed() throws {
        let line = ServoLine(.leader)
        var settings = SOArmSettings(port: "/dev/servos", id: "other")
        settings.calibrationFile = directory.appending("mine.json")
        try line.chain.calibration.write(to: directory.appending("mine.json"))
        let leader = SOLeader(arm: arm(line, .leader, settings))
        try leader.connect(asking: nil)
        try leader.disconnect()
    }

    @Test func aMismatchIsOfferedToBeWrittenToTheMotors() throws {
        let line = ServoLine(isCalibrated: false)
        try line.chain.calibration.write(to: directory.appending("blue.json"))
        #expect(throws: ReelError.self) { try SOFollower(arm: arm(line)).connect(asking: nil) }
        let dialogue = ScriptedDialogue(answers: [""])
        let follower = try SOFollower(arm: arm(line))
        try follower.connect(asking: dialogue)
        #expect(dialogue.asked.count == 1)
        #expect(try follower.arm.isCalibrated())
        try follower.disconnect()
        // Now they agree: nobody is asked.
        let again = ScriptedDialogue()
        try SOFollower(arm: arm(line)).connect(asking: again)
        #expect(again.asked.isEmpty)
    }

    @Test func calibratingFindsTheMiddleAndTheRanges() throws {
        let line = ServoLine(isCalibrated: false)
        let dialogue = ScriptedDialogue()
        line.chain.hand = .middle
        dialogue.beforeAnswer = { _ in line.sleep(until: line.now + .seconds(1)) }
        let arm = arm(line)
        try arm.open()
        dialogue.beforeAnswer = { _ in
            line.sleep(until: line.now + .seconds(1))
            line.chain.advance(to: line.now)
            line.chain.hand = .middle
        }
        let moving = MovingDialogue(dialogue) { line.chain.hand = .sweep }
        try arm.calibrate(moving)
        let saved = try #require(try ArmCalibration.read(directory.appending("blue.json")))
        #expect(saved == arm.calibration)
        for (found, true_) in zip(saved.motors, line.chain.calibration.motors) {
            #expect(abs(found.homingOffset - true_.homingOffset) <= 1)
            #expect(abs(found.rangeMin - true_.rangeMin) < 20 && abs(found.rangeMax - true_.rangeMax) < 20)
        }
        #expect(saved[.wristRoll].rangeMin == 0 && saved[.wristRoll].rangeMax == 4095)
        #expect(dialogue.shown.map(\.name) == ["shoulder_pan", "shoulder_lift", "elbow_flex", "wrist_flex", "gripper"])
    }

    @Test func aJointThatWasNotMovedIsNamedAndNothingIsSaved() throws {
        let line = ServoLine(isCalibrated: false)
        let arm = arm(line)
        try arm.open()
        let error = #expect(throws: ReelError.self) { try arm.calibrate(ScriptedDialogue()) }
        #expect(error?.cause.contains("elbow_flex") == true)
        #expect(try ArmCalibration.read(directory.appending("blue.json")) == nil)
    }

    /// ENTER was pressed with a joint at its end stop: the middle of its count is there, and the count begins anew on its
    /// way to the other stop.
    @Test func aJointWhoseCountBeginsAnewIsNamedAndNothingIsChanged() throws {
        let line = ServoLine()
        let held = line.chain.calibration[.elbowFlex]
        line.chain.withServo(3) {
            $0 = SimulatedServo(.elbowFlex, mechanics: $0.mechanics, angle: $0.mechanics.travel.upperBound)
            $0.hold(held)
        }
        let before = line.chain.servos.map { [$0[.homingOffset], $0[.minPositionLimit], $0[.maxPositionLimit]] }
        let dialogue = ScriptedDialogue()
        let arm = arm(line)
        try arm.open()
        line.chain.hand = .still
        let error = try #require(throws: ReelError.self) {
            try arm.calibrate(MovingDialogue(dialogue) { line.chain.hand = .sweep })
        }
        #expect(error.cause.contains("elbow_flex") && !error.cause.contains("gripper"), "\(error)")
        #expect(try ArmCalibration.read(directory.appending("blue.json")) == nil)
        #expect(line.chain.servos.map { [$0[.homingOffset], $0[.minPositionLimit], $0[.maxPositionLimit]] } == before)
    }

    @Test("a motor that counts turns is told not to before anything is read: connect, calibrate, setup-motors")
    func turnsAreNotCounted() throws {
        func counting() -> ServoLine {
            let line = ServoLine()
            for id in UInt8(1)...6 {
                line.chain.withServo(id) { $0[.phase] = $0[.phase] | STS3215.countsTurns }
            }
            return line
        }
        let line = counting()
        let follower = try connected(line)
        var values: [Float] = []
        try follower.readObservation(into: &values)
        #expect(values.allSatisfy { abs($0) < 180 }, "\(values)")
        #expect(line.chain.servos.allSatisfy { $0[.phase] & STS3215.countsTurns == 0 })

        let second = counting()
        second.chain.hand = .middle
        let arm = arm(second)
        try arm.open()
        try arm.calibrate(MovingDialogue(ScriptedDialogue()) { second.chain.hand = .sweep })
        let saved = try #require(arm.calibration)
        for (found, true_) in zip(saved.motors, second.chain.calibration.motors) {
            #expect(abs(found.rangeMin - true_.rangeMin) < 20 && abs(found.rangeMax - true_.rangeMax) < 20)
        }

        let third = counting()
        third.chain.unplugAll(but: .gripper, id: 1, baudRate: 1_000_000)
        _ = try FeetechBus(line: third).setUpOnlyMotor(as: ArmJoint.gripper.motorID)
        #expect(third.chain.servos.first?[.phase] == 12)
    }

    @Test func everyOtherMotorIsNamedByItsModel() throws {
        let line = ServoLine()
        line.chain.withServo(2) { $0[.modelNumber] = 2825 }
        line.chain.withServo(3) { $0[.modelNumber] = 1284 }
        line.chain.withServo(6) { $0[.modelNumber] = 4242 }
        let error = try #require(throws: ReelError.self) { try SOFollower(arm: arm(line)).connect(asking: nil) }
        for words in [
            "motor 2 (shoulder_lift) is an STS3250", "motor 3 (elbow_flex) is an SCS0009", "motor 6 (gripper)", "4242",
        ] { #expect(error.cause.contains(words), "\(error)") }
    }

    @Test func twoArmsAreOneRobotWithPrefixes() throws {
        let (left, right) = (ServoLine(), ServoLine(seed: 2))
        let robot = Pair(
            "bi_so_follower", left: try SOFollower(arm: arm(left, .follower, settings("pair_left"))) as any Robot,
            right: try SOFollower(arm: arm(right, .follower, settings("pair_right"))))
        try left.chain.calibration.write(to: directory.appending("pair_left.json"))
        try right.chain.calibration.write(to: directory.appending("pair_right.json"))
        try robot.connect(asking: nil)
        #expect(robot.robotType == "bi_so_follower")
        #expect(robot.observationNames.count == 12)
        #expect(
            robot.observationNames.first == "left_shoulder_pan.pos"
                && robot.observationNames.last == "right_gripper.pos")
        try robot.send(action: [10, 0, 0, 0, 0, 50, -20, 0, 0, 0, 0, 30])
        for line in [left, right] { line.sleep(until: line.now + .seconds(3)) }
        var values: [Float] = []
        try robot.readObservation(into: &values)
        for (value, goal) in zip(values, [10, 0, 0, 0, 0, 50, -20, 0, 0, 0, 0, 30] as [Float]) {
            #expect(abs(value - goal) < 0.2)
        }
        try robot.disconnect()
        #expect(left.isClosed && right.isClosed)
    }

    /// In a session nobody can answer: a key goes to the session, and the question would wait for ever on its thread.
    @Test func anArmThatComesBackAsAnotherIsRefusedAndNobodyIsAsked() throws {
        let (mine, another) = (ServoLine(), ServoLine(seed: 2))
        try mine.chain.calibration.write(to: directory.appending("blue.json"))
        var line = mine
        let follower = try SOFollower(
            arm: SOArm(
                .follower, type: "so101_follower", settings: settings(), environment: [:], openLine: { line }))
        let dialogue = ScriptedDialogue()
        try follower.connect(asking: dialogue)
        try follower.disconnect()
        try follower.reconnect()
        try follower.disconnect()
        line = another
        let error = try #require(throws: ReelError.self) { try follower.reconnect() }
        #expect(error.kind == .mismatch && error.remedy?.contains("reel calibrate") == true)
        #expect(dialogue.asked.isEmpty && another.isClosed)
    }

    @Test func motorsThatMayStillHoldAreNamedWhenAnArmIsLetGo() throws {
        let line = ServoLine()
        let follower = try connected(line)
        line.chain.withServo(3) { $0[.baudRate] = 4 }
        let error = try #require(throws: ReelError.self) { try follower.disconnect() }
        #expect(error.cause.contains("motor 3 (elbow_flex) may still hold"), "\(error)")
        #expect(error.remedy?.contains("power") == true)
        // The others were let go, and the port is free.
        #expect(line.chain.servos.filter { $0[.torqueEnable] == 1 }.map(\.joint) == [.elbowFlex])
        #expect(line.isClosed)
    }

    @Test func anArmWhoseSetUpFailsHalfwayDoesNotHold() throws {
        var settings = settings()
        settings.readRetries = 0
        let whole = ServoLine()
        _ = try connected(whole, settings)
        #expect(whole.chain.servos.allSatisfy { $0[.torqueEnable] == 1 })
        // The last request makes the gripper hold; all others do already.
        let line = ServoLine()
        line.unanswered = whole.sent.count - 1
        let follower = try SOFollower(arm: arm(line, .follower, settings))
        #expect(throws: ReelError.self) { try follower.connect(asking: nil) }
        #expect(line.chain.servos.allSatisfy { $0[.torqueEnable] == 0 } && line.isClosed)
    }
}

@Suite("Two devices are one, whatever they are")
struct PairTests {
    @Test func valuesOfDifferentCountsKeepTheirPlaces() throws {
        let (left, right) = (
            ArmOfNames(["a.pos", "b.pos", "c.vel"], ["a.pos"]), ArmOfNames(["a.pos"], ["a.pos", "d.pos"])
        )
        let pair = Pair("bi_test", left: left as any Robot, right: right)
        #expect(pair.observationNames == ["left_a.pos", "left_b.pos", "left_c.vel", "right_a.pos"])
        #expect(pair.actionNames == ["left_a.pos", "right_a.pos", "right_d.pos"])
        try pair.connect(asking: nil)
        var values: [Float] = []
        try pair.readObservation(into: &values)
        #expect(values == [0, 1, 2, 0])
        try pair.send(action: [7, 8, 9])
        #expect(left.action == [7] && right.action == [8, 9])
        #expect(throws: ReelError.self) { try pair.send(action: [7, 8]) }
    }

    @Test func neitherFailureHidesTheOther() throws {
        let (left, right) = (ArmOfNames(["a.pos"], ["a.pos"]), ArmOfNames(["a.pos"], ["a.pos"]))
        let pair = Pair("bi_test", left: left as any Robot, right: right)
        left.whyItHolds = "the left one holds"
        right.whyItHolds = "the right one holds"
        let error = try #require(throws: ReelError.self) { try pair.disconnect() }
        #expect("\(error)".contains("the left one holds") && "\(error)".contains("the right one holds"), "\(error)")
        right.refusal = "the right one is not there"
        let refused = try #require(throws: ReelError.self) { try pair.connect(asking: nil) }
        for words in ["the right one is not there", "the left one holds"] {
            #expect("\(refused)".contains(words), "\(refused)")
        }
    }
}

/// A robot that observes 0, 1, 2 …
private final class ArmOfNames: Robot {
    let robotType = "test"
    let name = "test arm"
    let observationNames: [String]
    let actionNames: [String]
    private(set) var action: [Float] = []
    var whyItHolds: String?
    var refusal: String?

    init(_ observed: [String], _ asked: [String]) { (observationNames, actionNames) = (observed, asked) }

    func connect(asking person: (any CalibrationDialogue)?) throws {
        if let refusal { throw ReelError(.failed, "connect the arm", cause: refusal) }
    }

    func readObservation(into values: inout [Float]) throws { values = observationNames.indices.map(Float.init) }

    func send(action: [Float]) throws { self.action = action }

    func disconnect() throws {
        if let whyItHolds { throw ReelError(.failed, "let go of the arm", cause: whyItHolds) }
    }
}

/// Passes everything on, and lets something happen when the ranges are to be recorded.
final class MovingDialogue: CalibrationDialogue {
    private let inner: ScriptedDialogue
    private let onSay: () -> Void

    init(_ inner: ScriptedDialogue, onSay: @escaping () -> Void) {
        self.inner = inner
        self.onSay = onSay
    }

    func say(_ text: String) {
        onSay()
        inner.say(text)
    }
    func ask(_ prompt: String) throws -> String { try inner.ask(prompt) }
    func show(_ ranges: [JointTravel]) { inner.show(ranges) }
    func isEnterPressed() throws -> Bool { try inner.isEnterPressed() }
}
