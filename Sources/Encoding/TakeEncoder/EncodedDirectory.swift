import Foundation
import Platform
package import RecordingTypes
package import Spool
package import SystemPackage

/// Where a take's pictures lie as the dataset shall have them, with all that publishing must know of them. It may be filled
/// by one process, on whatever machine, and published by another.
///
///     .reel/encoded/000007/
///         encoded.json     what is whole (`EncodedTake`)
///         front.mp4        the pictures of the camera front; or front.pngs, PNGs one after the other
///         attempts         how often it was tried (`EncodingAttempts`)
package struct EncodedDirectory: Hashable, Sendable {
    package let path: FilePath

    package init(path: FilePath) { self.path = path }

    /// Beside the take, where the encoder of its spool has it.
    package init(of take: Take) { path = take.encodedPath }

    private var descriptionPath: FilePath { path.appending("encoded.json") }

    /// The file of a camera's pictures.
    package func picturesPath(
        of camera: SessionDescription.CameraDescription, storage: PictureStorage
    ) -> FilePath {
        let ending =
            switch storage {
            case .video: "mp4"
            case .images: "pngs"
            }
        return path.appending("\(camera.file).\(ending)")
    }

    /// What is encoded of the take, also when the files have moved on into the dataset. Nil when there is nothing, and
    /// when it is another take's, another Reel's, or damaged: it can always be made again.
    package func description(of info: TakeInfo) -> EncodedTake? {
        guard let bytes = try? File.read(descriptionPath),
            let encoded = try? JSONDecoder().decode(EncodedTake.self, from: Data(bytes)),
            encoded.formatVersion == EncodedTake.currentFormat, encoded.take == info.identity,
            encoded.pictures.allSatisfy(\.canBeMeant)
        else { return nil }
        return encoded
    }

    /// Whether the camera's file is there as it was described.
    func holds(_ pictures: EncodedPictures, of camera: SessionDescription.CameraDescription) -> Bool {
        File.size(of: picturesPath(of: camera, storage: pictures.storage)) == pictures.byteCount
    }

    /// Says what is whole, in one step.
    func write(_ encoded: EncodedTake) throws {
        try Directory.create(path)
        try AtomicFile.write(try JSONEncoder().encode(encoded), to: descriptionPath)
    }
}
