/// A session as the spool's format 1 had it: names alone of its values, and one encoder for all
/// cameras, whose files had their names.
struct SessionOfFormat1: Decodable {
    var robotType: String
    var fps: Int
    var observationNames: [String]
    var actionNames: [String]
    var cameras: [Camera]
    var encoder: VideoEncoderSettings
    var repoID: String
    /// Spools from before there was a choice do not say.
    var storage: PictureStorage?

    struct Camera: Decodable {
        var name: String
        var format: CameraFormat
    }

    /// As today's takes say it.
    var today: SessionDescription {
        let target = PictureTarget(storage ?? .video, encoder: encoder)
        var session = SessionDescription(
            robotType: robotType, fps: fps, observation: .observation(observationNames), action: .action(actionNames),
            cameras: cameras.map { .init(name: $0.name, format: $0.format, target: target) }, repoID: repoID)
        for index in session.cameras.indices { session.cameras[index].file = cameras[index].name }
        return session
    }
}
