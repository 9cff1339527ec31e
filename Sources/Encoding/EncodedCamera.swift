import Foundation
import Platform
import RecordingTypes
import Spool
import SystemPackage

/// The files of one encoded camera beside its take: the video, and what is known of it. The second is written last and
/// says that the first is whole.
struct EncodedCamera {
    let video: FilePath
    /// Where the video is written before it is whole.
    let partialVideo: FilePath
    private let descriptionPath: FilePath
    private let directory: FilePath

    init(take: Take, camera: String) {
        directory = take.encodedPath
        video = directory.appending("\(camera).mp4")
        partialVideo = DurableFiles.partial(of: video)
        descriptionPath = directory.appending("\(camera).json")
    }

    /// What was encoded whole before, or nil.
    func outcome() -> CameraEncoding.Outcome? {
        guard let outcome = description(), DurableFiles.size(of: video) == outcome.video.byteCount else { return nil }
        return outcome
    }

    /// What is known of the video, also when that has moved on into the dataset; or nil.
    func description() -> CameraEncoding.Outcome? {
        guard let bytes = try? DurableFiles.read(descriptionPath) else { return nil }
        return try? JSONDecoder().decode(CameraEncoding.Outcome.self, from: Data(bytes))
    }

    func prepare() throws {
        try DurableFiles.createDirectory(directory)
        try DurableFiles.remove(partialVideo)
        try DurableFiles.remove(descriptionPath)
    }

    func save(_ outcome: CameraEncoding.Outcome) throws {
        try DurableFiles.sync(partialVideo)
        try DurableFiles.rename(partialVideo, to: video)
        FaultPoint.reached("encode.video-moved")
        try DurableFiles.write(Array(try JSONEncoder().encode(outcome)), to: descriptionPath)
    }
}
