import Platform
import RecordingTypes
import Robots
import Spool

/// What the loop does with robot, leader and cameras in a tick.
extension ControlLoop {
    var busRetries: Int { robot.busCounters.retries + teleoperator.busCounters.retries }

    /// Reads the robot. Returns that it failed, retries included, or nil.
    func observe() -> DeviceFailure? {
        do {
            try robot.readObservation(into: &observation)
            return nil
        } catch {
            return DeviceFailure(reason: .robotFailed, message: "\(robot.name): \(error)", device: .robot)
        }
    }

    /// Reads the teleoperator and moves the robot. Returns who failed, retries included, or nil.
    func act() -> DeviceFailure? {
        var device = DeviceFailure.Device.teleoperator
        do {
            try teleoperator.readAction(into: &action)
            device = .robot
            try robot.send(action: action)
            lastLed = .now
            return nil
        } catch {
            let name = device == .robot ? robot.name : teleoperator.name
            return DeviceFailure(reason: .robotFailed, message: "\(name): \(error)", device: device)
        }
    }

    // MARK: - Pictures

    /// Takes note of what a camera gave for the row. Returns why the camera is of no use, or nil.
    func usePicture(of index: Int, at time: MonotonicTime, _ result: inout TakeResult) -> DeviceFailure? {
        let isFirst = sequences[index] < 0
        if let picture = pictures[index], picture.capturedAt > time, !isFirst {
            // Its stamp is ahead of the clock: a row shows nothing that is later than itself.
            pictures[index] = nil
        }
        repeats[index] = !isFirst
        if let picture = pictures[index], picture.sequence != sequences[index] {
            (sequences[index], captured[index]) = (picture.sequence, picture.capturedAt)
            repeats[index] = false
        }
        if let failure = StalePicture.failure(
            of: cameras[index], capturedAt: captured[index], at: time,
            limit: time < pardonEnd ? nil : staleLimits[index])
        {
            return DeviceFailure(reason: .cameraFailed, message: failure, device: .camera(index))
        }
        if let capturedAt = captured[index] {
            result.oldestPictures[index] = max(result.oldestPictures[index], time - capturedAt)
        }
        return nil
    }

    /// Looks how old the pictures are, which the operator sees, when none is stored. The cameras learn from it as well
    /// how ticks lie between their pictures.
    func lookAtCameras() {
        lastTime = .now
        for index in cameras.indices {
            pictures[index] = cameras[index].picture(at: lastTime)
            captured[index] = pictures[index]?.capturedAt ?? captured[index]
        }
        intake.letGo(of: &pictures)
    }

    // MARK: - A program that was stopped

    /// Says so when the program did not run for a while (Ctrl-Z, a laptop that was closed, a machine that swaps): the tick
    /// is late by more than a picture may be old, and all cameras are as old as that. Nobody has led the arm meanwhile, and
    /// no camera is to blame.
    func standstill(of lateness: Duration, at now: MonotonicTime) -> DeviceFailure? {
        guard lateness > StalePicture.usualLimit, !cameras.isEmpty else { return nil }
        lookAtCameras()
        let isEverythingOld = zip(captured, staleLimits).allSatisfy { time, limit in
            time.map { now - $0 > min(limit, lateness) } ?? true
        }
        guard isEverythingOld else {
            // Some camera was quicker to wake up than this thread: the others may take a moment.
            pardonEnd = now + StalePicture.usualLimit
            return nil
        }
        let tenths = Int((lateness.seconds * 10).rounded())
        return DeviceFailure(
            reason: .stoodStill, message: "the program stood still for \(tenths / 10).\(tenths % 10) s")
    }

    // MARK: - Before a phase

    /// So long the robot may be left alone and still be taken for led: a few periods.
    private static let ledFor: Duration = .milliseconds(250)

    /// Brings the robot to where its leader is, when it has not been led just now: before the first phase, after a device
    /// has come back, after a standstill. Nothing is recorded. Keys end it, and are left for the phase that follows.
    /// - Parameter longest: how long it takes from a pose that is far away; zero jumps, as LeRobot does.
    /// - Returns: whether the robot had a way to go, and who failed on it.
    func align(atMost longest: Duration) -> (hasMoved: Bool, failure: DeviceFailure?) {
        if let lastLed, MonotonicTime.now - lastLed < Self.ledFor { return (false, nil) }
        guard longest > .zero else { return (false, nil) }
        if let failure = observe() { return (false, failure) }
        var device = DeviceFailure.Device.teleoperator
        do {
            try teleoperator.readAction(into: &action)
            let approach = Approach(of: robot, from: observation, to: action, atMost: longest)
            guard approach.time > .zero else { return (false, nil) }
            tell(.robotApproaches(robot: robot.name))
            let isThere = try approach.run(robot) {
                device = .teleoperator
                try teleoperator.readAction(into: &action)
                device = .robot
                return action
            } sleep: { deadline in
                input.sleep(until: deadline)
                return input.isPending
            }
            if isThere { lastLed = .now }
            return (true, nil)
        } catch {
            let name = device == .robot ? robot.name : teleoperator.name
            return (true, DeviceFailure(reason: .robotFailed, message: "\(name): \(error)", device: device))
        }
    }
}
