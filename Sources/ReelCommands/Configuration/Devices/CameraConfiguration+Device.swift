import Media
import RecordingTypes
import Simulation

extension CameraConfiguration {
    /// The camera; a simulated one looks at `world` and has `fps` if nothing else was given.
    /// - Throws: `ReelError(.usage)` for what cannot be.
    func device(fps: Int, in world: SimulatedWorld, pictures: PicturePolicy = .inStep) throws -> any Camera {
        switch source {
        case .simulated(let view, let faults):
            try SimulatedCamera(
                name: name, view: SimulatedView(rawValue: view.rawValue) ?? .front, width: width ?? 640,
                height: height ?? 480, fps: self.fps.map { max(1, Int($0.rounded())) } ?? fps, world: world,
                faults: faults.map { try SimulatedFaults($0) } ?? .none)
        case .device(let path, let fourcc):
            FFmpegCamera(
                name: name,
                source: source(
                    .v4l2(
                        device: path, width: isOnItsSide ? height : width, height: isOnItsSide ? width : height,
                        fps: self.fps, fourcc: fourcc)), policy: pictures)
        case .stream(let url, let format, let options, let loops):
            FFmpegCamera(
                name: name, source: source(.ffmpeg(url: url, format: format, options: options, loop: loops)),
                policy: pictures)
        }
    }

    private var isOnItsSide: Bool { rotation == 90 || rotation == -90 }

    private func source(_ input: CameraSource.Input) -> CameraSource {
        CameraSource(input: input, width: width, height: height, fps: fps, rotation: rotation, warmUp: warmUp)
    }
}
