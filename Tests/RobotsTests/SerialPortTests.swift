import Platform
import RecordingTypes
import Robots
import Simulation
import SystemPackage
import Testing

@Suite("A serial port works on a pseudo-terminal, and says what is wrong with it", .timeLimit(.minutes(1)))
struct SerialPortTests {
    /// A machine with more work than cores may let the servos' thread wait for longer than a reply may take.
    static let retries = 40

    @Test func anArmBehindAPseudoTerminalIsReadAndMoved() throws {
        let directory = try CalibrationTests.temporaryDirectory()
        defer { try? File.remove(directory) }
        let servos = try SimulatedServoBus(ServoChain(.follower, time: .now))
        defer { servos.stop() }
        let calibration = servos.withChain { $0.calibration }
        try calibration.write(to: directory.appending("blue.json"))
        var settings = SOArmSettings(port: servos.path, id: "blue")
        settings.calibrationDirectory = directory
        settings.readRetries = Self.retries
        let follower = try SOFollower(arm: SOArm(.follower, type: "so101_follower", settings: settings))
        // Twice: what one program leaves behind must not trouble the next.
        for goal: Float in [10, -10] {
            try follower.connect(asking: nil)
            var values: [Float] = []
            try follower.readObservation(into: &values)
            try follower.send(action: [goal] + values.dropFirst())
            while abs(values[0] - goal) > 0.2 { try follower.readObservation(into: &values) }
            try follower.disconnect()
        }
        #expect(servos.withChain { $0.servos.allSatisfy { !$0.isTorqueOn } })
    }

    @Test func theSpeedIsTheOneTheServosSee() throws {
        let servos = try SimulatedServoBus(ServoChain(.follower, time: .now))
        defer { servos.stop() }
        for rate in [115_200, 250_000] {
            let bus = FeetechBus(line: try SerialPort(path: servos.path, baudRate: rate), baudRate: rate)
            #expect(try !bus.ping(1))  // Nobody hears it, however often.
            bus.close()
        }
        let bus = FeetechBus(line: try SerialPort(path: servos.path, baudRate: STS3215.baudRate))
        #expect(try bus.ping(1, retries: Self.retries))
        bus.close()
    }

    @Test func onePortIsOneProgramsAlsoWhenThatIsRoots() throws {
        let cable = try PseudoPort()
        let first = try SerialPort(path: cable.path, baudRate: 1_000_000)
        let error = #expect(throws: ReelError.self) { try SerialPort(path: cable.path, baudRate: 1_000_000) }
        #expect(error?.kind == .busy && error?.subject == cable.path)
        first.close()
        _ = try SerialPort(path: cable.path, baudRate: 1_000_000)
    }

    @Test func servosOnAGadgetAnswerAgainWhenItsCableWasPulled() throws {
        let directory = try CalibrationTests.temporaryDirectory()
        defer { try? File.remove(directory) }
        let path = directory.appending("ttyGS0")
        var cable = try PseudoPort()
        try SymbolicLink.create(path, to: cable.path)
        let servos = try SimulatedServoBus(
            ServoChain(.follower, time: .now), on: GadgetPort(path: path.string))
        defer { servos.stop() }
        #expect(Self.isAnswered(cable))
        cable.close()
        File.discard(path)
        cable = try PseudoPort()
        try SymbolicLink.create(path, to: cable.path)
        #expect(Self.isAnswered(cable))
    }

    /// Whether the first servo answers a ping, seen from the computer's end.
    private static func isAnswered(_ cable: PseudoPort) -> Bool {
        var answer = [UInt8](repeating: 0, count: 64)
        return (0..<retries).contains { _ in
            cable.send([0xFF, 0xFF, 1, 2, 1, 0xFB])
            return cable.receive(into: &answer, patience: .milliseconds(500)) > 0
        }
    }

    @Test func anArmThatGoesAwayIsSaidSo() throws {
        let servos = try SimulatedServoBus(ServoChain(.follower, time: .now))
        let bus = FeetechBus(line: try SerialPort(path: servos.path, baudRate: STS3215.baudRate))
        #expect(try bus.ping(1, retries: Self.retries))
        servos.stop()
        let error = #expect(throws: ReelError.self) { try bus.read(.modelNumber, from: 1, retries: 3) }
        #expect(error?.kind == .unavailable && error?.subject == servos.path)
    }

    @Test func aPortThatIsNotThereIsNamed() {
        let error = #expect(throws: ReelError.self) { try SerialPort(path: "/dev/ttyACM99", baudRate: 1_000_000) }
        #expect(error?.kind == .unavailable && error?.subject == "/dev/ttyACM99" && error?.remedy != nil)
        let file = #expect(throws: ReelError.self) { try SerialPort(path: "/dev/null", baudRate: 1_000_000) }
        #expect(file?.cause == "it is not a serial port")
    }

    @Test func stoppingTwiceIsFine() throws {
        let servos = try SimulatedServoBus(ServoChain(.leader, time: .now))
        servos.stop()
        servos.stop()
    }
}
