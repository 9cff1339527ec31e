import RecordingTypes

/// Why a take, or a reset phase, could not go on, and whose fault it is.
struct DeviceFailure {
    /// A device that can be closed and opened again.
    enum Device: Hashable {
        /// By its place among the session's cameras.
        case camera(Int)
        case robot
        case teleoperator
    }

    var reason: TakeEndReason
    /// For people; names the device.
    var message: String
    /// Nil where no device is to blame.
    var device: Device?
}
