import RecordingTypes

/// What a simulated camera is to do wrong, and when: for tests and for trying out what Reel does then.
package struct SimulatedFaults: Hashable, Sendable {
    /// A row of a take; take 0 is the time outside of takes, where frames count from 0 since the camera was opened.
    package struct Moment: Hashable, Sendable {
        package var take: Int
        package var frame: Int

        package init(take: Int, frame: Int) {
            self.take = take
            self.frame = frame
        }
    }

    /// From this frame on no picture comes, and nothing says why.
    package var stall: Moment?
    /// At this frame the camera is gone: `failure` says so.
    package var disconnect: Moment?
    /// At this frame the pictures change their size: `failure` says so.
    package var resize: Moment?

    package init(stall: Moment? = nil, disconnect: Moment? = nil, resize: Moment? = nil) {
        self.stall = stall
        self.disconnect = disconnect
        self.resize = resize
    }

    /// Nothing goes wrong.
    package static let none = SimulatedFaults()

    /// Reads "stall@1:30,disconnect@2:0": fault, take, frame.
    /// - Throws: `ReelError(.usage)` that shows how it is written.
    package init(_ text: String) throws {
        self.init()
        for part in text.split(separator: ",") {
            let words = part.split(separator: "@", maxSplits: 1)
            let numbers = words.last?.split(separator: ":").compactMap { Int($0) } ?? []
            guard words.count == 2, numbers.count == 2 else { throw Self.misread(text) }
            let moment = Moment(take: numbers[0], frame: numbers[1])
            switch words[0] {
            case "stall": stall = moment
            case "disconnect": disconnect = moment
            case "resize": resize = moment
            default: throw Self.misread(text)
            }
        }
    }

    private static func misread(_ text: String) -> ReelError {
        ReelError(
            .usage, "read the simulated camera's faults", subject: text, cause: "not fault@take:frame",
            remedy: "Write them like stall@1:30,disconnect@2:0,resize@3:10.")
    }
}

extension SimulatedFaults {
    /// What a fault does to a picture.
    enum Effect {
        case none
        case silence
        case failure(ReelError)
    }

    /// What becomes of the picture for this row of this take.
    func effect(take: Int, frame: Int, camera: String, format: CameraFormat) -> Effect {
        func isReached(_ moment: Moment?) -> Bool { moment.map { $0.take == take && $0.frame <= frame } ?? false }
        if isReached(disconnect) {
            return .failure(
                ReelError(
                    .unavailable, "read the camera \(camera)", subject: "simulated camera", cause: "it was unplugged",
                    remedy: "Plug it in again."))
        }
        if isReached(resize) {
            return .failure(
                ReelError(
                    .mismatch, "read the camera \(camera)", subject: "simulated camera",
                    cause: "its pictures were \(format.width)x\(format.height) and are now "
                        + "\(format.width / 2)x\(format.height / 2)"))
        }
        return isReached(stall) ? .silence : .none
    }
}
