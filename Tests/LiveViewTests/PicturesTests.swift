import Media
import PreviewBoard
import RecordingTypes
import Testing

@testable import LiveView

/// A camera's picture is shown as it came; what programs cannot show is made whole.
@Suite struct PicturesTests {
    private func gray(_ value: UInt8) throws -> CameraFrame {
        let pixels = Pixels(Array(repeating: value, count: 64 * 48))
        return CameraFrame(
            sequence: 1, capturedAt: MonotonicTime(nanoseconds: 0), width: 64, height: 48, pixelFormat: .gray,
            planes: [CameraFrame.Plane(bytes: pixels.bytes, stride: 64)], owner: pixels)
    }

    private final class Pixels: @unchecked Sendable {  // Written once, in init.
        let bytes: UnsafeRawBufferPointer

        init(_ values: [UInt8]) {
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: values.count, alignment: 8)
            memory.copyBytes(from: values)
            bytes = UnsafeRawBufferPointer(memory)
        }

        deinit { bytes.deallocate() }
    }

    private func jpeg(_ bytes: [UInt8]) -> CameraFrame {
        let pixels = Pixels(bytes)
        return CameraFrame(
            sequence: 2, capturedAt: MonotonicTime(nanoseconds: 0), width: 64, height: 48, pixelFormat: .mjpeg,
            planes: [CameraFrame.Plane(bytes: pixels.bytes, stride: bytes.count)], owner: pixels)
    }

    /// Without its Huffman tables, as USB cameras send it.
    private func withoutTables(_ jpeg: [UInt8]) -> [UInt8] {
        var (bytes, place) = (Array(jpeg[..<2]), 2)
        while jpeg[place + 1] != 0xDA {
            let end = place + 2 + Int(jpeg[place + 2]) << 8 + Int(jpeg[place + 3])
            if jpeg[place + 1] != 0xC4 { bytes += jpeg[place..<end] }
            place = end
        }
        return bytes + jpeg[place...]
    }

    @Test func `a JPEG goes as it came, but for what the camera wrote behind its end`() throws {
        let whole = try StillPicture.jpeg(of: try gray(90))
        var maker = try PictureMaker()
        let (clean, padded) = (maker.shown(jpeg(whole)), maker.shown(jpeg(whole + Array(repeating: 0, count: 900))))
        #expect(clean?.jpeg == whole && padded?.jpeg == whole)
        let (none, cut) = (maker.shown(jpeg([1, 2, 3, 4, 5])), maker.shown(jpeg([0xFF, 0xD8, 0xFF, 0xE0, 0x00])))
        #expect(none == nil && cut == nil)
    }

    @Test func `one without Huffman tables gets those that everybody knows`() throws {
        // libjpeg's and FFmpeg's encoders write the standard's own tables when they are told to; these are their bytes.
        let camera = try FixtureJPEG.bytes()
        let bare = withoutTables(camera)
        #expect(bare.count < camera.count)
        var maker = try PictureMaker()
        let found = maker.shown(jpeg(bare))
        let shown = try #require(found)
        #expect(shown.jpeg != bare)
        #expect(FixtureJPEG.tables(of: shown.jpeg) == FixtureJPEG.tables(of: camera))
    }

    @Test func `pixels become a JPEG that is no wider than people need`() throws {
        var maker = try PictureMaker()
        let frame = try gray(120)
        let (shown, again) = (maker.shown(frame), maker.shown(frame))
        #expect(shown?.jpeg.prefix(2) == [0xFF, 0xD8])
        // The same picture for the next who looks is not made again.
        #expect(again?.jpeg == shown?.jpeg)
    }

    @Test func `rows are told as the page reads them`() {
        let row = PreviewReader.Row(
            head: PreviewBoard.Row(
                index: 3, take: 2, time: MonotonicTime(nanoseconds: 1_500_000_000), wall: 0, isLate: true),
            observation: [1.5], action: [-2], sequences: [70_000])
        let bytes = BoardRows.bytes(of: [row])
        let (head, time): ([UInt8], [UInt8]) = ([2, 1, 1, 0, 2, 0], [0, 0, 0, 0, 0, 0, 0xF8, 0x3F])
        let (place, isLate): ([UInt8], [UInt8]) = ([3, 0, 0, 0, 2, 0, 0, 0], [1, 0, 0, 0])
        let (picture, values): ([UInt8], [UInt8]) = ([0x70, 0x11, 1, 0], [0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0])
        #expect(bytes == head + time + place + isLate + picture + values)
    }
}
