/// An arm, or a pair of arms, that carries out actions and tells where its joints are.
///
/// All calls come from one thread, the control loop's; none of them waits longer than the bus does.
package protocol Robot: AnyObject {
    /// As LeRobot writes it to info.json: "so_follower".
    var robotType: String { get }

    /// What to call it in messages: its kind and its port.
    var name: String { get }

    /// The values of an observation and of an action, in order: "shoulder_pan.pos". Both have the same.
    var featureNames: [String] { get }

    /// Opens the bus, checks the motors, configures them.
    /// - Throws: `ReelError` that names the port or the motor, and what to do.
    func connect() throws

    /// Replaces `values` by where the joints are now, in the order of `featureNames`; degrees, the gripper 0...100.
    ///
    /// `values` keeps its storage when it has the right count already.
    /// - Throws: `ReelError` when the motors did not answer, retries included.
    func readObservation(into values: inout [Float]) throws

    /// Tells the joints where to go; same order and units as an observation.
    ///
    /// What is recorded as the action is what the teleoperator said, not what the robot makes of it.
    /// - Throws: `ReelError` when the count is wrong or the bus fails.
    func send(action: [Float]) throws

    /// Lets go of the arm and closes the bus. Safe to call twice and when `connect` failed.
    func disconnect() throws

    /// What went wrong on the bus since `connect` and was made good by asking again.
    var busCounters: BusCounters { get }

    /// What motors complain about now, for a person: "motor 6 (gripper): it is overloaded". An arm goes on with a complaint.
    var complaints: [String] { get }
}

extension Robot {
    package var busCounters: BusCounters { BusCounters() }
    package var complaints: [String] { [] }
}
