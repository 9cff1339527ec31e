import CFFmpeg
import RecordingTypes

/// Turns pictures by quarters. They become 4:2:0, which stays 4:2:0 when it is turned. Used from one thread.
final class PictureRotation {
    /// Degrees clockwise: 90, 180 or -90.
    private let degrees: Int
    private let converter: PictureConverter

    /// - Throws: `ReelError(.usage)` for another angle.
    init(degrees: Int) throws {
        guard [90, 180, -90].contains(degrees) else {
            throw ReelError(
                .usage, "turn a camera's pictures", cause: "by \(degrees) degrees", remedy: "Use 90, 180 or -90.")
        }
        self.degrees = degrees
        converter = try PictureConverter(to: AV_PIX_FMT_YUV420P, isFullRange: false)
    }

    /// A new picture, turned.
    /// - Throws: `ReelError` when it cannot be converted, or there is no memory.
    func rotate(_ frame: UnsafePointer<AVFrame>) throws -> FrameHandle {
        let source = try converter.convert(frame)
        let (width, height) = (Int(source.pointee.width), Int(source.pointee.height))
        let turned = try FrameHandle()
        try turned.makeRoom(
            width: degrees == 180 ? width : height, height: degrees == 180 ? height : width, format: AV_PIX_FMT_YUV420P,
            isFullRange: false)
        let (from, to) = (source.pointee, turned.pointer.pointee)
        let (halfWidth, halfHeight) = ((width + 1) / 2, (height + 1) / 2)
        turn(from.data.0, from.linesize.0, width, height, to.data.0, to.linesize.0)
        turn(from.data.1, from.linesize.1, halfWidth, halfHeight, to.data.1, to.linesize.1)
        turn(from.data.2, from.linesize.2, halfWidth, halfHeight, to.data.2, to.linesize.2)
        return turned
    }

    /// Reads rows, writes columns; for 180 degrees rows backwards.
    private func turn(
        _ source: UnsafeMutablePointer<UInt8>?, _ sourceStride: Int32, _ width: Int, _ height: Int,
        _ target: UnsafeMutablePointer<UInt8>?, _ targetStride: Int32
    ) {
        guard let source, let target else { return }
        let (sourceStride, targetStride) = (Int(sourceStride), Int(targetStride))
        // Where the source's first pixel goes, and how far the next column and the next row lie from it.
        let (start, perColumn, perRow) =
            switch degrees {
            case 90: (height - 1, targetStride, -1)
            case -90: ((width - 1) * targetStride, -targetStride, 1)
            default: ((height - 1) * targetStride + width - 1, -1, -targetStride)
            }
        for row in 0..<height {
            let pixels = source + row * sourceStride
            var place = start + row * perRow
            for column in 0..<width {
                target[place] = pixels[column]
                place &+= perColumn
            }
        }
    }
}
