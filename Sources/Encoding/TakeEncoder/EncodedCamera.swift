import Foundation
import Platform
import RecordingTypes
import Spool
import SystemPackage

/// The files of one encoded camera beside its take: its pictures as the dataset shall have them, and what is known of
/// them. The second is written last and says that the first is whole.
struct EncodedCamera {
    /// A video, or PNGs one after the other.
    let pictures: FilePath
    /// Where the pictures are written before they are whole.
    let partialPictures: FilePath
    private let descriptionPath: FilePath
    private let directory: FilePath

    init(take: Take, camera: String, storage: PictureStorage) {
        directory = take.encodedPath
        let ending =
            switch storage {
            case .video: "mp4"
            case .images: "pngs"
            }
        pictures = directory.appending("\(camera).\(ending)")
        partialPictures = DurableFiles.partial(of: pictures)
        descriptionPath = directory.appending("\(camera).json")
    }

    /// What was encoded whole before, or nil.
    func outcome() -> CameraEncoding.Outcome? {
        guard let outcome = description(), DurableFiles.size(of: pictures) == outcome.byteCount else { return nil }
        return outcome
    }

    /// What is known of the pictures, also when they have moved on into the dataset; or nil.
    func description() -> CameraEncoding.Outcome? {
        guard let bytes = try? DurableFiles.read(descriptionPath) else { return nil }
        return try? JSONDecoder().decode(CameraEncoding.Outcome.self, from: Data(bytes))
    }

    func prepare() throws {
        try DurableFiles.createDirectory(directory)
        try DurableFiles.remove(partialPictures)
        try DurableFiles.remove(descriptionPath)
    }

    func save(_ outcome: CameraEncoding.Outcome) throws {
        try DurableFiles.sync(partialPictures)
        try DurableFiles.rename(partialPictures, to: pictures)
        FaultPoint.reached("encode.video-moved")
        try DurableFiles.write(Array(try JSONEncoder().encode(outcome)), to: descriptionPath)
    }
}
