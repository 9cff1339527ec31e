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
    private let description: FilePath
    private let directory: FilePath

    init(take: Take, camera: String) {
        directory = take.encodedPath
        video = directory.appending("\(camera).mp4")
        partialVideo = DurableFiles.partial(of: video)
        description = directory.appending("\(camera).json")
    }

    /// What was encoded whole before, or nil.
    func outcome() -> CameraEncoding.Outcome? {
        guard let bytes = try? DurableFiles.read(description),
            let outcome = try? JSONDecoder().decode(CameraEncoding.Outcome.self, from: Data(bytes)),
            DurableFiles.size(of: video) == outcome.video.byteCount
        else { return nil }
        return outcome
    }

    func prepare() throws {
        try DurableFiles.createDirectory(directory)
        try DurableFiles.remove(partialVideo)
        try DurableFiles.remove(description)
    }

    func save(_ outcome: CameraEncoding.Outcome) throws {
        try DurableFiles.sync(partialVideo)
        try DurableFiles.rename(partialVideo, to: video)
        try DurableFiles.write(Array(try JSONEncoder().encode(outcome)), to: description)
    }
}
