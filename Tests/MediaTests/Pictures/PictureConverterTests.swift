import CFFmpeg
import RecordingTypes
import TestSupport
import Testing

@testable import Media

@Suite("RGB becomes 4:2:0 with exact BT.601 values")
struct PictureConverterTests {
    /// Widths that are no multiple of what a vector holds, too.
    @Test(arguments: [(640, 480), (322, 246), (2, 2), (34, 6)], [PixelFormat.rgb24, .bgr24])
    func everyValueIsTheExactOneRounded(size: (width: Int, height: Int), format: PixelFormat) throws {
        let colours = Colours(width: size.width, height: size.height, seed: 1)
        let picture = try converted(colours, format)
        for row in 0..<size.height {
            for column in 0..<size.width {
                let exact = Self.luma(colours[row, column])
                #expect(abs(exact - picture.value(0, row, column)) < 0.51, "luma of \(column), \(row)")
            }
        }
        for row in 0..<size.height / 2 {
            for column in 0..<size.width / 2 {
                let (blue, red) = Self.chroma(colours.average(2 * row, 2 * column))
                #expect(abs(blue - picture.value(1, row, column)) < 0.51, "chroma of \(column), \(row)")
                #expect(abs(red - picture.value(2, row, column)) < 0.51, "chroma of \(column), \(row)")
            }
        }
    }

    @Test func blackWhiteAndGreyHaveNoColour() throws {
        for (value, luma) in [(0.0, 16.0), (255, 235), (128, 126)] {
            let picture = try converted(Colours(width: 64, height: 4, all: (value, value, value)), .rgb24)
            #expect([0, 1, 2].map { picture.value($0, 1, 1) } == [luma, 128, 128])
        }
    }

    @Test("For JPEGs all of 0 to 255 is used", arguments: [PixelFormat.rgb24, .bgr24])
    func fullRange(format: PixelFormat) throws {
        let colours: [Colours.Colour] = [
            (0, 0, 0), (255, 255, 255), (255, 0, 0), (0, 255, 0), (0, 0, 255), (200, 100, 50), (128, 128, 128),
        ]
        for colour in colours {
            let picture = try converted(Colours(width: 64, height: 4, all: colour), format, isFullRange: true)
            let luma = 0.299 * colour.red + 0.587 * colour.green + 0.114 * colour.blue
            let blue = 128 + (colour.blue - luma) / 1.772
            let red = 128 + (colour.red - luma) / 1.402
            for (plane, exact) in [luma, blue, red].enumerated() {
                let found = picture.value(plane, 1, 1)
                #expect(abs(found - min(exact, 255)) <= 0.51, "\(colour), plane \(plane)")
            }
        }
    }

    @Test("A size that is odd goes the way of swscale")
    func oddSizes() throws {
        let colours = Colours(width: 33, height: 7, all: (200, 100, 50))
        let picture = try converted(colours, .rgb24)
        #expect(abs(picture.value(0, 6, 32) - Self.luma((200, 100, 50))) <= 1)
        #expect(abs(picture.value(1, 3, 16) - Self.chroma((200, 100, 50)).blue) <= 1)
    }

    private func converted(
        _ colours: Colours, _ format: PixelFormat, isFullRange: Bool = false
    ) throws -> Converted {
        let source = try FrameHandle()
        try colours.frame(format).lend(to: source)
        let converter = try PictureConverter(to: AV_PIX_FMT_YUV420P, isFullRange: isFullRange)
        let frame = try converter.convert(source.pointer)
        return try Converted(
            planes: (0..<3).map { plane in
                let plane = try #require(frame.pointee.plane(plane))
                return (Array(plane.bytes), plane.stride)
            })
    }

    /// ITU-R BT.601, limited range, of values 0 to 255.
    private static func luma(_ colour: Colours.Colour) -> Double {
        16 + (65.481 * colour.red + 128.553 * colour.green + 24.966 * colour.blue) / 255
    }

    private static func chroma(_ colour: Colours.Colour) -> (blue: Double, red: Double) {
        (
            128 + (-37.797 * colour.red - 74.203 * colour.green + 112 * colour.blue) / 255,
            128 + (112 * colour.red - 93.786 * colour.green - 18.214 * colour.blue) / 255
        )
    }
}

/// Planes copied out of a picture.
private struct Converted {
    let planes: [(bytes: [UInt8], stride: Int)]

    func value(_ plane: Int, _ row: Int, _ column: Int) -> Double {
        Double(planes[plane].bytes[row * planes[plane].stride + column])
    }
}

/// A picture of colours drawn by lot.
private struct Colours {
    typealias Colour = (red: Double, green: Double, blue: Double)
    let width: Int
    let height: Int
    private let pixels: [Colour]

    init(width: Int, height: Int, seed: UInt64) {
        var random = SeededRandom(seed: seed)
        self.init(width: width, height: height) {
            let bits = random.next()
            return (Double(bits & 255), Double(bits >> 8 & 255), Double(bits >> 16 & 255))
        }
    }

    init(width: Int, height: Int, all colour: Colour) {
        self.init(width: width, height: height) { colour }
    }

    private init(width: Int, height: Int, _ draw: () -> Colour) {
        (self.width, self.height) = (width, height)
        pixels = (0..<width * height).map { _ in draw() }
    }

    subscript(row: Int, column: Int) -> Colour { pixels[row * width + column] }

    /// Of two rows and two columns.
    func average(_ row: Int, _ column: Int) -> Colour {
        let four = [(0, 0), (0, 1), (1, 0), (1, 1)].map { self[row + $0.0, column + $0.1] }
        return (
            four.map(\.red).reduce(0, +) / 4, four.map(\.green).reduce(0, +) / 4, four.map(\.blue).reduce(0, +) / 4
        )
    }

    func frame(_ format: PixelFormat) -> CameraFrame {
        let memory = PictureMemory(planes: [(width * 3, height)])
        for row in 0..<height {
            for column in 0..<width {
                let (red, green, blue) = self[row, column]
                let bytes = format == .bgr24 ? [blue, green, red] : [red, green, blue]
                for (place, byte) in bytes.enumerated() { memory[0, row, column * 3 + place] = UInt8(byte) }
            }
        }
        return memory.frame(0, width: width, height: height, format: format)
    }
}
