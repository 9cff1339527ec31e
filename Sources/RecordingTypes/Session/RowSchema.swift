/// Values that a row has of one kind, the observation, the action, or what else it carries: blocks, one behind the other,
/// each a feature of the dataset. What is observed and what is told need not have the same names, nor as many.
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
package struct ValueBlock: Hashable, Sendable {
    /// The dataset's feature: "observation.state".
    package var feature: String
    /// Of the values, in order: "shoulder_pan.pos". Empty where they have none.
    package var names: [String]
    package var dtype: ValueType
    /// [N] for a vector, [1] for a number or a text; up to five dimensions, in C order.
    package var shape: [Int]

    package init(feature: String, names: [String], dtype: ValueType = .float32) {
        self.init(feature: feature, names: names, dtype: dtype, shape: [names.count])
    }

    package init(feature: String, names: [String] = [], dtype: ValueType, shape: [Int]) {
        self.feature = feature
        self.names = names
        self.dtype = dtype
        self.shape = shape
    }

    package var count: Int { shape.reduce(1, *) }
}

/// What a value is, by the name that LeRobot takes: numpy's, or "string".
package enum ValueType: String, Codable, CaseIterable, Sendable {
    case float16, float32, float64
    case int8, int16, int32, int64
    case uint8, uint16, uint32, uint64
    case bool
    case string

    /// Bytes of one value; nil for text, which has any number of them.
    package var byteCount: Int? {
        switch self {
        case .bool, .int8, .uint8: 1
        case .float16, .int16, .uint16: 2
        case .float32, .int32, .uint32: 4
        case .float64, .int64, .uint64: 8
        case .string: nil
        }
    }
}

extension ValueBlock: Codable {
    private enum CodingKeys: String, CodingKey {
        case feature, names, dtype, shape
    }

    /// One without a shape has a value a name.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        feature = try values.decode(String.self, forKey: .feature)
        names = try values.decode([String].self, forKey: .names)
        dtype = try values.decode(ValueType.self, forKey: .dtype)
        shape = try values.decodeIfPresent([Int].self, forKey: .shape) ?? [names.count]
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(feature, forKey: .feature)
        try values.encode(names, forKey: .names)
        try values.encode(dtype, forKey: .dtype)
        if shape != [names.count] { try values.encode(shape, forKey: .shape) }
    }
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
