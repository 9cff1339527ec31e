package import SystemPackage

/// A device that is asked for: its type and what was set for it, checked.
package struct DeviceRequest {
    /// As given: "so101_follower".
    package var type: String
    /// The device's name; its calibration file is called so.
    package var id: String?
    /// Where its calibration file is, where its kind has one.
    package var calibrationDirectory: FilePath?
    /// By the fields' names, those of a pair with the part in front: "left_arm_config.port".
    package var values: [String: SettingValue]
    /// What it may share with others.
    package var rig: Rig

    package init(
        type: String, id: String? = nil, calibrationDirectory: FilePath? = nil, values: [String: SettingValue] = [:],
        rig: Rig = Rig()
    ) {
        self.type = type
        self.id = id
        self.calibrationDirectory = calibrationDirectory
        self.values = values
        self.rig = rig
    }

    /// The request for one of a pair, as a device of `type`: its own settings, and LeRobot's name for it.
    func side(_ part: DevicePart, as type: String) -> DeviceRequest {
        var request = self
        request.type = type
        request.id = id.map { "\($0)_\(part.side.rawValue)" }
        request.values = [:]
        for (name, value) in values where name.hasPrefix(part.prefix) {
            request.values[String(name.dropFirst(part.prefix.count))] = value
        }
        return request
    }
}

/// What the devices of one session share: a simulated world, or the one connection that a robot and its cameras have.
package final class Rig {
    private var shared: [ObjectIdentifier: AnyObject] = [:]

    package init() {}

    /// The only one of its type; made when the first asks for it.
    package func only<Thing: AnyObject>(_ make: () -> Thing) -> Thing {
        if let thing = shared[ObjectIdentifier(Thing.self)] as? Thing { return thing }
        let thing = make()
        shared[ObjectIdentifier(Thing.self)] = thing
        return thing
    }
}
