/// An arm of motors on a bus, as `reel calibrate` and `reel setup-motors` have it in hand.
package protocol MotorArm: AnyObject {
    /// Where it is: "/dev/ttyACM0".
    var port: String { get }

    /// Opens the bus and checks the motors; nothing is set.
    func open() throws

    /// Makes motors and calibration file agree; the arm must be open.
    /// - Throws: `ReelError` when a motor does not answer, or what the person did cannot be used.
    func offerCalibration(_ person: any CalibrationDialogue) throws

    /// Lets go of it and closes the bus.
    func disconnect() throws

    /// The calibration as a table: a line of headings, then one for each motor; empty while there is none.
    var calibrationTable: [[String]] { get }

    /// What the motors move, in the order in which they are set up.
    var motorNames: [String] { get }

    /// Gives the only motor on the cable the number that it has in the arm. The arm must not be open.
    /// - Returns: what was done: "id 6 (was id 1 at 1000000 bits a second)".
    /// - Throws: `ReelError` when there is none, more than one, or another model.
    func setUpOnlyMotor(_ name: String) throws -> String
}
