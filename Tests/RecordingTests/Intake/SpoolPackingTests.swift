import RecordingTypes
import Testing

@testable import Recording

@Suite("Pictures are stored raw only where the disk is quick and roomy, or the user says so")
struct SpoolPackingTests {
    private static let enough = 1 << 40
    /// 640×480 in 4:2:0 at 30 Hz.
    private static let rawRate = 460_800 * 30

    private func packing(
        _ wanted: SpoolPictures, camera: PixelFormat = .yuv420p, count: Int = 1, disk: Double?,
        onTrial: @escaping () -> Void = {}
    ) -> SpoolPacking {
        let format = CameraFormat(width: 640, height: 480, fps: 30, pixelFormat: camera)
        return SpoolPacking(
            wanted, cameras: (0..<count).map { .init(name: "camera\($0)", format: format, target: .images) }, fps: 30
        ) {
            onTrial()
            return disk
        }
    }

    /// Outside of `#expect`, which takes no mutating call.
    private func decide(_ packing: inout SpoolPacking, _ free: Int?) -> Bool { packing.compresses(free: free) }

    @Test("raw and compressed are what they say, and try no disk")
    func asAskedFor() {
        var trials = 0
        var raw = packing(.raw, disk: 0) { trials += 1 }
        var compressed = packing(.compressed, disk: .infinity) { trials += 1 }
        #expect(!decide(&raw, 0))
        #expect(decide(&compressed, Self.enough))
        #expect(trials == 0)
    }

    @Test("a disk must be eight times as fast as all cameras together", arguments: [1, 3])
    func speed(cameras: Int) {
        let least = Double(8 * Self.rawRate * cameras)
        var quick = packing(.auto, count: cameras, disk: least)
        var slow = packing(.auto, count: cameras, disk: least - 1)
        var unknown = packing(.auto, count: cameras, disk: nil)
        #expect(!decide(&quick, Self.enough))
        #expect(decide(&slow, Self.enough))
        #expect(decide(&unknown, Self.enough))
    }

    @Test("without room for twenty minutes the next take is compressed, and raw again when there is")
    func room() {
        var packing = packing(.auto, disk: .infinity)
        let least = 1200 * Self.rawRate
        #expect(!decide(&packing, least))
        #expect(decide(&packing, least - 1))
        #expect(decide(&packing, nil))
        #expect(!decide(&packing, least))
    }

    @Test("the disk is tried once a session, and not at all for JPEGs")
    func trials() {
        var trials = 0
        var pixels = packing(.auto, disk: .infinity) { trials += 1 }
        for _ in 0..<3 { _ = pixels.compresses(free: Self.enough) }
        #expect(trials == 1)
        var jpegs = packing(.auto, camera: .mjpeg, disk: .infinity) { trials += 1 }
        _ = jpegs.compresses(free: Self.enough)
        #expect(trials == 1)
    }
}
