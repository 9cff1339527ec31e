import LeRobotDataset
import OrderedCollections
import Media
import RecordingTypes
import Synchronization
import SystemPackage

/// Exactly the picture of a row, whether the dataset keeps videos or images. Files stay open for the next row, and some
/// pictures in memory, because somebody who looks for something goes back and forth.
final class EpisodePictures: Sendable {
    private static let keptPictures = 64
    private static let openVideos = 8

    /// What a picture is of.
    struct Place: Hashable {
        let generation: String
        let feature: String
        let episode: Int
        let row: Int
        /// Wider pictures are made so wide; nil leaves them as they are.
        let width: Int?
    }

    struct Still {
        let type: String
        let bytes: [UInt8]
    }

    private struct Shelf {
        /// The last used last.
        var stills: [(place: Place, still: Still)] = []
        var videos: [(path: FilePath, generation: String, pictures: VideoPictures)] = []
        var encoders: [Int?: JPEGEncoder] = [:]
        /// The images of one episode.
        var images: (place: Place, images: [[UInt8]])?
    }

    /// One picture is made at a time: decoders use what cores there are.
    private let shelf: Mutex<Shelf>

    init() { shelf = Mutex(Shelf()) }

    /// The picture of a row that the episode has.
    /// - Throws: `ReelError` naming the file, when it cannot be read.
    func still(_ feature: Feature, of row: EpisodeRow, at index: Int, width: Int?, in opened: OpenedDataset) throws
        -> Still
    {
        let place = Place(
            generation: opened.generation, feature: feature.name, episode: row.index, row: index, width: width)
        return try shelf.withLock { shelf in
            if let known = shelf.stills.firstIndex(where: { $0.place == place }) {
                let found = shelf.stills.remove(at: known)
                shelf.stills.append(found)
                return found.still
            }
            let still =
                feature.isVideo
                ? try Self.picture(feature, row, index, width, opened, &shelf)
                : try Self.image(feature, row, index, opened, &shelf)
            if shelf.stills.count >= Self.keptPictures { shelf.stills.removeFirst() }
            shelf.stills.append((place, still))
            return still
        }
    }

    private static func picture(
        _ feature: Feature, _ row: EpisodeRow, _ index: Int, _ width: Int?, _ opened: OpenedDataset,
        _ shelf: inout Shelf
    ) throws -> Still {
        guard let span = row.videos[feature.name] else {
            throw ReelError(.damaged, "find a picture", cause: "the table of episodes has no \(feature.name) of it")
        }
        let path = try opened.dataset.layout.video(feature.name, span.file)
        let pictures = try video(path, opened.generation, &shelf)
        let duration = 1 / Double(opened.dataset.info.fps)
        do {
            let picture = try pictures.picture(at: span.from + Double(index) * duration, lasting: duration)
            let encoder = try shelf.encoders[width] ?? JPEGEncoder(mostWidth: width, quality: width == nil ? 2 : 5)
            shelf.encoders[width] = encoder
            return Still(type: "image/jpeg", bytes: try encoder.jpeg(of: picture))
        } catch {
            // Whatever it has stumbled over, it begins anew.
            shelf.videos.removeAll { $0.path == path }
            throw error
        }
    }

    private static func video(_ path: FilePath, _ generation: String, _ shelf: inout Shelf) throws -> VideoPictures {
        if let known = shelf.videos.firstIndex(where: { $0.path == path && $0.generation == generation }) {
            let found = shelf.videos.remove(at: known)
            shelf.videos.append(found)
            return found.pictures
        }
        shelf.videos.removeAll { $0.path == path }
        if shelf.videos.count >= openVideos { shelf.videos.removeFirst() }
        let pictures = try VideoPictures(path: path)
        shelf.videos.append((path, generation, pictures))
        return pictures
    }

    private static func image(
        _ feature: Feature, _ row: EpisodeRow, _ index: Int, _ opened: OpenedDataset, _ shelf: inout Shelf
    ) throws -> Still {
        let place = Place(generation: opened.generation, feature: feature.name, episode: row.index, row: 0, width: nil)
        if shelf.images?.place != place {
            shelf.images = nil
            shelf.images = (place, try EpisodeImages.read(feature, of: row, in: opened.dataset))
        }
        guard let bytes = shelf.images?.images[index] else {
            throw ReelError(.failed, "find an image", cause: "it is gone")
        }
        return Still(type: bytes.starts(with: [0xFF, 0xD8]) ? "image/jpeg" : "image/png", bytes: bytes)
    }
}
