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
            for motor in arm.motorNames {
                _ = try dialogue.ask(
                    "Connect the controller board at \(arm.port) to the motor of \(motor) alone and press ENTER… ")
                print("\(motor): \(try arm.setUpOnlyMotor(motor))")
            }
        }
    }
}
