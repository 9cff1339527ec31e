import Platform
import RecordingTypes
import Testing

@testable import Media

@Suite("A network camera never hangs Reel, whatever the network does")
struct NetworkCameraTests {
    private func camera(_ server: PictureServer, patience: Duration = .seconds(5)) -> FFmpegCamera {
        FFmpegCamera(
            name: "front",
            source: CameraSource(
                input: .ffmpeg(url: server.url, format: nil, options: [:], loop: false), warmUp: .zero),
            patience: patience)
    }

    private func jpegs(_ numbers: Range<Int>) throws -> [[UInt8]] {
        let jpegs = try JPEGs()
        return try numbers.map { try jpegs.bytes(of: TestPictures.yuv($0, format: .yuvj422p)) }
    }

    /// Waits until the camera says why it ended.
    private func end(of camera: FFmpegCamera) -> ReelError {
        while true {
            if let failure = camera.failure { return failure }
            (MonotonicTime.now + .milliseconds(1)).sleepUntil()
        }
    }

    @Test("Pictures come untouched; when the connection closes, that is told")
    func pictures() throws {
        let parts = try jpegs(0..<30)
        let server = try PictureServer(parts, then: .keepsSilent)
        let camera = camera(server)
        defer { camera.close() }
        let format = try camera.open()
        #expect(format.width == TestPictures.width && format.pixelFormat == .mjpeg)
        while camera.newest()?.sequence != 29 { (MonotonicTime.now + .milliseconds(1)).sleepUntil() }
        let frame = try #require(camera.newest())
        #expect(Array(frame.planes[0].bytes) == parts[29])
        #expect(camera.failure == nil)
        server.stop()
        let failure = end(of: camera)
        #expect(failure.kind == .unavailable && failure.subject == server.url)
        #expect(camera.newest()?.sequence == 29)
    }

    @Test("Closing does not wait for a silent network")
    func silence() throws {
        let server = try PictureServer(try jpegs(0..<2), then: .keepsSilent)
        defer { server.stop() }
        let camera = camera(server)
        _ = try camera.open()
        // Without the interruption this would not come back before the server is stopped.
        camera.close()
        #expect(try #require(camera.failure).kind == .cancelled)
    }

    @Test("A camera that sends nothing is given up")
    func nothing() throws {
        let server = try PictureServer([], then: .keepsSilent)
        defer { server.stop() }
        let error = try #require(throws: ReelError.self) {
            _ = try camera(server, patience: .milliseconds(200)).open()
        }
        #expect(error.kind == .unavailable && error.cause.contains("no picture came within"))
    }

    @Test("Broken pictures are skipped, ten in a row are the end")
    func broken() throws {
        let good = try jpegs(0..<3)
        let cut = Array(good[1].prefix(good[1].count / 2))
        let nineBroken = [[UInt8]](repeating: cut, count: CameraReading.brokenLimit - 1)
        let parts = [good[0]] + nineBroken + [good[2]] + nineBroken + [cut]
        let server = try PictureServer(parts, then: .keepsSilent)
        defer { server.stop() }
        let camera = camera(server)
        defer { camera.close() }
        _ = try? camera.open()
        let failure = end(of: camera)
        #expect(failure.kind == .damaged && failure.cause.contains("10 broken pictures in a row"))
        let last = try #require(camera.newest())
        #expect(last.sequence == 1 && Array(last.planes[0].bytes) == good[2])
    }

    @Test("A camera that changes its size is told with both sizes")
    func changedSize() throws {
        let small = try JPEGs(width: 64, height: 48).bytes(
            of: TestPictures.yuv(0, width: 64, height: 48, format: .yuvj422p))
        let server = try PictureServer(try jpegs(0..<2) + [small], then: .keepsSilent)
        defer { server.stop() }
        let camera = camera(server)
        defer { camera.close() }
        _ = try? camera.open()
        let failure = end(of: camera)
        #expect(failure.kind == .mismatch)
        #expect(failure.cause.contains("64×48") && failure.cause.contains("208×112"))
    }

    @Test("The rate is measured by when pictures come, without the first burst")
    func arrivalRate() {
        var rate = ArrivalRate()
        for _ in 0..<4 { rate.count(MonotonicTime(nanoseconds: 1_000_000)) }
        #expect(rate.perSecond == nil)
        for picture in 1...30 { rate.count(MonotonicTime(nanoseconds: 1_000_000 + Int64(picture) * 33_333_333)) }
        #expect(abs((rate.perSecond ?? 0) - 30) < 0.01)
    }

    @Test("Listing cameras works with none connected")
    func listing() {
        for camera in CameraListing.list() { #expect(camera.device.hasPrefix("/dev/video")) }
        #expect(CameraListing.camera("/dev/null") == nil)
        #expect(CameraListing.camera("/dev/video97") == nil)
    }
}
