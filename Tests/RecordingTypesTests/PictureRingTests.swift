import Testing

@testable import RecordingTypes

@Suite("The ring between a camera and the ticks is bounded, and whoever asks frees nothing")
struct PictureRingTests {
    private final class Memory: Sendable {}

    private func frame(_ sequence: Int64, capturedAt: Int64? = nil) -> CameraFrame {
        CameraFrame(
            sequence: sequence, capturedAt: MonotonicTime(nanoseconds: capturedAt ?? sequence * 100), width: 2,
            height: 2, pixelFormat: .gray, planes: [], owner: Memory())
    }

    private func time(_ nanoseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: nanoseconds) }

    /// Pictures 1… of a camera, number n at n × 100.
    private func ring(of numbers: ClosedRange<Int64>, _ policy: PicturePolicy = .newest) -> (
        PictureRing, dropped: [Int64]
    ) {
        var ring = PictureRing(policy)
        var dropped: [CameraFrame] = []
        for number in numbers { ring.add(frame(number), arrivedAt: time(number * 100), dropping: &dropped) }
        return (ring, dropped.map(\.sequence))
    }

    @Test func theOldestGoesAndIsCounted() {
        let (ring, dropped) = ring(of: 1...9)
        #expect(dropped == [1, 2, 3, 4, 5])
        #expect(ring.overflowCount == 5)
        #expect(ring.newest?.sequence == 9)
    }

    @Test func thePictureOfATickIsNotFromAfterIt() {
        var (ring, _) = ring(of: 1...4)
        #expect(ring.picture(at: time(250))?.sequence == 2)
        #expect(ring.picture(at: time(299))?.sequence == 2)
        #expect(ring.picture(at: time(300))?.sequence == 3)
        // Arrived before the tick, but its stamp is later.
        var dropped: [CameraFrame] = []
        ring.add(frame(5, capturedAt: 900), arrivedAt: time(500), dropping: &dropped)
        #expect(ring.picture(at: time(600))?.sequence == 4)
        #expect(ring.picture(at: time(900))?.sequence == 5)
    }

    @Test func beforeTheFirstThereIsNone() {
        var ring = PictureRing(.inStep)
        #expect(ring.picture(at: time(50)) == nil && ring.newest == nil)
        var dropped: [CameraFrame] = []
        ring.add(frame(1), arrivedAt: time(150), dropping: &dropped)
        #expect(ring.picture(at: time(60)) == nil)
        // Captured before the tick, though it arrived since: better than none.
        #expect(ring.picture(at: time(120))?.sequence == 1)
    }

    @Test func aPictureIsLetGoOfByTheNextThatComes() {
        var ring = PictureRing(.newest)
        var dropped: [CameraFrame] = []
        weak var first: CameraFrame?
        do {
            let picture = frame(1)
            first = picture
            ring.add(picture, arrivedAt: time(100), dropping: &dropped)
        }
        ring.add(frame(2), arrivedAt: time(200), dropping: &dropped)
        #expect(ring.picture(at: time(250))?.sequence == 2)
        // The tick has passed it over, and it is there still.
        #expect(first != nil && dropped.isEmpty)
        ring.add(frame(3), arrivedAt: time(300), dropping: &dropped)
        #expect(dropped.map(\.sequence) == [1])
        dropped.removeAll()
        #expect(first == nil)
        // What the last tick took stays, for the next may take it again.
        #expect(ring.picture(at: time(299))?.sequence == 2)
    }

    @Test func whatTheLastTickTookSurvivesAFlood() {
        var (ring, _) = ring(of: 1...2)
        #expect(ring.picture(at: time(250))?.sequence == 2)
        var dropped: [CameraFrame] = []
        for number in 3...20 as ClosedRange<Int64> {
            ring.add(frame(number), arrivedAt: time(number * 100), dropping: &dropped)
        }
        #expect(ring.picture(at: time(260))?.sequence == 2)
        #expect(ring.picture(at: time(5000))?.sequence == 20)
    }
}
