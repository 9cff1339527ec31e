/// What the pictures of a camera show: it decides how they are stored, which shape they have in the dataset, and what
/// statistics are taken of them.
package enum PictureKind: String, Codable, Sendable {
    /// Red, green and blue, 8 bits each.
    case colour
    /// How far away things are, 16 bits a pixel. A description can say so; nothing records or encodes it yet.
    case depth

    /// Values of a pixel, as the dataset states them.
    package var channels: Int {
        switch self {
        case .colour: 3
        case .depth: 1
        }
    }

    /// Why such pictures can be neither recorded nor encoded; nil when they can.
    package var problem: String? {
        switch self {
        case .colour: nil
        case .depth: "it gives depth pictures, and this Reel records and encodes colour only"
        }
    }
}
