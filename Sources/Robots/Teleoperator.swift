/// What the operator holds: it says where the robot's joints should be.
///
/// All calls come from one thread, the control loop's.
package protocol Teleoperator: AnyObject {
    /// What to call it in messages: its kind and its port.
    var name: String { get }

    /// The values of an action, in order; they must be the robot's.
    var featureNames: [String] { get }

    /// Opens the bus, checks the motors, configures them.
    /// - Throws: `ReelError` that names the port or the motor, and what to do.
    func connect() throws

    /// Replaces `values` by what the operator asks for now, in the order of `featureNames`; degrees, the gripper 0...100.
    /// - Throws: `ReelError` when the motors did not answer, retries included.
    func readAction(into values: inout [Float]) throws

    /// Closes the bus. Safe to call twice and when `connect` failed.
    func disconnect() throws

    /// What went wrong on the bus since `connect` and was made good by asking again.
    var busCounters: BusCounters { get }

    /// What motors complain about now, for a person: "motor 6 (gripper): it is overloaded". An arm goes on with a complaint.
    var complaints: [String] { get }
}

extension Teleoperator {
    package var busCounters: BusCounters { BusCounters() }
    package var complaints: [String] { [] }
}
