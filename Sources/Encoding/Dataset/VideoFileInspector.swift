package import LeRobotDataset
import Media
import RecordingTypes
package import SystemPackage

/// Opens a dataset's videos for its check.
package struct VideoFileInspector: VideoInspector {
    package init() {}

    package func examine(_ path: FilePath) throws -> ExaminedVideo {
        let index = try VideoFileIndex(path: path)
        return ExaminedVideo(description: index.description, packetTimes: index.packetTimes)
    }

    package func decode(
        _ path: FilePath, numbers: [Int], step: Int, body: (_ number: Int, _ rgb: [UInt8]) throws -> Void
    ) throws {
        let reader = try VideoFileReader(path: path)
        var wanted = numbers[...]
        var number = 0
        while let next = wanted.first {
            guard let (_, picture) = try reader.next() else {
                throw ReelError(
                    .damaged, "decode a video", subject: path.string, cause: "it ends before picture \(next)")
            }
            if number == next {
                try body(number, picture.rgb24(subsampledBy: step))
                wanted.removeFirst()
            }
            number += 1
        }
    }
}
