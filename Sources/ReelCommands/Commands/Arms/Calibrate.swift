import ArgumentParser
import Robots

/// `reel calibrate`: LeRobot's calibration of an arm, into LeRobot's file.
struct Calibrate: FlagCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Calibrates an arm: the middle of its joints, then how far each one goes.",
        discussion: """
            The flags are those of lerobot-calibrate, and so is the file it writes. With a file that is there already it \
            asks whether to write that to the motors or to calibrate anew. Ctrl-C changes no file.
            """)

    static let table = ArmOptions.table

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

    func run(_ given: GivenFlags) throws {
        let arms = try ArmOptions.arms(given)
        let dialogue = TerminalDialogue(try Interruption.watch())
        for arm in arms {
            try arm.open()
            do {
                try arm.offerCalibration(dialogue)
            } catch {
                try? arm.disconnect()
                throw error
            }
            try arm.disconnect()
            for line in arm.calibrationTable.alignedLines { print(line) }
        }
    }
}
