import Platform
import RecordingTypes
import Testing

@testable import Recording

@Suite("Between the control loop and the disk lies a ring that loses nothing silently")
struct TickRingTests {
    private func ring(byteLimit: Int = 1_000_000, slotCount: Int = 80) -> TickRing {
        TickRing(observationCount: 2, actionCount: 1, cameraCount: 1, byteLimit: byteLimit, slotCount: slotCount)
    }

    private func push(_ ring: TickRing, row: Int, bytes: Int = 10) -> Bool {
        var frames: [CameraFrame?] = [StillCamera.frame(row)]
        let isTaken = ring.push(
            TickRing.Header(
                row: row, time: MonotonicTime(nanoseconds: Int64(row)), wallNanoseconds: 0, isLate: false, bytes: bytes),
            observation: [Float(row), Float(-row)], action: [Float(row) * 2], frames: &frames)
        // Taken with its picture, or not at all.
        #expect(isTaken == (frames[0] == nil))
        return isTaken
    }

    @Test func whatGoesInComesOutInOrder() {
        let ring = ring()
        ring.push(.begin(take: 4, start: .now))
        for row in 0..<10 { #expect(push(ring, row: row)) }
        ring.push(.keep(take: 4, outcome: .success, note: "good"))

        var seen: [Int] = []
        for index in 0..<12 {
            ring.pop { entry in
                switch entry {
                case .message(.begin(let take, _)): #expect(index == 0 && take == 4)
                case .message(.keep(let take, let outcome, let note)):
                    #expect(index == 11 && take == 4 && outcome == .success && note == "good")
                case .message: Issue.record("a message that nobody sent")
                case .tick(let tick):
                    let row = tick.header.row
                    #expect(Array(tick.observation) == [Float(row), Float(-row)])
                    #expect(Array(tick.action) == [Float(row) * 2])
                    #expect(tick.frames[0]?.sequence == Int64(row))
                    seen.append(row)
                }
            }
        }
        #expect(seen == Array(0..<10))
        #expect(ring.byteCount == 0)
    }

    @Test func aTickThatFindsNoBytesIsRefusedAndCounted() {
        let ring = ring(byteLimit: 25)
        #expect(push(ring, row: 0))
        #expect(push(ring, row: 1))
        #expect(!push(ring, row: 2))
        #expect(ring.refusedCount == 1)
        ring.pop { _ in }
        #expect(push(ring, row: 2))
        #expect(ring.refusedCount == 1)
    }

    @Test func messagesFitWhenTicksDoNot() {
        let ring = ring(slotCount: 70)
        var row = 0
        while push(ring, row: row) { row += 1 }
        #expect(row == 6)
        ring.push(.discard(take: 1))
        ring.push(.close)
        for _ in 0..<row { ring.pop { _ in } }
        ring.pop { if case .message(.discard(let take)) = $0 { #expect(take == 1) } else { Issue.record("lost") } }
        ring.pop { if case .message(.close) = $0 {} else { Issue.record("lost") } }
    }

    @Test func picturesGoWhenTheyAreStored() {
        let ring = ring()
        weak var picture: CameraFrame?
        do {
            var frames: [CameraFrame?] = [StillCamera.frame(3)]
            picture = frames[0]
            let isTaken = ring.push(TickRing.Header(), observation: [0, 0], action: [0], frames: &frames)
            #expect(isTaken)
        }
        #expect(picture != nil)
        ring.pop { _ in }
        #expect(picture == nil)
    }

    @Test func picturesThatNoRowShowsGoWithTheConsumerToo() {
        let ring = ring(slotCount: 66)
        weak var picture: CameraFrame?
        do {
            var frames: [CameraFrame?] = [StillCamera.frame(3)]
            picture = frames[0]
            ring.letGo(of: &frames)
        }
        #expect(picture != nil)
        ring.pop { if case .message(.letGo) = $0 {} else { Issue.record("not what was pushed") } }
        #expect(picture == nil)
        // A ring without room is no reason to wait.
        for row in 0..<2 { #expect(push(ring, row: row)) }
        var frames: [CameraFrame?] = [StillCamera.frame(4)]
        ring.letGo(of: &frames)
        #expect(frames[0] == nil)
    }

    @Test func twoThreadsSeeEveryTickOnce() {
        let ring = ring(byteLimit: 400, slotCount: 100)
        let total = 20_000
        let producer = OwnThread(name: "producer") {
            var row = 0
            while row < total { if push(ring, row: row) { row += 1 } }
            ring.push(.close)
        }
        var expected = 0
        var isOpen = true
        while isOpen {
            ring.pop { entry in
                switch entry {
                case .tick(let tick):
                    if tick.header.row != expected { Issue.record("row \(tick.header.row) instead of \(expected)") }
                    expected += 1
                case .message: isOpen = false
                }
            }
        }
        producer.join()
        #expect(expected == total)
    }
}
