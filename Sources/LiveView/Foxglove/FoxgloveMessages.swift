import OrderedCollections
import PythonJSON
import RecordingTypes

/// One topic of Foxglove's, as LeRobot calls them.
struct FoxgloveChannel: Sendable, Equatable {
    enum Content: Sendable, Equatable {
        case observation, action
        case camera(Int)
    }

    let id: Int
    let content: Content
    let topic: String

    /// Those of a session: what is observed, what is asked, and a camera each.
    static func all(of description: PreviewDescription) -> [FoxgloveChannel] {
        var contents: [(Content, String)] = []
        if !description.observation.isEmpty { contents.append((.observation, "/observation/state")) }
        if !description.action.isEmpty { contents.append((.action, "/action/state")) }
        for (index, camera) in description.cameras.enumerated() {
            // A dot would end a part of the topic's path.
            contents.append((.camera(index), "/observation/images/\(camera.name.replacing(".", with: "_"))"))
        }
        return contents.enumerated().map { FoxgloveChannel(id: $0 + 1, content: $1.0, topic: $1.1) }
    }

    /// As it is advertised.
    func json(isCompressed: Bool) -> JSONValue {
        var members: JSONObject = ["id": .integer(id), "topic": .string(topic)]
        if case .camera = content {
            members["encoding"] = .string("protobuf")
            members["schemaName"] = .string(isCompressed ? "foxglove.CompressedImage" : "foxglove.RawImage")
            members["schema"] = .string(isCompressed ? FoxgloveSchemas.compressedImage : FoxgloveSchemas.rawImage)
            members["schemaEncoding"] = .string("protobuf")
        } else {
            members["encoding"] = .string("json")
            members["schemaName"] = .string("lerobot.Scalars")
            members["schema"] = .string(FoxgloveSchemas.scalars)
            members["schemaEncoding"] = .string("jsonschema")
        }
        return .object(members)
    }
}

/// What is sent on Foxglove's topics.
enum FoxgloveMessages {
    /// A message's frame: `0x01 | u32 subscription | u64 nanoseconds since 1970 | payload`, little-endian.
    static func data(_ payload: [UInt8], subscription: UInt32, at wall: Int64) -> [UInt8] {
        var bytes: [UInt8] = [1]
        bytes.add(subscription)
        bytes.add(wall)
        return bytes + payload
    }

    /// Numbers with their names, as Python writes them; JSON has no NaN, so what is no number is left out.
    static func scalars(_ names: [String], _ values: [Float]) -> [UInt8] {
        let scalars = zip(names, values).filter { $1.isFinite }.map { name, value in
            JSONValue.object(["label": .string(name), "value": .real(Double(value))])
        }
        return Array(JSONText.line(.object(["scalars": .array(scalars)])).utf8)
    }

    /// foxglove.CompressedImage.
    static func image(jpeg: [UInt8], camera: String, at wall: Int64) -> [UInt8] {
        var message = Protobuf()
        message.add(1, timestamp(wall))
        message.add(2, jpeg)
        message.add(3, Array("jpeg".utf8))
        message.add(4, Array(camera.utf8))
        return message.bytes
    }

    /// foxglove.RawImage.
    static func image(pixels: [UInt8], width: Int, height: Int, camera: String, at wall: Int64) -> [UInt8] {
        var message = Protobuf()
        message.add(1, timestamp(wall))
        message.add(fixed32: 2, UInt32(width))
        message.add(fixed32: 3, UInt32(height))
        message.add(4, Array("rgb8".utf8))
        message.add(fixed32: 5, UInt32(3 * width))
        message.add(6, pixels)
        message.add(7, Array(camera.utf8))
        return message.bytes
    }

    /// google.protobuf.Timestamp.
    private static func timestamp(_ wall: Int64) -> [UInt8] {
        var message = Protobuf()
        message.add(varint: 1, UInt64(wall / 1_000_000_000))
        message.add(varint: 2, UInt64(wall % 1_000_000_000))
        return message.bytes
    }
}

/// Fields of a message of Protocol Buffers. What is zero or empty is left out, as proto3 has it.
struct Protobuf {
    private(set) var bytes: [UInt8] = []

    mutating func add(varint field: Int, _ value: UInt64) {
        guard value != 0 else { return }
        add(varint: UInt64(field << 3))
        add(varint: value)
    }

    mutating func add(fixed32 field: Int, _ value: UInt32) {
        guard value != 0 else { return }
        add(varint: UInt64(field << 3 | 5))
        bytes.add(value)
    }

    mutating func add(fixed64 field: Int, _ value: UInt64) {
        guard value != 0 else { return }
        add(varint: UInt64(field << 3 | 1))
        bytes.add(value)
    }

    /// Bytes, a text, or a message; `isThere` has it also where it is empty.
    mutating func add(_ field: Int, _ value: [UInt8], isThere: Bool = false) {
        guard !value.isEmpty || isThere else { return }
        add(varint: UInt64(field << 3 | 2))
        add(varint: UInt64(value.count))
        bytes += value
    }

    private mutating func add(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
