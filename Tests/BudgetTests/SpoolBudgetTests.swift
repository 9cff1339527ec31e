import CTickMeter
import Glibc
import Media
import Platform
import RecordingTypes
import Spool
import Synchronization
import SystemPackage
import Testing
import TestSupport

extension BudgetTests {
    @Suite("a row and its pictures")
    struct Rows {
        private static let rows = 20

        /// What a row and a picture cost.
        private struct Costs {
            /// Bytes of rows.arrows, row by row.
            var row: [Int] = []
            /// Bytes of a frame file that are not the picture's own, picture by picture.
            var around: [Int] = []
            /// `write` and its relatives, for all rows and pictures together; nil where the kernel does not let them be counted.
            var writes: Int?
        }

        @Test(
            "a row of a six-joint arm costs at most 712 bytes with a camera, and 128 for each further one",
            arguments: 0...3)
        func rowBytes(cameras: Int) throws {
            let costs = try record(cameras: cameras)
            #expect(costs.row.count == Self.rows)
            #expect(costs.row.allSatisfy { $0 <= 584 + 128 * cameras }, "bytes row by row: \(costs.row)")
        }

        @Test("a picture costs at most 32 bytes beside its own")
        func pictureBytes() throws {
            let costs = try record(cameras: 2)
            #expect(costs.around.count == 2 * Self.rows)
            // Now and then NUT writes where it is, so that a reader can jump.
            #expect(costs.around.reduce(0, +) <= 32 * costs.around.count, "bytes picture by picture: \(costs.around)")
        }

        @Test(
            "a row goes to the kernel by one write, a picture by two: what stands before it, and itself",
            .countsSystemCalls)
        func writes() throws {
            let writes = try #require(try record(cameras: 3).writes)
            #expect(writes >= 4 * Self.rows)
            #expect(writes <= 7 * Self.rows)
        }

        // MARK: - Recording

        private func record(cameras: Int) throws -> Costs {
            let directory = try TemporaryDirectory()
            defer { withExtendedLifetime(directory) {} }
            let spool = SpoolDirectory(root: directory.path)
            let joints = (0..<6).map { "joint\($0).pos" }
            let format = CameraFormat(width: 64, height: 48, fps: 30, pixelFormat: .mjpeg)
            let session = SessionDescription(
                robotType: "so_follower", fps: 30, observation: .observation(joints), action: .action(joints),
                cameras: (0..<cameras).map {
                    .init(name: "camera\($0)", format: format, target: .video(VideoEncoderSettings(kind: .h264)))
                },
                repoID: "me/test")
            try spool.create(session)
            let stage = Stage(
                rows: try TakeWriter(in: spool, number: 1, task: "t", session: session, start: .now), session: session)
            let thread = OwnThread(name: "writer") { stage.outcome = Result { try Self.write(stage) } }
            thread.join()
            return try #require(stage.outcome).get()
        }

        /// What the measuring thread works on, and what came of it.
        private final class Stage: @unchecked Sendable {  // Used by one thread after the other.
            let rows: TakeWriter
            let session: SessionDescription
            var outcome: Result<Costs, any Error>?

            init(rows: TakeWriter, session: SessionDescription) {
                self.rows = rows
                self.session = session
            }
        }

        private static func write(_ stage: Stage) throws -> Costs {
            var costs = Costs()
            let writers = try stage.session.cameras.map {
                try FrameFileWriter(path: stage.rows.take.framesPath($0), pictures: $0.format, fps: 30)
            }
            let isCounted = tick_meter_count_calls() == 0
            for row in 0..<rows {
                let references = try writers.map { writer in
                    let before = writer.bytesWritten
                    let frame = picture(row)
                    let stored = try writer.append(frame)
                    costs.around.append(writer.bytesWritten - before - stored.size)
                    return FrameReference(
                        index: row, isNew: true, capturedAt: frame.capturedAt, sequence: frame.sequence,
                        packet: stored)
                }
                let before = stage.rows.bytesWritten
                try stage.rows.append(
                    TakeRow(
                        index: row, monotonicTime: .now, wallNanoseconds: WallClock.nanoseconds, isLate: false,
                        observation: Array(repeating: Float(row), count: 6), action: Array(repeating: 1, count: 6),
                        frames: references))
                costs.row.append(stage.rows.bytesWritten - before)
            }
            if isCounted {
                costs.writes = [tick_meter_write, tick_meter_writev, tick_meter_pwrite].reduce(0) {
                    $0 + Int(tick_meter_calls_of(Int32($1)))
                }
            }
            for writer in writers { try writer.finish() }
            return costs
        }

        private static func picture(_ row: Int) -> CameraFrame {
            let pixels = Pixels(seed: row)
            return CameraFrame(
                sequence: Int64(row), capturedAt: .now, width: 64, height: 48, pixelFormat: .mjpeg,
                planes: [CameraFrame.Plane(bytes: UnsafeRawBufferPointer(pixels.bytes), stride: Pixels.count)],
                owner: pixels)
        }

        /// As large as a JPEG of a webcam.
        private final class Pixels: @unchecked Sendable {  // Written once, in init.
            static let count = 40_000
            let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: Pixels.count, alignment: 8)

            init(seed: Int) {
                for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index * 7 ^ seed * 31) }
            }

            deinit { bytes.deallocate() }
        }
    }
}
