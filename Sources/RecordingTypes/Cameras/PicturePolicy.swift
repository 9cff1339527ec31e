/// Which of a camera's pictures a row shows.
package enum PicturePolicy: String, CaseIterable, Sendable {
    /// Each picture once, where the camera has the loop's rate: no repeats and skips but those that two clocks force.
    case inStep = "in_step"
    /// The newest there is, as in LeRobot.
    case newest
}
