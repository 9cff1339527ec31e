import Platform
import RecordingTypes
import Testing

@testable import Recording

@Suite("Between the control loop and the disk lies a ring that loses nothing silently")
struct TickRingTests {
    private func ring(byteLimit: Int = 1_000_000, slotCount: Int = 80) -> TickRing {
        TickRing(observationCount: 2, actionCount: 1, cameraCount: 1, byteLimit: byteLimit, slotCount: slotCount)
    }

    /// A row with a picture of four bytes.
    private func push(_ ring: TickRing, row: Int) -> Bool {
        var frames: [CameraFrame?] = [StillCamera.frame(row)]
        let isTaken = ring.push(
            TakeIntake.Row(index: row, time: MonotonicTime(nanoseconds: Int64(row)), wallNanoseconds: 0),
            observation: [Float(row), Float(-row)], action: [Float(row) * 2], pictures: &frames)
        // Taken with its picture, or not at all.
        #expect(isTaken == (frames[0] == nil))
        return isTaken
    }

    @Test func whatGoesInComesOutInOrder() {
        let ring = ring()
        ring.push(.begin(take: 4, start: .now, task: "lift"))
        for row in 0..<10 { #expect(push(ring, row: row)) }
        ring.push(.decide(take: 4, .keep(outcome: .success, note: "good")))

        var seen: [Int] = []
        for index in 0..<12 {
            ring.pop { entry in
                switch entry {
                case .message(.begin(let take, _, let task)): #expect(index == 0 && take == 4 && task == "lift")
                case .message(.decide(let take, .keep(let outcome, let note))):
                    #expect(index == 11 && take == 4 && outcome == .success && note == "good")
                case .message: Issue.record("a message that nobody sent")
                case .tick(let tick):
                    let row = tick.row.index
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

    @Test func aTickThatFindsNoBytesIsRefused() {
        let ring = ring(byteLimit: 10)
        #expect(push(ring, row: 0))
        #expect(push(ring, row: 1))
        #expect(!push(ring, row: 2))
        ring.pop { _ in }
        #expect(push(ring, row: 2))
    }

    @Test func aPictureThatTheRowBeforeHadTooCostsNothing() {
        let ring = ring(byteLimit: 4)
        for row in 0..<3 {
            var frames: [CameraFrame?] = [StillCamera.frame(7)]
            let isTaken = ring.push(
                TakeIntake.Row(index: row, time: .now, wallNanoseconds: 0), observation: [0, 0], action: [0],
                pictures: &frames)
            #expect(isTaken)
        }
        #expect(ring.byteCount == 4)
    }

    @Test func messagesFitWhenTicksDoNot() {
        let ring = ring(slotCount: 70)
        var row = 0
        while push(ring, row: row) { row += 1 }
        #expect(row == 6)
        ring.push(.decide(take: 1, .discard))
        ring.push(.close)
        for _ in 0..<row { ring.pop { _ in } }
        ring.pop {
            if case .message(.decide(let take, .discard)) = $0 { #expect(take == 1) } else { Issue.record("lost") }
        }
        ring.pop { if case .message(.close) = $0 {} else { Issue.record("lost") } }
    }

    @Test func picturesGoWhenTheyAreStored() {
        let ring = ring()
        weak var picture: CameraFrame?
        do {
            var frames: [CameraFrame?] = [StillCamera.frame(3)]
            picture = frames[0]
            let isTaken = ring.push(
                TakeIntake.Row(index: 0, time: .now, wallNanoseconds: 0), observation: [0, 0], action: [0],
                pictures: &frames)
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

    /// A picture, for as long as somebody else holds it.
    private struct Held {
        weak var picture: CameraFrame?
    }

    /// A disk that stands still does so for a whole reset phase too.
    @Test func picturesThatNoRowShowsAreBoundedInBytes() {
        let ring = ring(byteLimit: 40)
        var pictures: [Held] = []
        func letGo(_ number: Int) {
            var frames: [CameraFrame?] = [StillCamera.frame(number)]
            pictures.append(Held(picture: frames[0]))
            ring.letGo(of: &frames)
        }
        for number in 0..<20 { letGo(number) }
        #expect(pictures.count { $0.picture != nil } == 5)
        // Rows have all of their room, however many wait.
        for row in 0..<10 { #expect(push(ring, row: row)) }
        #expect(!push(ring, row: 10))
        for _ in 0..<15 { ring.pop { _ in } }
        letGo(20)
        #expect(pictures.count { $0.picture != nil } == 1)
    }

    @Test func twoThreadsSeeEveryTickOnce() {
        let ring = ring(byteLimit: 160, slotCount: 100)
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
                    if tick.row.index != expected { Issue.record("row \(tick.row.index) instead of \(expected)") }
                    expected += 1
                case .message: isOpen = false
                }
            }
        }
        producer.join()
        #expect(expected == total)
    }
}
