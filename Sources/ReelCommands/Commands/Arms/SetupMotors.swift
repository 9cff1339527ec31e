import ArgumentParser
import Robots

/// `reel setup-motors`: gives each motor of an arm its id and the arm's speed.
struct SetupMotors: FlagCommand {
    static let configuration = CommandConfiguration(
        commandName: "setup-motors",
        abstract: "Gives each motor of an arm its id, one motor on the cable at a time.",
        discussion: "The flags are those of lerobot-setup-motors. It begins with the gripper and ends with the base.")

    static let table = ArmOptions.table

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

    func run(_ given: GivenFlags) throws {
        let arms = try ArmOptions.arms(given)
        let dialogue = TerminalDialogue(try Interruption.watch())
        for arm in arms {
            let port = arm.settings.port
            for joint in ArmJoint.allCases.reversed() {
                _ = try dialogue.ask(
                    "Connect the controller board at \(port) to the motor of \(joint.name) alone and press ENTER… ")
                let bus = FeetechBus(line: try SerialPort(path: port), labels: SOArm.labels)
                defer { bus.close() }
                let was = try bus.setUpOnlyMotor(as: joint.motorID)
                print("\(joint.name): id \(joint.motorID) (was id \(was.id) at \(was.baudRate) bits a second)")
            }
        }
    }
}
