import OrderedCollections
package import PythonJSON
package import RecordingTypes

/// One feature of a dataset: a column of the data files, or a camera's videos.
package struct Feature: Hashable, Sendable {
    /// "action", "observation.state", "observation.images.front"
    package let name: String
    /// Its entry in info.json, with every key that was there.
    package var definition: JSONObject

    package init(name: String, definition: JSONObject) {
        self.name = name
        self.definition = definition
    }

    /// A numpy type's name, "video", "image", "string" or "language".
    package var dtype: String { definition["dtype"]?.string ?? "" }

    /// [N] for a vector, [height, width, channels] for pictures, [1] for a plain number.
    package var shape: [Int] { definition["shape"]?.array?.compactMap(\.integer) ?? [] }

    /// The names of a vector's values, where it has them. Old conversions have them in an object: {"motors": [...]}.
    package var names: [String]? {
        guard let names = definition["names"] else { return nil }
        let lists = names.array.map { [$0] } ?? names.object?.values.compactMap(\.array)
        return lists?.flatMap { $0.compactMap(\.string) }
    }

    /// Of pictures: where in the shape their sides and channels stand. LeRobot takes both orders, and says which in the
    /// names; without names the channels are last, as its recorder has them.
    private var pictureAxes: (height: Int, width: Int, channels: Int) {
        names?.first.map { $0.hasPrefix("channel") } ?? false ? (1, 2, 0) : (0, 1, 2)
    }

    /// Pixels of a picture; 0 where the shape is none of a picture.
    package var height: Int { shape.count == 3 ? shape[pictureAxes.height] : 0 }

    /// Likewise.
    package var width: Int { shape.count == 3 ? shape[pictureAxes.width] : 0 }

    /// Values of a pixel.
    package var channels: Int { shape.count == 3 ? shape[pictureAxes.channels] : 0 }

    package var isVideo: Bool { dtype == "video" }

    /// PNGs in the data files.
    package var isImage: Bool { dtype == "image" }

    /// Pictures, as video or as PNG inside the data files.
    package var isVisual: Bool { isVideo || isImage }

    /// One number a frame: a plain column, not a list.
    package var isScalar: Bool { shape == [1] && !isVisual }

    /// Whether its `info` says that the pictures are depth maps.
    package var isDepthMap: Bool { definition["info"]?.object?["is_depth_map"]?.bool ?? false }
}

extension Feature {
    /// The values of a block: action and observation.state.
    package static func vector(_ block: ValueBlock) -> Feature {
        Feature(
            name: block.feature,
            definition: [
                "dtype": .string(block.dtype.rawValue), "shape": .array([.integer(block.count)]),
                "names": .array(block.names.map(JSONValue.string)),
            ])
    }

    /// A camera's videos. What the encoder made of them is filled in with the first episode.
    package static func video(_ name: String, width: Int, height: Int, kind: PictureKind = .colour) -> Feature {
        Feature(
            name: name,
            definition: [
                "dtype": .string("video"), "shape": .array([height, width, kind.channels].map(JSONValue.integer)),
                "names": .array(["height", "width", "channels"].map(JSONValue.string)),
                "info": .object(["is_depth_map": .bool(kind == .depth)]),
            ])
    }

    /// A camera's pictures as PNGs in the data files.
    package static func image(_ name: String, width: Int, height: Int, kind: PictureKind = .colour) -> Feature {
        var feature = video(name, width: width, height: height, kind: kind)
        feature.definition["dtype"] = .string("image")
        return feature
    }

    /// The five that every dataset has, in LeRobot's order.
    package static let defaults = [
        number("timestamp", "float32"), number("frame_index", "int64"), number("episode_index", "int64"),
        number("index", "int64"), number("task_index", "int64"),
    ]

    private static func number(_ name: String, _ dtype: String) -> Feature {
        Feature(
            name: name,
            definition: ["dtype": .string(dtype), "shape": .array([.integer(1)]), "names": .null])
    }

    /// The features of a session's recordings, in the order of the columns.
    package static func all(of session: SessionDescription) -> [Feature] {
        (session.action.blocks + session.observation.blocks).map(Feature.vector)
            + session.cameras.map { camera in
                let (width, height) = (camera.format.width, camera.format.height)
                return switch camera.target {
                case .video: .video(camera.featureName, width: width, height: height, kind: camera.kind)
                case .images: .image(camera.featureName, width: width, height: height, kind: camera.kind)
                }
            }
            + defaults
    }
}
