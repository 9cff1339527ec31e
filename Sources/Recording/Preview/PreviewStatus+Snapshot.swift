import Platform
package import RecordingTypes

extension PreviewStatus {
    /// What a session's snapshot says, for somebody who looks at it elsewhere.
    /// - Parameters:
    ///   - now: the snapshot.
    ///   - cameraRates: pictures a second of each camera, by which an age is called late.
    ///   - badges: what else is the matter with each.
    package init(_ now: SessionSnapshot, cameraRates: [Double], badges: [Badge?] = []) {
        self.init()
        phase = now.phase
        (take, episode, episodeCount) = (now.take, now.episode, now.episodeCount)
        (row, rowLimit) = (now.row, now.rowLimit)
        rate = (now.rate * 10).rounded() / 10
        lateTicks = now.lateTicks
        if now.fps > 0, [.recording, .resetting].contains(now.phase) {
            left = max(0, now.rowLimit - now.row) * 1000 / now.fps
        }
        cameras = now.cameraAges.enumerated().map { index, age in
            let period = cameraRates.indices.contains(index) && cameraRates[index] > 0 ? 1000 / cameraRates[index] : 33
            let milliseconds = Int(age / 1_000_000)
            let seen = badges.indices.contains(index) ? badges[index] : nil
            return Camera(age: milliseconds, badge: Double(milliseconds) > max(100, 3 * period) ? .late : seen)
        }
        busRetries = now.busRetries
        outcome = now.outcome
        diskMinutes = now.minutesOfDisk
        (takesWaiting, takesSetAside) = (now.takesWaiting, now.takesSetAside)
        (encoded, toEncode) = now.encoded
        encoder = now.isEncoderGivenUp ? .hasStopped : now.encoderDeaths > 0 ? .wasRestarted : .works
        if now.phase == .waiting, let waited = now.missing {
            missing = waited.device
            missingLeft = max(0, Int((waited.until - .now).milliseconds))
        }
    }
}
