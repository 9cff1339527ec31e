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

    @Test("A camera that sends nothing is given up when its time is over, also when that is long", arguments: [0.2, 6])
    func nothing(seconds: Double) throws {
        let server = try PictureServer([], then: .keepsSilent)
        defer { server.stop() }
        let error = try #require(throws: ReelError.self) {
            _ = try camera(server, patience: .seconds(seconds)).open()
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

    /// How cameras write their multipart, and what their parts look like; P is where a JPEG is.
    static let ways: [(head: String, part: String)] = [
        ("multipart/x-mixed-replace; boundary=frame", "--frame\r\nContent-Type: image/jpg\r\n\r\nP\r\n"),
        ("multipart/x-mixed-replace; boundary=frame", "Content-Type: image/jpeg\r\n\r\nP\r\n--frame\r\n"),
        ("multipart/x-mixed-replace; boundary=frame", "--frame\r\nContent-Type: image/jpeg\r\n\r\nP\r\n--frame--\r\n"),
        ("multipart/x-mixed-replace; boundary=\"--frame\"", "--frame\nContent-Type:image/jpeg\n\nP\n"),
        ("Multipart/X-Mixed-Replace;boundary=other", "--frame\r\n\r\nP"),
        ("multipart/mixed", "--frame\r\nContent-Length: 12\r\nX-Time: 1\r\n\r\nP\r\n"),
        ("image/jpeg", "P"), ("video/x-motion-jpeg", "P"), ("application/octet-stream", "P"), ("text/html", "P"),
    ]

    @Test("A camera's own way to write its multipart is as good as any", arguments: ways)
    func way(head: String, part: String) throws {
        let pictures = try jpegs(0..<12)
        let halves = part.split(separator: "P", omittingEmptySubsequences: false)
        let body = pictures.map { Array(halves[0].utf8) + $0 + Array(halves[1].utf8) }
        let server = try PictureServer(head: "Content-Type: \(head)", body: body, then: .keepsSilent)
        defer { server.stop() }
        let camera = camera(server)
        defer { camera.close() }
        let format = try camera.open()
        #expect(format.width == TestPictures.width && format.pixelFormat == .mjpeg)
        while camera.newest()?.sequence != 11 {
            try #require(camera.failure == nil)
            (MonotonicTime.now + .milliseconds(1)).sleepUntil()
        }
        #expect(Array(try #require(camera.newest()).planes[0].bytes) == pictures[11])
        #expect(camera.damagedCount == 0)
    }

    @Test(
        "What gives no pictures is told with the cause and with what to do",
        arguments: [
            ("200 OK", "text/html", "<html>Log in</html>", "a web page is there", "address of the pictures"),
            ("401 Unauthorized", "text/html", "<html>", "401", "USER:PASSWORD"),
            ("404 Not Found", "text/html", "<html>", "404", "path"),
            ("503 Service Unavailable", "text/html", "<html>", "503", "anew"),
            ("200 OK", "multipart/x-mixed-replace", "--a\r\n\r\n", "no picture in it", ""),
        ])
    func refusal(status: String, type: String, body: String, cause: String, remedy: String) throws {
        let server = try PictureServer(
            status: status, head: "Content-Type: \(type)", body: [Array(body.utf8)], then: .closes)
        defer { server.stop() }
        let error = try #require(throws: ReelError.self) { _ = try camera(server).open() }
        #expect(error.kind == .unavailable && error.subject == server.url)
        #expect(error.cause.contains(cause) && (error.remedy ?? "").contains(remedy))
        // Also as it is printed, where credentials are hidden.
        #expect("\(error)".contains(remedy))
    }

    @Test("The address of a still picture is told for what it is")
    func stillPicture() throws {
        let server = try PictureServer(head: "Content-Type: image/jpeg", body: try jpegs(0..<1), then: .closes)
        defer { server.stop() }
        let camera = camera(server)
        defer { camera.close() }
        _ = try? camera.open()
        let failure = end(of: camera)
        #expect(failure.kind == .unavailable && failure.cause.contains("still picture"))
        #expect(failure.remedy?.contains("stream") == true)
    }

    @Test("Pictures that come cut are left out and counted")
    func cutPictures() throws {
        let good = try jpegs(0..<3)
        let cut = Array(good[1].prefix(good[1].count / 2))
        let server = try PictureServer([good[0], cut, cut, good[2]], then: .keepsSilent)
        defer { server.stop() }
        let camera = camera(server)
        defer { camera.close() }
        _ = try camera.open()
        while camera.newest()?.sequence != 1 { (MonotonicTime.now + .milliseconds(1)).sleepUntil() }
        #expect(camera.damagedCount == 2)
        #expect(Array(try #require(camera.newest()).planes[0].bytes) == good[2])
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

    @Test("A camera that gives a picture in seconds has a rate as well, and nothing kept back makes it too high")
    func slowRate() {
        var rate = ArrivalRate()
        let start = MonotonicTime(nanoseconds: 1_000_000)
        #expect(rate.rough(at: start) == nil)
        for _ in 0..<3 { rate.count(start) }
        #expect(rate.rough(at: start + .seconds(4)).map { $0.perSecond <= 0.25 && $0.intervals == 0 } == true)
        rate.count(start + .seconds(4))
        rate.count(start + .seconds(8))
        #expect(
            rate.rough(at: start + .seconds(9)).map { abs($0.perSecond - 0.25) < 0.01 && $0.intervals == 2 } == true)
    }

    @Test("Listing cameras works with none connected")
    func listing() {
        for camera in CameraListing.list() { #expect(camera.device.hasPrefix("/dev/video")) }
        #expect(CameraListing.camera("/dev/null") == nil)
        #expect(CameraListing.camera("/dev/video97") == nil)
    }
}
