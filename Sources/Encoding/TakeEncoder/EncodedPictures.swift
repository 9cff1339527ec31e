package import LeRobotDataset
package import RecordingTypes

/// What encoding the pictures of one camera of a take came to.
package struct EncodedPictures: Codable, Sendable {
    /// The camera's name.
    package var camera: String
    /// Rows in the file.
    package var rows: Int
    package var content: Content
    /// Pictures that the rows show; a row that repeats one counts no more.
    package var pictureCount: Int
    /// Rows that show the picture before theirs, because theirs is damaged: the camera gave it so.
    package var undecodable: [Int] = []
    /// Rows whose damaged picture is shown as it is, because there was no whole one for too long.
    package var shownDamaged: [Int] = []
    /// Why there are not more rows, where the file ended before the take.
    package var cutBecause: String?
    /// Of the sampled pictures.
    package var statistics: FeatureStatistics?

    /// What is in the file.
    package enum Content: Codable, Sendable {
        case video(VideoDescription)
        /// PNGs one after the other, and the bytes of each.
        case images(sizes: [Int])
    }

    /// Bytes of the file.
    package var byteCount: Int {
        switch content {
        case .video(let description): description.byteCount
        case .images(let sizes): sizes.reduce(0, +)
        }
    }

    /// Whether these are figures of a file: whatever has written them down, they are counted with.
    var canBeMeant: Bool {
        switch content {
        case .video(let description):
            rows > 0 && description.frameCount == rows && (0...Self.mostBytes).contains(description.byteCount)
        case .images(let sizes):
            rows > 0 && sizes.count == rows && sizes.allSatisfy { (1...Int(Int32.max)).contains($0) }
        }
    }

    /// Of a video: more than any filesystem holds, and some together are a number still.
    private static let mostBytes = 1 << 56

    /// What the camera gave damaged, for people; nil when nothing.
    var damage: String? {
        let count = undecodable.count + shownDamaged.count
        guard count > 0 else { return nil }
        var parts: [String] = []
        if !undecodable.isEmpty {
            let rows = undecodable.count == 1 ? "row shows" : "rows show"
            parts.append("\(undecodable.count) \(rows) the picture before")
        }
        if !shownDamaged.isEmpty {
            parts.append("\(shownDamaged.count) \(shownDamaged.count == 1 ? "is" : "are") shown as it came")
        }
        return "\(count) of \(pictureCount) pictures of the camera \(camera.printable) "
            + "\(count == 1 ? "is" : "are") damaged: \(parts.joined(separator: ", "))"
    }

    /// How the dataset will hold them.
    var storage: PictureStorage {
        switch content {
        case .video: .video
        case .images: .images
        }
    }
}
