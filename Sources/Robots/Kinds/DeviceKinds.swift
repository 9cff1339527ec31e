/// Kinds of robots and of teleoperators: what one folder of devices brings.
package struct DeviceKinds: Sendable {
    package let robots: [DeviceKind<any Robot>]
    package let teleoperators: [DeviceKind<any Teleoperator>]

    package init(robots: [DeviceKind<any Robot>], teleoperators: [DeviceKind<any Teleoperator>]) {
        self.robots = robots
        self.teleoperators = teleoperators
    }

    /// All but the simulated ones, which the target above this one adds; a line each: who adds a device adds one here.
    package static let real: DeviceKinds = [
        SOArm.kinds
    ].reduce(DeviceKinds(robots: [], teleoperators: []), +)

    package static func + (left: DeviceKinds, right: DeviceKinds) -> DeviceKinds {
        DeviceKinds(
            robots: left.robots + right.robots, teleoperators: left.teleoperators + right.teleoperators)
    }
}
