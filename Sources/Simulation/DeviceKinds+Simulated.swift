package import Robots

extension DeviceKinds {
    /// All that there are.
    package static let all = simulated + real

    /// A simulated arm and a simulated leader, of one world.
    static let simulated = DeviceKinds(
        robots: [DeviceKind(types: ["sim"]) { SimulatedArm(world: $0.rig.only { SimulatedWorld() }) }],
        teleoperators: [DeviceKind(types: ["sim"]) { SimulatedLeader(world: $0.rig.only { SimulatedWorld() }) }])
}
