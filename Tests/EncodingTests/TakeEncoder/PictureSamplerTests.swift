import Glibc
import LeRobotDataset
import Media
import Platform
import RecordingTypes
import SystemPackage
import Testing

@testable import Encoding

@Suite("The pictures that statistics are taken from are LeRobot's, known length or not, in the same memory")
struct PictureSamplerTests {
    private func withDirectory(_ body: (FilePath) throws -> Void) throws {
        let directory = try Directory.createTemporary("/tmp/reel-sampler-")
        defer { try? File.remove(directory) }
        try body(directory)
    }

    private func picture(_ number: Int) throws -> Picture {
        try Picture(CodedPicture.frame(take: 1, frame: number, sequence: Int64(number), capturedAt: .now))
    }

    private func sampler(rows: Int?, in directory: FilePath) throws -> PictureSampler {
        try PictureSampler(
            width: CodedPicture.width, height: CodedPicture.height, rowCount: rows, storage: .video, in: directory)
    }

    @Test("A take whose length comes last has the same statistics", arguments: [1, 2, 99, 100, 101, 730])
    func theSameSample(rows: Int) throws {
        try withDirectory { directory in
            var known = try sampler(rows: rows, in: directory)
            var open = try sampler(rows: nil, in: directory)
            for row in 0..<rows {
                let picture = try picture(row)
                try known.add(picture, row: row)
                try open.add(picture, row: row)
            }
            let statistics = try #require(try known.statistics(length: rows))
            #expect(statistics.count == ImageSampling.sampleIndices(length: rows).count)
            #expect(try open.statistics(length: rows) == statistics)
            // Nothing is left of the counts, whatever becomes of the process.
            #expect(try Directory.names(in: directory).isEmpty)
        }
    }

    /// In a process of its own, whose memory nobody else uses meanwhile.
    @Test func aTakeOfAnHourNeedsNoMoreMemoryThanOneOfSeconds() async throws {
        await #expect(processExitsWith: .success) {
            try PictureSamplerTests().withDirectory { directory in
                let picture = try TrialPicture.make(width: 32, height: 32, number: 0)
                var sampler = try PictureSampler(
                    width: picture.width, height: picture.height, rowCount: nil, storage: .video, in: directory)
                for row in 0..<1000 { try sampler.add(picture, row: row) }
                let before = try #require(ProcessUsage.peakMemory)
                for row in 1000..<108_000 / 4 { try sampler.add(picture, row: row) }
                // It was 3 kB a row: 80 MB here, 330 MB for an hour.
                #expect(try #require(ProcessUsage.peakMemory) - before < 10_000_000)
                #expect(try sampler.statistics(length: 108_000 / 4) != nil)
            }
        }
    }
}
