package import RecordingTypes
import Spool

/// What lies in an encoded directory: all that publishing must know of a take's pictures. The cameras join it one after
/// the other, each when its file is whole.
package struct EncodedTake: Codable, Sendable {
    /// Changes when a Reel that reads an older one could not understand it; then the take is encoded again.
    package private(set) var formatVersion = Self.currentFormat
    /// Which take it is (`TakeInfo.identity`): a number alone is used again in a later session.
    package let take: String
    /// Of the cameras whose files are whole, in the session's order.
    package private(set) var pictures: [EncodedPictures] = []

    static let currentFormat = 1

    /// Nothing is encoded yet.
    init(of info: TakeInfo) { take = info.identity }

    /// Rows that every camera has; nil when there is no camera.
    package var rows: Int? { pictures.map(\.rows).min() }

    /// Bytes of all files.
    package var byteCount: Int { pictures.reduce(0) { $0 + $1.byteCount } }

    subscript(camera: String) -> EncodedPictures? { pictures.first { $0.camera == camera } }

    /// Every camera of the take is there, and all end with the same row.
    package func isWhole(for session: SessionDescription) -> Bool {
        pictures.map(\.camera) == session.cameras.map(\.name) && Set(pictures.map(\.rows)).count <= 1
    }

    /// The camera's file is whole.
    mutating func add(_ new: EncodedPictures, of session: SessionDescription) {
        remove(camera: new.camera)
        pictures.append(new)
        let order = session.cameras.map(\.name)
        pictures.sort { order.firstIndex(of: $0.camera) ?? 0 < order.firstIndex(of: $1.camera) ?? 0 }
    }

    mutating func remove(camera: String) { pictures.removeAll { $0.camera == camera } }
}

extension TakeInfo {
    /// Tells the take from all others that this spool has or had.
    var identity: String { "\(number) \(startedWall)" }
}
