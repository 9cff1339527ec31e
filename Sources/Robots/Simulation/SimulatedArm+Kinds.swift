extension SimulatedArm {
    /// A simulated arm and a simulated leader, of one world.
    static let kinds = DeviceKinds(
        robots: [DeviceKind(types: ["sim"]) { SimulatedArm(world: $0.rig.only { SimulatedWorld() }) }],
        teleoperators: [DeviceKind(types: ["sim"]) { SimulatedLeader(world: $0.rig.only { SimulatedWorld() }) }])
}
