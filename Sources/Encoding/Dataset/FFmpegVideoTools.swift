package import LeRobotDataset
import Media
import RecordingTypes
package import SystemPackage

/// Does with a dataset's videos what the dataset asks for.
package struct FFmpegVideoTools: VideoTools {
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

    package func join(_ parts: [FilePath], into whole: FilePath) throws -> [(from: Double, to: Double)] {
        try VideoJoiner.join(parts, into: whole).map { (from: $0.from, to: $0.to) }
    }

    package func cut(_ frames: [Range<Int>], of video: FilePath, into target: FilePath) throws {
        try VideoJoiner.cut(frames, of: video, into: target)
    }
}
