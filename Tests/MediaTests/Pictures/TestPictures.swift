import CFFmpeg
import Media
import RecordingTypes

/// Pictures drawn by code: a slope of grey and colour that moves, with the picture's number as black and white blocks.
enum TestPictures {
    static let blockSize = 16
    static let blockCount = 12
    static let width = 208
    static let height = 112

    /// A planar picture of any 8-bit YUV layout.
    static func yuv(
        _ number: Int, width: Int = TestPictures.width, height: Int = TestPictures.height,
        format: PixelFormat = .yuv420p
    ) -> CameraFrame {
        let memory = PictureMemory(planes: planeSizes(width: width, height: height, format: format))
        for row in 0..<height {
            for column in 0..<width {
                memory[0, row, column] = luma(number, row: row, column: column)
            }
        }
        for plane in 1..<memory.planes.count {
            let (columns, rows) = memory.size(of: plane)
            for row in 0..<rows {
                for column in 0..<columns {
                    let slope = plane == 1 ? column * 100 / columns : row * 100 / rows
                    memory[plane, row, column] = UInt8(78 + (slope + number * 3) % 100)
                }
            }
        }
        return memory.frame(number, width: width, height: height, format: format)
    }

    /// An RGB picture of one colour.
    static func solid(
        red: UInt8, green: UInt8, blue: UInt8, width: Int = TestPictures.width, height: Int = TestPictures.height
    ) -> CameraFrame {
        let memory = PictureMemory(planes: [(width * 3, height)])
        for row in 0..<height {
            for column in 0..<width {
                memory[0, row, column * 3] = red
                memory[0, row, column * 3 + 1] = green
                memory[0, row, column * 3 + 2] = blue
            }
        }
        return memory.frame(0, width: width, height: height, format: .rgb24)
    }

    /// The number drawn into a picture, read off its luma; nil when the blocks are not clear.
    static func number(in picture: Picture) -> Int? {
        picture.withPlane(0) { plane -> Int? in
            var number = 0
            for block in 0..<blockCount {
                let row = blockSize / 2
                let column = block * blockSize + blockSize / 2
                switch plane.bytes[row * plane.stride + column] {
                case 0..<80: break
                case 170...255: number |= 1 << block
                default: return nil
                }
            }
            return number
        } ?? nil
    }

    private static func luma(_ number: Int, row: Int, column: Int) -> UInt8 {
        if row < blockSize, column < blockSize * blockCount {
            return (number >> (column / blockSize)) & 1 == 1 ? 220 : 30
        }
        return UInt8(30 + (row + column * 2 + number * 5) % 190)
    }

    private static func planeSizes(width: Int, height: Int, format: PixelFormat) -> [(Int, Int)] {
        switch format {
        case .yuv420p, .yuvj420p: [(width, height), (width / 2, height / 2), (width / 2, height / 2)]
        case .yuv422p, .yuvj422p: [(width, height), (width / 2, height), (width / 2, height)]
        case .yuv444p, .yuvj444p: [(width, height), (width, height), (width, height)]
        default: [(width, height)]
        }
    }
}

/// Memory for a picture's planes, written before the frame is made and not after.
final class PictureMemory: @unchecked Sendable {  // Written by one test before it is shared.
    private(set) var planes: [UnsafeMutableRawBufferPointer] = []
    private let sizes: [(columns: Int, rows: Int)]

    init(planes sizes: [(Int, Int)]) {
        self.sizes = sizes.map { (columns: $0.0, rows: $0.1) }
        planes = sizes.map { .allocate(byteCount: $0.0 * $0.1, alignment: 64) }
    }

    init(_ bytes: [UInt8]) {
        sizes = [(columns: bytes.count, rows: 1)]
        planes = [.allocate(byteCount: bytes.count, alignment: 64)]
        planes[0].copyBytes(from: bytes)
    }

    deinit { planes.forEach { $0.deallocate() } }

    func size(of plane: Int) -> (columns: Int, rows: Int) { sizes[plane] }

    subscript(plane: Int, row: Int, column: Int) -> UInt8 {
        get { planes[plane][row * sizes[plane].columns + column] }
        set { planes[plane][row * sizes[plane].columns + column] = newValue }
    }

    func frame(_ number: Int, width: Int, height: Int, format: PixelFormat) -> CameraFrame {
        CameraFrame(
            sequence: Int64(number), capturedAt: MonotonicTime(nanoseconds: Int64(number) * 33_333_333), width: width,
            height: height, pixelFormat: format,
            planes: zip(planes, sizes).map { .init(bytes: UnsafeRawBufferPointer($0), stride: $1.columns) }, owner: self
        )
    }
}
