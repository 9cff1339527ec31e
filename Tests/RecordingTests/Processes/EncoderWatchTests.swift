import Platform
import RecordingTypes
import SystemPackage
import Testing

@testable import Recording

@Suite("An encoder that hangs is told from one that has no work, and from one that may not work")
struct EncoderWatchTests {
    private let patience = EncoderWatch.Patience(base: .seconds(10), perPicture: .milliseconds(100))
    private let second: Duration = .seconds(1)

    /// Looks this many times, a second apart; returns at which look it was called a hang.
    private func looks(_ count: Int, _ watch: inout EncoderWatch, _ activity: EncoderWatch.Activity?) -> Int? {
        (1...count).first { _ in watch.look(after: second, activity) }
    }

    private let asleep = EncoderWatch.Activity(processorTime: .zero, isHeldUp: false)
    private let starved = EncoderWatch.Activity(processorTime: .zero, isHeldUp: true)
    private let spinning = EncoderWatch.Activity(processorTime: .seconds(2), isHeldUp: true)

    @Test func noWorkIsNoHang() {
        var watch = EncoderWatch(patience: patience)
        #expect(looks(1000, &watch, asleep) == nil)
        watch.note(.progress(take: 1, done: 3, total: 9))
        watch.note(.encoded(take: 1, seconds: 1))
        #expect(looks(1000, &watch, asleep) == nil)
    }

    @Test func aTakeThatTheRecorderHasGivenUpIsNoWork() {
        var watch = EncoderWatch(patience: patience)
        watch.note(.progress(take: 1, done: 3, total: 9))
        watch.abandon(1)
        // What it said before it heard of that.
        watch.note(.progress(take: 1, done: 4, total: 9))
        #expect(looks(1000, &watch, asleep) == nil)
    }

    @Test func theMorePicturesTheLongerItMayTake() {
        var watch = EncoderWatch(patience: patience)
        watch.note(.progress(take: 1, done: 0, total: 100))
        #expect(looks(1000, &watch, asleep) == 21)
        watch.restart()
        watch.note(.progress(take: 1, done: 0, total: 200))
        #expect(looks(1000, &watch, asleep) == 31)
        #expect(watch.take == 1)
    }

    @Test func progressBeginsAnewAndRepeatedNewsDoesNot() {
        var watch = EncoderWatch(patience: patience)
        for done in 0..<50 {
            watch.note(.progress(take: 1, done: done, total: 0))
            #expect(looks(9, &watch, asleep) == nil)
        }
        watch.note(.progress(take: 1, done: 49, total: 0))
        #expect(looks(9, &watch, asleep) == 2)
    }

    @Test func aProcessThatGetsNoCoreIsNotToBlameAndOneThatSpinsIs() {
        var watch = EncoderWatch(patience: patience)
        watch.note(.progress(take: 1, done: 0, total: 0))
        #expect(looks(1000, &watch, starved) == nil)
        #expect(looks(1000, &watch, spinning) == 11)
    }

    @Test func whileItFinishesItAlwaysHasWork() {
        var watch = EncoderWatch(patience: patience)
        watch.finishBegins()
        #expect(looks(1000, &watch, asleep) == 11)
        watch.note(.idle)
        #expect(looks(1000, &watch, asleep) == nil)
    }
}
