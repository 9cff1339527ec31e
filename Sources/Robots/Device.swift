/// What robots and teleoperators have in common: they are connected, let go of, and complain.
///
/// All calls come from one thread, the control loop's; none of them waits longer than the device's bus does. Making one opens
/// nothing.
package protocol Device: AnyObject {
    /// What to call it in messages: its kind and its port.
    var name: String { get }

    /// Opens the bus, checks the motors, configures them; before a session, when there is time.
    /// - Parameter person: asked when motors and calibration file differ; nil where nobody can answer, and then that is an
    ///   error.
    /// - Throws: `ReelError` that names the port or the motor, and what to do.
    func connect(asking person: (any CalibrationDialogue)?) throws

    /// Lets go of the device and closes the bus. Safe to call twice and when `connect` failed.
    /// - Throws: `ReelError` that names the motors that could not be let go; the bus is closed nevertheless.
    func disconnect() throws

    /// The arms that it is, left before right; none for a device without motors of its own.
    var arms: [any MotorArm] { get }

    /// What went wrong on the bus since `connect` and was made good by asking again.
    var busCounters: BusCounters { get }

    /// What motors complain about now, for a person: "motor 6 (gripper): it is overloaded". An arm goes on with a complaint.
    var complaints: [String] { get }
}

extension Device {
    package var arms: [any MotorArm] { [] }
    package var busCounters: BusCounters { BusCounters() }
    package var complaints: [String] { [] }

    /// Connects again in the middle of a session, on the control thread: asks nobody, and waits for nothing but the bus.
    /// - Throws: As `connect`; also when another arm is at the port now, whose motors are calibrated differently.
    package func reconnect() throws { try connect(asking: nil) }
}
