import RecordingTypes
import Spool
import SystemPackage

@testable import Recording

extension TakeIntake {
    /// One that nobody starts: what is pushed stays in its ring, and nothing is on any disk.
    static func unwritten(capacity: Int = 1_000_000, cameras: [String] = ["front"]) -> TakeIntake {
        let format = CameraFormat(width: 2, height: 2, fps: 30, pixelFormat: .gray)
        return TakeIntake(
            spool: SpoolDirectory(root: "/nowhere"),
            session: SessionDescription(
                robotType: "scripted", fps: 30, observation: .observation(["joint.pos"]),
                action: .action(["joint.pos"]),
                cameras: cameras.map {
                    .init(name: $0, format: format, target: .video(VideoEncoderSettings(kind: .h264)))
                }, repoID: "me/test"),
            settings: Settings(task: "t", capacity: capacity), onCommand: { _ in }, onEvent: { _ in })
    }
}
