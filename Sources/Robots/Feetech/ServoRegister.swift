/// A register of the STS3215, as Feetech's memory table and LeRobot's control table have it.
package struct ServoRegister: Hashable, Sendable {
    /// LeRobot's name: "Present_Position".
    package let name: String
    package let address: UInt8
    /// 1 or 2 bytes, little-endian.
    package let length: UInt8
    /// Where a value has a sign: the bit that says negative; the bits below are the magnitude (no two's complement).
    package let signBit: UInt8?

    package init(_ name: String, _ address: UInt8, _ length: UInt8, signBit: UInt8? = nil) {
        self.name = name
        self.address = address
        self.length = length
        self.signBit = signBit
    }

    /// The bits for a value, or nil when it does not fit.
    package func encode(_ value: Int) -> UInt16? {
        if let signBit {
            guard value.magnitude < 1 << UInt(signBit) else { return nil }
            return (value < 0 ? 1 << UInt16(signBit) : 0) | UInt16(value.magnitude)
        }
        return (0..<(1 << (8 * Int(length)))).contains(value) ? UInt16(value) : nil
    }

    /// The value of these bits.
    package func decode(_ bits: UInt16) -> Int {
        guard let signBit else { return Int(bits) }
        let magnitude = Int(bits & (1 << UInt16(signBit) - 1))
        return bits >> UInt16(signBit) & 1 == 1 ? -magnitude : magnitude
    }
}

extension ServoRegister {
    // Kept over a power cut, when Lock is 0.
    package static let firmwareMajor = ServoRegister("Firmware_Major_Version", 0, 1)
    package static let firmwareMinor = ServoRegister("Firmware_Minor_Version", 1, 1)
    package static let modelNumber = ServoRegister("Model_Number", 3, 2)
    package static let id = ServoRegister("ID", 5, 1)
    package static let baudRate = ServoRegister("Baud_Rate", 6, 1)
    package static let returnDelayTime = ServoRegister("Return_Delay_Time", 7, 1)
    package static let responseStatusLevel = ServoRegister("Response_Status_Level", 8, 1)
    package static let minPositionLimit = ServoRegister("Min_Position_Limit", 9, 2)
    package static let maxPositionLimit = ServoRegister("Max_Position_Limit", 11, 2)
    package static let maxTorqueLimit = ServoRegister("Max_Torque_Limit", 16, 2)
    package static let phase = ServoRegister("Phase", 18, 1)
    package static let pCoefficient = ServoRegister("P_Coefficient", 21, 1)
    package static let dCoefficient = ServoRegister("D_Coefficient", 22, 1)
    package static let iCoefficient = ServoRegister("I_Coefficient", 23, 1)
    package static let protectionCurrent = ServoRegister("Protection_Current", 28, 2)
    package static let homingOffset = ServoRegister("Homing_Offset", 31, 2, signBit: 11)
    package static let operatingMode = ServoRegister("Operating_Mode", 33, 1)
    package static let overloadTorque = ServoRegister("Overload_Torque", 36, 1)
    // Forgotten at a power cut.
    package static let torqueEnable = ServoRegister("Torque_Enable", 40, 1)
    package static let acceleration = ServoRegister("Acceleration", 41, 1)
    package static let goalPosition = ServoRegister("Goal_Position", 42, 2, signBit: 15)
    package static let goalVelocity = ServoRegister("Goal_Velocity", 46, 2, signBit: 15)
    package static let torqueLimit = ServoRegister("Torque_Limit", 48, 2)
    package static let lock = ServoRegister("Lock", 55, 1)
    package static let presentPosition = ServoRegister("Present_Position", 56, 2, signBit: 15)
    package static let presentVelocity = ServoRegister("Present_Velocity", 58, 2, signBit: 15)
    package static let presentLoad = ServoRegister("Present_Load", 60, 2, signBit: 10)
    package static let presentVoltage = ServoRegister("Present_Voltage", 62, 1)
    package static let presentTemperature = ServoRegister("Present_Temperature", 63, 1)
    package static let status = ServoRegister("Status", 65, 1)
    package static let moving = ServoRegister("Moving", 66, 1)
    package static let presentCurrent = ServoRegister("Present_Current", 69, 2)
    package static let maximumAcceleration = ServoRegister("Maximum_Acceleration", 85, 1)
}

/// The motors that Feetech sells, by what their Model_Number holds.
package enum ServoModel {
    /// Those of LeRobot's table (lerobot/motors/feetech/tables.py), and the large one that builders of arms take.
    private static let names = [777: "STS3215", 1284: "SCS0009", 2569: "STS3095", 2825: "STS3250", 11272: "SM8512BL"]

    /// "an STS3250", or "none that Reel knows (model number 4242)".
    package static func words(_ number: Int) -> String {
        guard let name = names[number] else { return "none that Reel knows (model number \(number))" }
        return "an \(name)"
    }
}

/// Facts about the STS3215 that are in no register.
package enum STS3215 {
    /// What Model_Number holds.
    package static let modelNumber = 777
    /// Bit 4 of Phase: positions go on beyond one turn instead of staying 0...4095.
    package static let countsTurns = 0x10
    /// The largest position; one turn is this and one.
    package static let maxPosition = 4095
    /// Bits a second by the value of Baud_Rate.
    package static let baudRates = [1_000_000, 500_000, 250_000, 128_000, 115_200, 57_600, 38_400, 19_200]
    /// What the SO arms run at.
    package static let baudRate = 1_000_000
}
