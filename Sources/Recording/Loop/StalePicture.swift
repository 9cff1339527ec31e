import RecordingTypes

/// Pictures that are too old to go on with.
enum StalePicture {
    /// As in LeRobot 0.6.1.
    static let usualLimit: Duration = .milliseconds(500)
    /// A camera may miss two pictures and be late with the third.
    private static let periods = 3.0

    /// How old the newest picture of a camera may be: a thermal camera or a microscope gives one a second.
    static func limit(for format: CameraFormat) -> Duration {
        format.fps > 0 ? max(usualLimit, .seconds(periods / format.fps)) : usualLimit
    }

    /// Why a camera is of no use now, or nil.
    /// - Parameters:
    ///   - camera: the camera, whose own failure comes first.
    ///   - time: when its newest picture was captured; nil where it has none.
    ///   - now: when it is looked at.
    ///   - limit: how old the picture may be; nil for any age.
    /// - Returns: the reason, for people.
    static func failure(
        of camera: any Camera, capturedAt time: MonotonicTime?, at now: MonotonicTime, limit: Duration?
    ) -> String? {
        if let failure = camera.failure { return "camera \(camera.name.printable): \(failure)" }
        guard let time else { return "camera \(camera.name.printable) has no picture" }
        if time > now {
            return "camera \(camera.name.printable): its clock is \(Int((time - now).milliseconds)) ms ahead"
        }
        guard let limit, now - time > limit else { return nil }
        return "camera \(camera.name.printable) has delivered nothing for \(Int((now - time).milliseconds)) ms"
    }
}
