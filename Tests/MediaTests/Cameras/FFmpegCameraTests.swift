import Platform
import RecordingTypes
import SystemPackage
import Testing
import TestSupport

@testable import Media

@Suite("A camera delivers its newest picture, and says what is wrong")
struct FFmpegCameraTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func lavfi(
        _ graph: String = "testsrc2=size=320x240:rate=30", width: Int? = nil, height: Int? = nil, fps: Double? = nil,
        rotation: Int = 0
    ) -> CameraSource {
        CameraSource(
            input: .ffmpeg(url: graph, format: "lavfi", options: [:], loop: false), width: width, height: height,
            fps: fps, rotation: rotation, warmUp: .zero)
    }

    /// The numbered pictures as a frame file of JPEGs, which FFmpeg opens like any other file.
    private func file(of numbers: Range<Int>, fps: Int = 120) throws -> FilePath {
        let path = directory.file("camera.nut")
        let jpegs = try JPEGs()
        let format = CameraFormat(
            width: TestPictures.width, height: TestPictures.height, fps: Double(fps), pixelFormat: .mjpeg)
        let writer = try FrameFileWriter(path: path, pictures: format, fps: fps)
        for number in numbers { _ = try writer.append(jpegs.frame(of: TestPictures.yuv(number, format: .yuvj422p))) }
        try writer.finish()
        return path
    }

    private func camera(_ path: FilePath, loop: Bool = false, rotation: Int = 0) -> FFmpegCamera {
        FFmpegCamera(
            name: "front",
            source: CameraSource(
                input: .ffmpeg(url: path.string, format: nil, options: [:], loop: loop), rotation: rotation,
                warmUp: .zero))
    }

    /// Every picture that is seen until `isEnough` or the camera's end.
    private func frames(of camera: FFmpegCamera, until isEnough: (CameraFrame) -> Bool) -> [CameraFrame] {
        var frames: [CameraFrame] = []
        while true {
            let failure = camera.failure
            if let frame = camera.newest(), frame.sequence != frames.last?.sequence {
                frames.append(frame)
                if isEnough(frame) { return frames }
            } else if failure != nil {
                return frames
            }
            (MonotonicTime.now + .milliseconds(1)).sleepUntil()
        }
    }

    @Test("lavfi: what it is, and pictures in order")
    func lavfi() throws {
        let camera = FFmpegCamera(name: "front", source: lavfi(width: 320, height: 240, fps: 30))
        defer { camera.close() }
        let format = try camera.open()
        #expect(format.width == 320 && format.height == 240 && format.fps == 30)
        let frames = frames(of: camera) { $0.sequence >= 6 }
        #expect(frames.map(\.sequence) == frames.map(\.sequence).sorted())
        for (earlier, later) in zip(frames, frames.dropFirst()) {
            let interval = (later.capturedAt - earlier.capturedAt).seconds
            let steps = Double(later.sequence - earlier.sequence)
            #expect(abs(interval - steps / 30) < 0.001)
        }
        #expect(frames.allSatisfy { $0.width == 320 && $0.pixelFormat == format.pixelFormat })
        _ = try Picture(try #require(frames.last)).rgb24()
    }

    @Test("A file of JPEGs: untouched, at its pace, then an end")
    func fileOfJPEGs() throws {
        let path = try file(of: 0..<24)
        let camera = camera(path)
        defer { camera.close() }
        #expect(try camera.open().pixelFormat == .mjpeg)
        let frames = frames(of: camera) { _ in false }
        #expect(frames.last?.sequence == 23)
        #expect(try #require(camera.failure).cause.contains("ended"))
        #expect(camera.newest()?.sequence == 23)
        let reader = try FrameFileReader(path: path)
        var stored: [[UInt8]] = []
        while let picture = try reader.next() { stored.append(picture.withBytes { Array($0) }) }
        for frame in frames { #expect(Array(frame.planes[0].bytes) == stored[Int(frame.sequence)]) }
    }

    @Test("A file in a loop never ends, and its numbers go on")
    func loop() throws {
        let camera = camera(try file(of: 0..<4), loop: true)
        defer { camera.close() }
        _ = try camera.open()
        let frames = frames(of: camera) { $0.sequence >= 13 }
        #expect(camera.failure == nil)
        for (earlier, later) in zip(frames, frames.dropFirst()) {
            #expect(later.sequence > earlier.sequence && later.capturedAt > earlier.capturedAt)
        }
    }

    @Test("A frame outlives its camera")
    func framesOutlive() throws {
        let camera = camera(try file(of: 7..<8), loop: true)
        _ = try camera.open()
        let frame = try #require(camera.newest())
        camera.close()
        camera.close()
        #expect(JPEGHeader(frame.planes[0].bytes)?.width == TestPictures.width)
    }

    @Test("Turned pictures", arguments: [90, 180, -90])
    func rotation(degrees: Int) throws {
        let upright = try #require(try uprightPixels())
        let camera = camera(try file(of: 9..<10), loop: true, rotation: degrees)
        defer { camera.close() }
        let format = try camera.open()
        #expect(format.pixelFormat == .yuv420p)
        let (width, height) = (TestPictures.width, TestPictures.height)
        #expect(degrees == 180 ? format.width == width : format.width == height)
        let turned = try Picture(try #require(camera.newest())).rgb24()
        var worst = 0
        for row in Swift.stride(from: 24, to: height - 8, by: 5) {
            for column in Swift.stride(from: 8, to: width - 8, by: 5) {
                let (toRow, toColumn) =
                    switch degrees {
                    case 90: (column, height - 1 - row)
                    case -90: (width - 1 - column, row)
                    default: (height - 1 - row, width - 1 - column)
                    }
                for channel in 0..<3 {
                    let before = Int(upright[(row * width + column) * 3 + channel])
                    let after = Int(turned[(toRow * format.width + toColumn) * 3 + channel])
                    worst = max(worst, abs(before - after))
                }
            }
        }
        // Chroma is averaged over two rows on the way.
        #expect(worst <= 24)
    }

    private func uprightPixels() throws -> [UInt8]? {
        let jpegs = try JPEGs()
        let path = directory.file("upright.nut")
        let format = CameraFormat(
            width: TestPictures.width, height: TestPictures.height, fps: 30, pixelFormat: .mjpeg)
        let writer = try FrameFileWriter(path: path, pictures: format, fps: 30)
        _ = try writer.append(jpegs.frame(of: TestPictures.yuv(9, format: .yuvj422p)))
        try writer.finish()
        return try FrameFileReader(path: path).next()?.decode().rgb24()
    }

    @Test("Another size than asked for is an error that names both")
    func wrongSize() throws {
        let camera = FFmpegCamera(name: "front", source: lavfi(width: 640, height: 480))
        let error = try #require(throws: ReelError.self) { _ = try camera.open() }
        #expect(error.kind == .mismatch)
        #expect(error.cause.contains("320×240") && error.cause.contains("640×480"))
    }

    @Test("Another rate than asked for is an error that names both")
    func wrongRate() throws {
        let camera = FFmpegCamera(name: "front", source: lavfi("testsrc2=size=320x240:rate=60", fps: 30))
        let error = try #require(throws: ReelError.self) { _ = try camera.open() }
        #expect(error.kind == .mismatch)
        #expect(error.cause.contains("60") && error.cause.contains("30"))
    }

    @Test("What cannot be opened is told with its name and the cause")
    func unopenable() throws {
        let missing = camera(directory.file("none.mp4"))
        let noFile = try #require(throws: ReelError.self) { _ = try missing.open() }
        #expect(noFile.kind == .unavailable && noFile.cause.contains("No such file"))
        #expect(noFile.action == "open the camera front")
        #expect(noFile.subject == directory.file("none.mp4").string)

        // Port 9 of this machine: nobody listens there.
        let refused = FFmpegCamera(
            name: "top",
            source: CameraSource(
                input: .ffmpeg(url: "http://127.0.0.1:9/", format: nil, options: [:], loop: false), warmUp: .zero))
        let refusal = try #require(throws: ReelError.self) { _ = try refused.open() }
        #expect(refusal.cause.contains("Connection refused"))
        #expect(refusal.kind == .unavailable)

        let device = FFmpegCamera(
            name: "wrist",
            source: CameraSource(
                input: .v4l2(device: "/dev/video97", width: 640, height: 480, fps: 30, fourcc: nil), warmUp: .zero))
        let noDevice = try #require(throws: ReelError.self) { _ = try device.open() }
        #expect(noDevice.kind == .unavailable && noDevice.subject == "/dev/video97")
        #expect(noDevice.remedy != nil)
    }

    @Test("An option or a format that does not exist is wrong usage")
    func wrongUsage() throws {
        for (format, options) in [("nosuchformat", [:]), ("lavfi", ["nosuchoption": "1"])] {
            let camera = FFmpegCamera(
                name: "front",
                source: CameraSource(
                    input: .ffmpeg(url: "testsrc2", format: format, options: options, loop: false), warmUp: .zero))
            let error = try #require(throws: ReelError.self) { _ = try camera.open() }
            #expect(error.kind == .usage && error.cause.contains("nosuch"))
        }
    }

    @Test("A picture that is no JPEG is known at once")
    func jpegHeader() throws {
        let whole = try JPEGs().bytes(of: TestPictures.yuv(3, format: .yuvj422p))
        func header(_ bytes: [UInt8]) -> JPEGHeader? { bytes.withUnsafeBytes { JPEGHeader($0) } }
        #expect(header(whole).map { [$0.width, $0.height] } == [TestPictures.width, TestPictures.height])
        #expect(header(whole + [UInt8](repeating: 0, count: 100)) != nil)
        #expect(header(Array(whole.dropFirst())) == nil)
        for length in 0..<whole.count - 1 { _ = header(Array(whole[0..<length])) }
        #expect(header(Array(whole[0..<whole.count / 2])) == nil)
    }
}
