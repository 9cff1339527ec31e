/// What the operator holds: it says where the robot's joints should be.
package protocol Teleoperator: Device {
    /// The values of an action, in order; they must be the robot's.
    var actionNames: [String] { get }

    /// Replaces `values` by what the operator asks for now, in the order of `actionNames`; degrees, the gripper 0...100.
    ///
    /// `values` keeps its storage when it has the right count already.
    /// - Throws: `ReelError` when the motors did not answer, retries included.
    func readAction(into values: inout [Float]) throws
}
