import Platform
import Testing

@testable import Media

@Suite("Of hundreds of modes those are named that somebody may have meant")
struct CameraListingTests {
    typealias Mode = CameraListing.Mode

    /// A webcam's: every size in two formats at every rate.
    private let modes: [Mode] = ["YUYV", "MJPG"].flatMap { format in
        [(160, 120), (320, 240), (640, 360), (640, 480), (1280, 720), (1920, 1080)].flatMap { width, height in
            [5, 10, 15, 20, 24, 25, 30].map { Mode(format: format, width: width, height: height, rate: $0) }
        }
    }

    @Test func theRatesOfTheWantedSizeAndTheSizesOfTheWantedRate() {
        let nearest = CameraListing.nearest(modes, width: 640, height: 480, fps: 60)
        #expect(nearest.count == 6)
        #expect(nearest.contains(Mode(format: "MJPG", width: 640, height: 480, rate: 30)))
        #expect(nearest.allSatisfy { ($0.width, $0.height) == (640, 480) || $0.rate == 30 })
        let sizes = CameraListing.nearest(modes, width: 800, height: 600, fps: 30)
        #expect(sizes.contains { ($0.width, $0.height, $0.rate) == (640, 480, 30) })
        #expect(sizes.map { modes.firstIndex(of: $0) ?? -1 } == sizes.map { modes.firstIndex(of: $0) ?? -1 }.sorted())
    }

    @Test func fewAreAllNamed() {
        #expect(
            CameraListing.nearest(Array(modes.prefix(4)), width: 640, height: nil, fps: nil) == Array(modes.prefix(4)))
        #expect(CameraListing.nearest([], width: 640, height: 480, fps: 30).isEmpty)
    }

    @Test func aSizeIsOneLineHoweverManyRatesItHas() {
        let modes = [("MJPG", 30), ("MJPG", 15), ("MJPG", 7.5), ("YUYV", 30)]
            .map { Mode(format: $0, width: 640, height: 480, rate: $1) }
        #expect(CameraListing.lines(modes) == ["MJPG 640×480 at 30, 15, 7.5", "YUYV 640×480 at 30"])
    }
}
