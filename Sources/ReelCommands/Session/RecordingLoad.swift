import Recording
import RecordingTypes

/// What a session asks of the disk and of the encoders, second by second.
struct RecordingLoad: Equatable {
    /// Rows a second.
    var fps: Int
    var cameras: [Camera]

    struct Camera: Equatable {
        var name: String
        var width: Int
        var height: Int
        /// As they come; each row shows one at most.
        var picturesPerSecond: Double
        /// In the spool.
        var bytesPerPicture: Double
        /// It gives JPEGs, which are stored as they are.
        var isJPEG: Bool
    }

    /// What is reckoned with when no camera is named.
    static let usualCameras = ["first", "second"].map {
        Camera(
            name: $0, width: 640, height: 480, picturesPerSecond: 30,
            bytesPerPicture: losslessBytes(width: 640, height: 480), isJPEG: false)
    }

    /// A picture with a sensor's noise compressed without loss: 213 kB at 640×480, from real footage.
    static func losslessBytes(width: Int, height: Int) -> Double { 0.69 * Double(width * height) }

    var bytesPerSecond: Double {
        cameras.reduce(0) { $0 + min($1.picturesPerSecond, Double(fps)) * $1.bytesPerPicture }
    }

    /// In pictures as large as the largest: that is what encoders are tried with.
    var picturesPerSecond: Double {
        let largest = largestPicture
        return cameras.reduce(0) {
            $0 + Double(fps) * Double($1.width * $1.height) / Double(largest.width * largest.height)
        }
    }

    var largestPicture: (width: Int, height: Int) {
        let largest = cameras.max { $0.width * $0.height < $1.width * $1.height }
        return (largest?.width ?? 640, largest?.height ?? 480)
    }
}

extension RecordingLoad.Camera {
    init(_ trial: CameraTrial) {
        name = trial.name
        (width, height) = (trial.format.width, trial.format.height)
        picturesPerSecond = trial.picturesPerSecond
        isJPEG = trial.format.pixelFormat == .mjpeg
        bytesPerPicture = isJPEG ? trial.bytesPerPicture : RecordingLoad.losslessBytes(width: width, height: height)
    }
}
