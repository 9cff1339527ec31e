/// The values that a row has of one side, the observation or the action: blocks, one behind the other, each a feature of
/// the dataset. What is observed and what is told need not have the same names, nor as many.
package struct RowSchema: Hashable, Sendable {
    package var blocks: [ValueBlock]

    package init(_ blocks: [ValueBlock]) { self.blocks = blocks }

    /// What a robot observes of itself, as LeRobot calls it.
    package static func observation(_ names: [String]) -> RowSchema {
        RowSchema([ValueBlock(feature: "observation.state", names: names)])
    }

    /// What a robot is told, as LeRobot calls it.
    package static func action(_ names: [String]) -> RowSchema {
        RowSchema([ValueBlock(feature: "action", names: names)])
    }

    /// Values of a row.
    package var count: Int { blocks.reduce(0) { $0 + $1.count } }

    /// Names of the values, in order.
    package var names: [String] { blocks.flatMap(\.names) }

    /// The blocks, each with its place among the values of a row.
    package var places: [(block: ValueBlock, range: Range<Int>)] {
        var end = 0
        return blocks.map { block in
            defer { end += block.count }
            return (block, end..<end + block.count)
        }
    }
}

/// Values of a row that belong together.
package struct ValueBlock: Hashable, Codable, Sendable {
    /// The dataset's feature: "observation.state".
    package var feature: String
    /// Of the values, in order: "shoulder_pan.pos".
    package var names: [String]
    package var dtype: ValueType

    package init(feature: String, names: [String], dtype: ValueType = .float32) {
        self.feature = feature
        self.names = names
        self.dtype = dtype
    }

    package var count: Int { names.count }
}

/// What a value is, by numpy's name. Rows carry floats today; another type is a case here, and then the compiler asks for
/// its place in a row and its column.
package enum ValueType: String, Codable, Sendable {
    case float32
}

extension RowSchema: Codable {
    package init(from decoder: any Decoder) throws {
        blocks = try decoder.singleValueContainer().decode([ValueBlock].self)
    }

    package func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        try value.encode(blocks)
    }
}
