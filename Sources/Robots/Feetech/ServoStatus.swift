/// What a servo complains about in every reply, and in its Status register.
package struct ServoStatus: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let voltage = ServoStatus(rawValue: 1)
    package static let angleSensor = ServoStatus(rawValue: 2)
    package static let overheating = ServoStatus(rawValue: 4)
    package static let overcurrent = ServoStatus(rawValue: 8)
    package static let overload = ServoStatus(rawValue: 32)

    /// Every complaint in words, for a person: "overload (…), overheating (…)".
    package var words: String {
        let known: [(ServoStatus, String)] = [
            (.voltage, "its supply voltage is out of range"),
            (.angleSensor, "its angle sensor fails"),
            (.overheating, "it is too hot"),
            (.overcurrent, "it draws too much current"),
            (.overload, "it is overloaded"),
        ]
        var texts = known.filter { contains($0.0) }.map(\.1)
        let unknown = known.reduce(self) { $0.subtracting($1.0) }
        if !unknown.isEmpty { texts.append("it sets the unknown error bits \(unknown.rawValue)") }
        return texts.joined(separator: ", ")
    }

    /// What to do about it.
    package var remedy: String {
        if contains(.voltage) { return "Check the power supply: 5 V and 12 V arms must not be mixed." }
        if contains(.overload) || contains(.overcurrent) {
            return "Take the load off the joint, then switch the arm off and on."
        }
        if contains(.overheating) { return "Switch the arm off and let it cool down." }
        return "Switch the arm off and on; if it stays, the motor is broken."
    }
}
