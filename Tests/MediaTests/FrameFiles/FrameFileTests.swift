import Platform
import RecordingTypes
import Synchronization
import SystemPackage
import Testing
import TestSupport

@testable import Media

@Suite("A frame file gives back exactly what was appended")
struct FrameFileTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func write(
        _ frames: [CameraFrame], to name: String, format: CameraFormat, isCompressed: Bool = true, finish: Bool = true
    ) throws -> [PacketFacts] {
        let writer = try FrameFileWriter(
            path: directory.file(name), pictures: format, fps: 30, isCompressed: isCompressed)
        let stored = try frames.map { try writer.append($0) }
        if finish { try writer.finish() }
        return stored
    }

    private func format(_ pixelFormat: PixelFormat, width: Int = TestPictures.width, height: Int = TestPictures.height)
        -> CameraFormat
    {
        CameraFormat(width: width, height: height, fps: 30, pixelFormat: pixelFormat)
    }

    @Test("JPEGs come back byte for byte, whole file or without its end", arguments: [true, false])
    func jpegsAreUntouched(finish: Bool) throws {
        let jpegs = try JPEGs()
        let frames = try (0..<40).map { try jpegs.frame(of: TestPictures.yuv($0, format: .yuvj422p)) }
        let stored = try write(frames, to: "front.nut", format: format(.mjpeg), finish: finish)
        let reader = try FrameFileReader(path: directory.file("front.nut"))
        #expect(reader.format == format(.mjpeg))
        for (index, frame) in frames.enumerated() {
            let picture = try #require(try reader.next())
            #expect(picture.index == index)
            #expect(picture.facts == stored[index])
            #expect(picture.withBytes { Array($0) } == Array(frame.planes[0].bytes))
            #expect(picture.facts.checksum == Checksum(of: frame.planes[0].bytes).value)
            let decoded = try picture.decode()
            #expect(decoded.width == TestPictures.width && decoded.height == TestPictures.height && decoded.isFullRange)
            #expect(TestPictures.number(in: decoded) == index)
        }
        #expect(try reader.next() == nil)
        #expect(!reader.isCutShort)
    }

    @Test(
        "Pixels in the dataset's layout come back without any loss, compressed or raw, whole file or without its end",
        arguments: [true, false], [true, false])
    func losslessPixels(isCompressed: Bool, finish: Bool) throws {
        let frames = (0..<20).map { TestPictures.yuv($0) }
        let stored = try write(
            frames, to: "front.nut", format: format(.yuv420p), isCompressed: isCompressed, finish: finish)
        let reader = try FrameFileReader(path: directory.file("front.nut"))
        #expect(reader.format == format(.yuv420p))
        let size = format(.yuv420p).rawPictureBytes
        #expect(stored.allSatisfy { isCompressed ? $0.size != size : $0.size == size })
        for (index, frame) in frames.enumerated() {
            let picture = try #require(try reader.next())
            #expect(picture.facts == stored[index])
            let decoded = try picture.decode()
            #expect(!decoded.isFullRange)
            for plane in 0..<3 {
                #expect(rows(of: decoded, plane: plane) == Array(frame.planes[plane].bytes))
            }
        }
        #expect(try reader.next() == nil)
    }

    @Test(
        "Every layout that can be stored comes back as itself, compressed or raw",
        arguments: [PixelFormat.yuv420p, .yuv422p, .yuv444p, .rgb24, .gray], [true, false])
    func layouts(pixelFormat: PixelFormat, isCompressed: Bool) throws {
        let (red, green, blue) = pixelFormat == .gray ? (100, 100, 100) : (UInt8(200), UInt8(60), UInt8(40))
        let frame = TestPictures.solid(red: red, green: green, blue: blue)
        let wanted = format(pixelFormat)
        _ = try write([frame, frame], to: "front.nut", format: wanted, isCompressed: isCompressed)
        let reader = try FrameFileReader(path: directory.file("front.nut"))
        // FFVHUFF keeps RGB in four bytes.
        if !isCompressed { #expect(reader.format == wanted) }
        let picture = try #require(try reader.next()).decode()
        #expect(picture.isFullRange == wanted.pixelFormat.isFullRange)
        let rgb = try picture.rgb24()
        for (channel, value) in [red, green, blue].enumerated() {
            #expect(abs(Int(rgb[channel]) - Int(value)) <= 3, "channel \(channel): \(rgb[channel])")
        }
    }

    /// The bytes of a plane without the padding of its rows.
    private func rows(of picture: Picture, plane: Int) -> [UInt8] {
        let (width, height) = plane == 0 ? (picture.width, picture.height) : (picture.width / 2, picture.height / 2)
        return picture.withPlane(plane) { plane in
            (0..<height).flatMap { row in plane.bytes[row * plane.stride..<row * plane.stride + width] }
        } ?? []
    }

    @Test(
        "Another layout is stored in the dataset's, and its colours stay",
        arguments: [
            (UInt8(200), UInt8(60), UInt8(40)), (20, 180, 90), (35, 70, 220), (128, 128, 128), (0, 0, 0),
            (255, 255, 255),
        ])
    func coloursStay(red: UInt8, green: UInt8, blue: UInt8) throws {
        let camera = format(.rgb24)
        let stored = FrameFileWriter.storedFormat(for: camera, target: .video(VideoEncoderSettings()))
        #expect(stored == format(.yuv420p))
        _ = try write([TestPictures.solid(red: red, green: green, blue: blue)], to: "front.nut", format: stored)
        let reader = try FrameFileReader(path: directory.file("front.nut"))
        let rgb = try #require(try reader.next()).decode().rgb24()
        let pixels = TestPictures.width * TestPictures.height
        #expect(rgb.count == pixels * 3)
        for (channel, wanted) in [red, green, blue].enumerated() {
            let mean = stride(from: channel, to: rgb.count, by: 3).reduce(0.0) { $0 + Double(rgb[$1]) } / Double(pixels)
            // A step of one in Y, U or V is up to two steps in RGB.
            #expect(abs(mean - Double(wanted)) <= 2, "channel \(channel): \(mean) instead of \(wanted)")
        }
    }

    @Test("For PNGs every layout that a camera has can be stored, compressed or raw", arguments: PixelFormat.allCases)
    func storedForPNGs(layout: PixelFormat) throws {
        guard layout != .mjpeg else { return }
        let stored = FrameFileWriter.storedFormat(for: format(layout), target: .images)
        for isCompressed in [true, false] {
            let name = "front-\(isCompressed).nut"
            _ = try write(
                [TestPictures.solid(red: 200, green: 60, blue: 40)], to: name, format: stored,
                isCompressed: isCompressed)
            let picture = try #require(try FrameFileReader(path: directory.file(name)).next()).decode()
            #expect(picture.isFullRange == stored.pixelFormat.isFullRange)
        }
    }

    @Test("JPEG cameras keep their JPEGs")
    func jpegStaysJPEG() {
        for target in [PictureTarget.video(VideoEncoderSettings()), .images] {
            #expect(FrameFileWriter.storedFormat(for: format(.mjpeg), target: target) == format(.mjpeg))
        }
    }

    @Test("A picture of another size or kind is refused, and the file stays good")
    func mismatch() throws {
        let writer = try FrameFileWriter(path: directory.file("front.nut"), pictures: format(.yuv420p), fps: 30)
        _ = try writer.append(TestPictures.yuv(0))
        let error = try #require(throws: ReelError.self) {
            _ = try writer.append(TestPictures.yuv(1, width: 160, height: 120))
        }
        #expect(error.kind == .mismatch)
        #expect(error.cause.contains("160×120") && error.cause.contains("208×112"))
        _ = try writer.append(TestPictures.yuv(1))
        try writer.finish()
        let reader = try FrameFileReader(path: directory.file("front.nut"))
        #expect(TestPictures.number(in: try #require(try reader.next()).decode()) == 0)
        #expect(TestPictures.number(in: try #require(try reader.next()).decode()) == 1)
        #expect(try reader.next() == nil)
    }

    @Test("A full disk is told with its errno")
    func fullDisk() throws {
        let error = try #require(throws: ReelError.self) {
            // /dev/full refuses every write; the writer must not take it for a file that is there already.
            let writer = try FrameFileWriter(
                file: OutputFile(
                    writing: File(adopting: FileDescriptor.open("/dev/full", .writeOnly), path: "/dev/full")),
                pictures: format(.yuv420p), fps: 30)
            _ = try writer.append(TestPictures.yuv(0))
        }
        #expect(error.kind == .diskFull)
        #expect(error.cause == Errno.noSpace.description)
    }

    @Test("A file that is there already is not written over")
    func exclusive() throws {
        try AtomicFile.write([1, 2, 3], to: directory.file("front.nut"))
        let error = try #require(throws: ReelError.self) {
            _ = try FrameFileWriter(path: directory.file("front.nut"), pictures: format(.mjpeg), fps: 30)
        }
        #expect(error.cause == Errno.fileExists.description)
        #expect(try File.read(directory.file("front.nut")) == [1, 2, 3])
    }

    @Test("A reader follows a file that grows, packet by packet", arguments: [PixelFormat.mjpeg, .yuv420p])
    func tailing(pixelFormat: PixelFormat) throws {
        let jpegs = try JPEGs()
        let frames = try (0..<30).map { number in
            let pixels = TestPictures.yuv(number, format: pixelFormat == .mjpeg ? .yuvj422p : .yuv420p)
            return pixelFormat == .mjpeg ? try jpegs.frame(of: pixels) : pixels
        }
        // The writer appends only when the reader has come to the end of the file, so every end is waited at.
        let writer = try FrameFileWriter(path: directory.file("front.nut"), pictures: format(pixelFormat), fps: 30)
        let growth = Growth(writer: writer, frames: frames)
        let reader = try FrameFileReader(path: directory.file("front.nut"), waitForMore: { growth.append() })
        var numbers: [Int] = []
        while let picture = try reader.next() {
            numbers.append(try #require(TestPictures.number(in: picture.decode())))
            #expect(picture.facts == growth.stored[picture.index])
            // A packet that was appended is seen at once: nothing sits in a buffer.
            #expect(growth.stored.count - numbers.count <= 1)
        }
        #expect(numbers == Array(0..<30))
    }

    @Test(
        "Pixels that are sampled are those of the whole picture, each with the chroma sample it shares",
        arguments: [
            (PixelFormat.yuv420p, 1), (.yuv420p, 2), (.yuv420p, 3), (.yuv420p, 4), (.yuvj422p, 3), (.yuvj422p, 4),
            (.yuv444p, 5),
        ])
    func subsampling(format: PixelFormat, step: Int) throws {
        let frame = TestPictures.yuv(0, width: 322, height: 246, format: format)
        let picture = try Picture(frame)
        let whole = try step == 1 ? picture.rgb24() : Picture(withoutSharedChroma(frame)).rgb24()
        let thinned = try picture.rgb24(subsampledBy: step)
        var wanted: [UInt8] = []
        for row in Swift.stride(from: 0, to: 246, by: step) {
            for column in Swift.stride(from: 0, to: 322, by: step) {
                wanted += whole[(row * 322 + column) * 3..<(row * 322 + column) * 3 + 3]
            }
        }
        #expect(thinned.count == wanted.count)
        let difference = zip(thinned, wanted).map { abs(Int($0) - Int($1)) }.max()
        #expect(try #require(difference) == 0)
    }

    /// The same picture in 4:4:4: every pixel has the sample that it shared.
    private func withoutSharedChroma(_ frame: CameraFrame) -> CameraFrame {
        let (width, height) = (frame.width, frame.height)
        let memory = PictureMemory(planes: Array(repeating: (width, height), count: 3))
        for (plane, source) in frame.planes.enumerated() {
            let (columns, rows) = (source.stride, source.bytes.count / source.stride)
            for row in 0..<height {
                for column in 0..<width {
                    memory[plane, row, column] =
                        source.bytes[row * rows / height * source.stride + column * columns / width]
                }
            }
        }
        return memory.frame(
            0, width: width, height: height, format: frame.pixelFormat.isFullRange ? .yuvj444p : .yuv444p)
    }
}

/// Appends one frame whenever it is asked for more, on the reader's own thread.
private final class Growth: @unchecked Sendable {  // Called back on the one thread of the test only.
    private let writer: FrameFileWriter
    private let frames: [CameraFrame]
    private(set) var stored: [PacketFacts] = []

    init(writer: FrameFileWriter, frames: [CameraFrame]) {
        self.writer = writer
        self.frames = frames
    }

    func append() -> Bool {
        guard stored.count < frames.count, let frame = try? writer.append(frames[stored.count]) else { return false }
        stored.append(frame)
        return true
    }
}
