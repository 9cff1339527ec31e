package import RecordingTypes

/// When a simulated camera draws its pictures, and which code each one carries. Pure arithmetic, exact for ever.
///
/// Picture `j` is drawn at `start + (j - 1/2) / cameraFPS`. So with equal rates picture k is there before row k is due
/// (at `start + k / takeFPS`); otherwise a picture carries the number of the row its time is nearest to.
package struct CameraSchedule: Hashable, Sendable {
    /// The take's number, 0 outside of takes.
    package let take: Int
    /// When row 0 is due.
    package let start: MonotonicTime
    /// Pictures a second.
    package let cameraFPS: Int
    /// Rows a second.
    package let takeFPS: Int

    package init(take: Int, start: MonotonicTime, cameraFPS: Int, takeFPS: Int) {
        self.take = take
        self.start = start
        self.cameraFPS = max(1, cameraFPS)
        self.takeFPS = max(1, takeFPS)
    }

    /// When picture `picture` is to be drawn; the first one is 0.
    package func time(of picture: Int) -> MonotonicTime {
        start + .nanoseconds(floorDivide((2 * picture - 1) * 1_000_000_000, 2 * cameraFPS))
    }

    /// The picture whose time has come at `time`: a camera that woke up late leaves out what it missed. Never below 0.
    package func picture(at time: MonotonicTime) -> Int {
        let elapsed = Int(time.nanoseconds - start.nanoseconds)
        // The largest j whose time is not after `time`; `time(of:)` rounds down, so undo that with the one nanosecond.
        return max(0, floorDivide(2 * (elapsed + 1) * cameraFPS + 1_000_000_000 - 1, 2_000_000_000))
    }

    /// The row that the picture's time is nearest to (the later one when it is half way), never below 0.
    package func row(of picture: Int) -> Int {
        max(0, floorDivide((2 * picture - 1) * takeFPS + cameraFPS, 2 * cameraFPS))
    }

    /// What the picture carries.
    package func code(of picture: Int) -> FrameCode { FrameCode(take: take, frame: row(of: picture)) }
}

private func floorDivide(_ dividend: Int, _ divisor: Int) -> Int {
    let quotient = dividend / divisor
    return dividend % divisor < 0 ? quotient - 1 : quotient
}
