import ArgumentParser
import Platform
import Recording
import RecordingTypes
import Robots
import Simulation
import SystemPackage

/// `reel simulate-arm`: an SO-101 made of six simulated servos behind a pseudo-terminal or a serial gadget, for tests and
/// for trying everything without hardware.
struct SimulateArm: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate-arm",
        abstract: "Simulates an SO-101 on a pseudo-terminal or a serial gadget, until Ctrl-C.",
        discussion: """
            Prints the port to give to --robot.port or --teleop.port (with --on the device's end: the computer's is another). \
            Any program that drives an SO-101 can use it. A \
            leader is moved by an operator who plays pick and place; to calibrate one, take --hand and change it by typing \
            still, middle, sweep or play and ENTER.
            """)

    enum Kind: String, CaseIterable, ExpressibleByArgument {
        case follower, leader
    }

    /// What the hand that moves the limp joints does.
    enum Hand: String, CaseIterable, ExpressibleByArgument {
        case still, middle, sweep, play
    }

    @Option(help: "Which arm.") var kind: Kind
    @Option(
        help: ArgumentHelp(
            "What goes wrong on the wire: lose=500,flip=10000,noise=100 (one reply in so many), drop=3@100 (motor 3 is gone "
                + "after 100 replies), overload=6@200, seed=7.", valueName: "list"))
    var faults: String?
    @Option(
        help: ArgumentHelp(
            "Answer on this serial port, the device's end of a USB gadget: /dev/ttyGS0. Without it on a new pseudo-terminal.",
            valueName: "port"))
    var on: String?
    @Option(help: ArgumentHelp("Make a symbolic link to the port here.", valueName: "path")) var link: String?
    @Option(help: ArgumentHelp("Write the calibration that the motors hold to this file.", valueName: "file"))
    var calibration: String?
    @Option(help: "How the motors are mounted, and what the leader's operator does.") var seed: UInt64 = 1
    @Flag(help: "The motors are new: nobody has calibrated them.") var uncalibrated = false
    @Option(help: "What is done with the joints while they are limp.") var hand: Hand?

    func validate() throws {
        if on != nil && link != nil { throw ValidationError("--link names a new pseudo-terminal: not with --on.") }
    }

    func run() throws {
        let faults = try faults.map { try ServoFaults($0) } ?? .none
        // Before any other thread: Ctrl-C is then this thread's alone.
        let isOver = Semaphore()
        let signals = InterruptSignals { _, _ in isOver.post() }
        defer { withExtendedLifetime(signals) {} }
        let start = MonotonicTime.now
        var chain = ServoChain(kind.simulated, seed: seed, isCalibrated: !uncalibrated, faults: faults, time: start)
        if let hand { chain.hand = hand.simulated }
        if let calibration { try chain.calibration.write(to: FilePath(calibration)) }
        let bus = try SimulatedServoBus(chain, on: try on.map { try GadgetPort(path: $0) })
        defer { bus.stop() }
        let symlink = try link.map { try PortLink(at: FilePath($0), to: bus.path) }
        defer { symlink?.remove() }
        // At once, also into a pipe: whoever started this waits for it.
        try FileDescriptor.standardOutput.writeAll("\(bus.path)\n".utf8)
        // It ends with the process.
        _ = OwnThread(name: "hand") {
            while let line = readLine() {
                guard let hand = Hand(rawValue: line) else {
                    StandardError.print("reel: type still, middle, sweep or play")
                    continue
                }
                bus.withChain { $0.hand = hand.simulated }
            }
        }
        isOver.wait()
    }
}

extension SimulateArm.Kind {
    fileprivate var simulated: ServoChain.Kind {
        switch self {
        case .follower: .follower
        case .leader: .leader
        }
    }
}

extension SimulateArm.Hand {
    fileprivate var simulated: SimulatedHand {
        switch self {
        case .still: .still
        case .middle: .middle
        case .sweep: .sweep
        case .play: .pickAndPlace
        }
    }
}
