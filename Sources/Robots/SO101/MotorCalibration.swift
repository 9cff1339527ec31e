/// How one motor is mounted and how far its joint goes; the same five numbers as in LeRobot's calibration file.
package struct MotorCalibration: Hashable, Sendable {
    /// The motor's number on the bus.
    package var id: Int
    /// Not 0: the joint's values run against the motor's. (In degrees LeRobot ignores it, and so does Reel.)
    package var driveMode: Int
    /// What the motor takes from its encoder's value to get its position, steps of 1/4096 turn.
    package var homingOffset: Int
    /// The joint's smallest position, steps.
    package var rangeMin: Int
    /// The joint's largest position, steps.
    package var rangeMax: Int

    package init(id: Int, driveMode: Int = 0, homingOffset: Int, rangeMin: Int, rangeMax: Int) {
        self.id = id
        self.driveMode = driveMode
        self.homingOffset = homingOffset
        self.rangeMin = rangeMin
        self.rangeMax = rangeMax
    }
}
