import Platform
import RecordingTypes
import Robots

/// Waits for a device that has failed: closes it and opens it again, once a second, until it works or the time is up.
/// Runs on the control thread, between takes, so nothing else uses the devices.
struct DeviceReturn {
    private static let interval: Duration = .seconds(1)

    private let session: RecordingSession
    private var missing: Set<DeviceFailure.Device> = []
    private var lastError = ""

    init(session: RecordingSession) { self.session = session }

    /// Waits. Tells how it went.
    /// - Parameter failure: what the device's failure was.
    /// - Returns: whether all devices work, and what the operator asked for meanwhile.
    consuming func wait(after failure: DeviceFailure) -> (isBack: Bool, requests: Set<OperatorInput.Request>) {
        guard let device = failure.device else { return (false, []) }
        missing = [device]
        lastError = failure.message
        let name = name(of: device)
        let end = MonotonicTime.now + session.configuration.reconnectTime
        guard session.configuration.reconnectTime > .zero else { return gone(name, []) }
        close(device)
        if device == .teleoperator {
            // An arm without its operator must not hold on with all its force.
            close(.robot)
            missing.insert(.robot)
        }
        session.status.wait(for: name, until: end)
        if session.input.enter(OperatorInput.Aim(take: session.status.current.take, phase: .waiting)) {
            session.tell(.askedTooLate)
        }
        session.tell(.deviceLost(name: name))
        var requests: Set<OperatorInput.Request> = []
        while true {
            if openAll() {
                session.tell(.deviceBack(name: name))
                return (true, requests)
            }
            let next = min(MonotonicTime.now + Self.interval, end)
            session.input.sleep(until: next)
            if session.input.isPending { requests.formUnion(session.input.take().requests) }
            if !requests.isDisjoint(with: OperatorInput.endings) { return (false, requests) }
            if MonotonicTime.now >= end { return gone(name, requests) }
        }
    }

    private func gone(
        _ name: String, _ requests: Set<OperatorInput.Request>
    ) -> (isBack: Bool, requests: Set<OperatorInput.Request>) {
        session.tell(.deviceGone(name: name, cause: lastError))
        return (false, requests)
    }

    /// Tries all that are missing, and sees whether another one has gone meanwhile.
    private mutating func openAll() -> Bool {
        // The robot last: from then on it holds its joints, and somebody must lead it.
        let order = missing.subtracting([.robot]) + (missing.contains(.robot) ? [.robot] : [])
        for device in order where device != .robot || !missing.contains(.teleoperator) {
            do {
                close(device)
                try open(device)
                missing.remove(device)
            } catch {
                lastError = "\(error)"
            }
        }
        for (index, camera) in session.cameras.enumerated() where !missing.contains(.camera(index)) {
            let capturedAt = camera.newest()?.capturedAt
            guard
                let failure = StalePicture.failure(
                    of: camera, capturedAt: capturedAt, at: .now, limit: StalePicture.limit(for: session.formats[index])
                )
            else { continue }
            lastError = failure
            missing.insert(.camera(index))
        }
        return missing.isEmpty
    }

    private func open(_ device: DeviceFailure.Device) throws {
        switch device {
        case .robot: try session.robot.reconnect()
        case .teleoperator: try session.teleoperator.reconnect()
        case .camera(let index):
            let (camera, wanted) = (session.cameras[index], session.formats[index])
            let found = try camera.open()
            guard (found.width, found.height, found.pixelFormat) == (wanted.width, wanted.height, wanted.pixelFormat)
            else {
                camera.close()
                throw ReelError(
                    .mismatch, "go on with the camera \(camera.name.printable)",
                    cause:
                        "its pictures are \(found.width)×\(found.height) \(found.pixelFormat.rawValue) now, and were "
                        + "\(wanted.width)×\(wanted.height) \(wanted.pixelFormat.rawValue)")
            }
        }
    }

    /// Torque goes off where the robot is configured so. One that may hold on because it could not be told is the operator's
    /// to take care of.
    private func close(_ device: DeviceFailure.Device) {
        do {
            switch device {
            case .robot: try session.robot.disconnect()
            case .teleoperator: try session.teleoperator.disconnect()
            case .camera(let index): session.cameras[index].close()
            }
        } catch {
            session.tell(.deviceMayHold(name: name(of: device), cause: "\(error)"))
        }
    }

    private func name(of device: DeviceFailure.Device) -> String {
        switch device {
        case .camera(let index): "camera \(session.cameras[index].name.printable)"
        case .robot: session.robot.name
        case .teleoperator: session.teleoperator.name
        }
    }
}
