/// The person who calibrates, as a calibration sees them. All calls come from the thread that calibrates.
package protocol CalibrationDialogue: AnyObject {
    /// Tells something.
    func say(_ text: String)

    /// Asks and waits for a line.
    /// - Throws: `ReelError` when nobody can answer.
    func ask(_ prompt: String) throws -> String

    /// Shows how far the joints have been moved so far; called about 50 times a second.
    func show(_ ranges: [JointTravel])

    /// Whether ENTER was pressed since the last call. Does not wait.
    func isEnterPressed() throws -> Bool
}

/// How far a joint has been moved while its range is recorded, in steps.
package struct JointTravel: Hashable, Sendable {
    /// "shoulder_pan"
    package let name: String
    package internal(set) var smallest: Int
    package internal(set) var position: Int
    package internal(set) var largest: Int

    package init(name: String, smallest: Int, position: Int, largest: Int) {
        self.name = name
        self.smallest = smallest
        self.position = position
        self.largest = largest
    }
}
