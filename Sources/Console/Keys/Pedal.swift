import Platform
package import RecordingTypes
package import SystemPackage

/// A foot pedal: the operator's hands are on the leader. Unplugged it is taken again as soon as it is back.
package final class Pedal {
    private let path: FilePath
    private let keys: PedalKeys
    private let poll: WakeablePoll
    /// What it is called: another device may get its number.
    private var name: String?
    private var thread: OwnThread?
    /// How often it is looked for.
    private static let lookInterval: Duration = .seconds(1)

    /// - Parameters:
    ///   - path: "/dev/input/by-id/usb-PCsensor_FootSwitch-event-kbd".
    ///   - keys: what its keys mean.
    /// - Throws: `ReelError` when the system gives no pipe.
    package init(path: FilePath, keys: PedalKeys) throws(ReelError) {
        self.path = path
        self.keys = keys
        poll = try WakeablePoll()
    }

    /// Throws `ReelError` naming the device when it cannot be had now.
    package func require() throws(ReelError) { name = try InputDevice(path: path).name }

    /// Takes the pedal, and begins to listen. Call it once.
    /// - Parameters:
    ///   - hear: gets what the keys mean, on a thread of the pedal's.
    ///   - tell: gets that it is gone, or back.
    package func start(
        hear: @escaping @Sendable (OperatorWord) -> Void, tell: @escaping @Sendable (SessionEvent) -> Void
    ) {
        thread = OwnThread(name: "pedal") { [path, name, keys, poll] in
            Self.read(path, name, keys, poll, hear, tell)
        }
    }

    /// Lets go of it.
    package func close() {
        guard let thread = thread.take() else { return }
        poll.wake()
        thread.join()
    }

    private static func read(
        _ path: FilePath, _ name: String?, _ keys: PedalKeys, _ poll: WakeablePoll, _ hear: (OperatorWord) -> Void,
        _ tell: (SessionEvent) -> Void
    ) {
        var isLost = false
        var nobody: [UInt8] = []
        while true {
            do {
                let device = try InputDevice(path: path, called: name)
                if isLost { tell(.deviceBack(name: "the pedal")) }
                isLost = false
                if !listen(to: device, keys, poll, hear) { return }
            } catch {
                if !isLost { tell(.pedalLost(cause: "\(error)")) }
                isLost = true
                if poll.read(from: nil, into: &nobody, patience: lookInterval) == .woken { return }
            }
        }
    }

    /// Until it is unplugged (true), or nobody wants to know any more.
    private static func listen(
        to device: InputDevice, _ keys: PedalKeys, _ poll: WakeablePoll, _ hear: (OperatorWord) -> Void
    ) -> Bool {
        while true {
            switch device.wait(poll, patience: nil) {
            case .pressed(let pressed): pressed.compactMap(keys.request).forEach { hear(.asks($0)) }
            case .ended: return true
            case .woken: return false
            }
        }
    }
}
