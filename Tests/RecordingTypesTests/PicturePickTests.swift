import TestSupport
import Testing

@testable import RecordingTypes

@Suite("A camera at the loop's rate gives each picture once, and repeats and skips only what two clocks force")
struct PicturePickTests {
    /// A camera and a loop of 30 ticks a second, by two clocks that differ; no time passes.
    private struct Simulation {
        var rate = 30.0
        /// Pictures arrive so much too early or too late at most, each by chance.
        var jitter = 0.0
        /// When the first picture is due, as a part of a period after the first tick.
        var phase = 0.0
        var hours = 1.0
        /// When a picture arrives that is due at `time`; nil when it never does. Seconds.
        var arrival: (_ time: Double) -> Double? = { $0 }
        var seed: UInt64 = 1

        struct Outcome {
            var ticks = 0
            var repeats = 0
            var skips = 0
            var ages: [Double] = []
            /// The picture of each tick.
            var sequences: [Int] = []
            var meanAge: Double { ages.reduce(0, +) / Double(max(1, ages.count)) }
        }

        func run(_ policy: PicturePolicy) -> Outcome {
            var random = SeededRandom(seed: seed)
            var pick = PicturePick(policy)
            var outcome = Outcome()
            var waiting: [(sequence: Int, time: Double)] = []
            var last: (sequence: Int, time: Double)?
            var (sequence, lastArrival) = (0, 0.0)
            var upcoming: (sequence: Int, time: Double)?
            func next() -> (sequence: Int, time: Double) {
                while true {
                    let due =
                        (Double(sequence) + phase * rate / 30) / rate
                        + Double.random(in: -jitter...jitter, using: &random)
                    defer { sequence += 1 }
                    guard let time = arrival(due) else { continue }
                    // The network keeps the order.
                    lastArrival = max(lastArrival, time)
                    return (sequence, lastArrival)
                }
            }
            for tick in 0..<Int(hours * 108_000) {
                let time = Double(tick + 3) / 30
                while true {
                    let picture = upcoming ?? next()
                    upcoming = picture
                    guard picture.time <= time else { break }
                    waiting.append(picture)
                    upcoming = nil
                }
                let chosen = pick.choose(at: Self.instant(time), from: waiting.count) {
                    PicturePick.Arrival(sequence: Int64(waiting[$0].sequence), time: Self.instant(waiting[$0].time))
                }
                if let chosen {
                    let picture = waiting[chosen]
                    // Not at the very beginning, where pictures wait already.
                    if let last, tick > 3 { outcome.skips += picture.sequence - last.sequence - 1 }
                    last = picture
                    waiting.removeFirst(chosen + 1)
                } else if last != nil {
                    outcome.repeats += 1
                }
                if let last {
                    outcome.ages.append(time - last.time)
                    outcome.sequences.append(last.sequence)
                }
                outcome.ticks += 1
            }
            return outcome
        }

        private static func instant(_ seconds: Double) -> MonotonicTime {
            MonotonicTime(nanoseconds: Int64(seconds * 1e9))
        }
    }

    @Test("An hour of two real clocks: one repeat or skip for each period of drift", arguments: [29.97, 30.02, 30.0])
    func drift(rate: Double) {
        let forced = Int((abs(rate - 30) * 3600).rounded())
        for seed in 1...3 as ClosedRange<UInt64> {
            let simulation = Simulation(rate: rate, jitter: 0.004, phase: 0.03, seed: seed)
            let (new, old) = (simulation.run(.inStep), simulation.run(.newest))
            print(
                "\(rate) ± 4 ms, forced \(forced): in step \(new.repeats) repeats, \(new.skips) skips, "
                    + "mean age \(new.meanAge * 1000) ms, oldest \((new.ages.max() ?? 0) * 1000); newest "
                    + "\(old.repeats), \(old.skips), \(old.meanAge * 1000), \((old.ages.max() ?? 0) * 1000)")
            // Where the hour begins within a period decides about one; the first second learns how arrivals wander.
            #expect(new.repeats <= (rate < 30 ? forced : 0) + 2)
            #expect(new.skips <= (rate > 30 ? forced : 0) + 2)
            // Not at any price: an even spread over one period, and what arrivals wander at the border.
            #expect(new.meanAge < old.meanAge + 0.0085 || rate == 30)
            #expect(new.ages.max() ?? 1 < 1.0 / 30 + 0.016)
            #expect(new.ages.min() ?? -1 >= 0)
        }
    }

    @Test("Clocks that agree: at any phase each picture once, after a second", arguments: 0..<20)
    func phase(twentieth: Int) {
        let simulation = Simulation(jitter: 0.004, phase: Double(twentieth) / 20, hours: 0.1)
        let outcome = simulation.run(.inStep)
        let settled = outcome.sequences.dropFirst(60)
        #expect(zip(settled, settled.dropFirst()).allSatisfy { $1 == $0 + 1 })
    }

    @Test("Where no picture arrives near a tick, it is the newest")
    func comfortable() {
        let simulation = Simulation(jitter: 0.004, phase: 0.5, hours: 0.1)
        #expect(simulation.run(.inStep).sequences == simulation.run(.newest).sequences)
    }

    @Test("Twice the loop's rate, and half of it: the newest", arguments: [15, 60, 90])
    func otherRates(rate: Int) {
        let simulation = Simulation(rate: Double(rate), jitter: 0.002, phase: 0.3, hours: 0.1)
        let (new, old) = (simulation.run(.inStep), simulation.run(.newest))
        #expect(new.sequences.dropFirst(30) == old.sequences.dropFirst(30))
    }

    @Test("A camera that is a little faster or slower: what its rate forces and no more", arguments: [25, 29, 31, 33])
    func nearRates(rate: Int) {
        let outcome = Simulation(rate: Double(rate), jitter: 0.004, phase: 0.3, hours: 0.1).run(.inStep)
        #expect(outcome.repeats <= max(0, 30 - rate) * 360 + 5)
        #expect(outcome.skips <= max(0, rate - 30) * 360 + 5)
    }

    @Test("After a stall it is at the newest again within two ticks", arguments: [false, true])
    func stall(isDelivered: Bool) {
        // For 0.4 s nothing comes; then all of it at once, or nothing of it.
        var simulation = Simulation(jitter: 0.001, phase: 0.5, hours: 0.01)
        simulation.arrival = { (20...20.4).contains($0) ? (isDelivered ? 20.4 : nil) : $0 }
        let (new, old) = (simulation.run(.inStep), simulation.run(.newest))
        let back = Int(20.4 * 30) + 1
        #expect(new.sequences[0..<(20 * 30 - 4)] == old.sequences[0..<(20 * 30 - 4)])
        #expect(new.sequences[back...] == old.sequences[back...])
    }

    @Test("One picture that is late by chance costs its own row, and nothing stays behind")
    func outlier() {
        var simulation = Simulation(jitter: 0.0005, phase: 0.75, hours: 0.01)
        simulation.arrival = { (20..<20.03).contains($0) ? $0 + 0.012 : $0 }
        let (new, old) = (simulation.run(.inStep), simulation.run(.newest))
        #expect(new.repeats <= 1 && new.sequences.suffix(400) == old.sequences.suffix(400))
    }

    @Test("A network that hands pictures over in bursts: no worse than the newest, and no standing backlog")
    func bursts() {
        var simulation = Simulation(rate: 30.02, jitter: 0.002, hours: 0.1)
        simulation.arrival = { ($0 * 6).rounded(.up) / 6 }
        let (new, old) = (simulation.run(.inStep), simulation.run(.newest))
        #expect(new.repeats <= old.repeats && new.skips <= old.skips)
        #expect(new.meanAge < old.meanAge + 0.005)
    }

    @Test("LeRobot's way is the newest at each tick")
    func newest() {
        var pick = PicturePick(.newest)
        let times = [1, 2, 3].map { PicturePick.Arrival(sequence: $0, time: MonotonicTime(nanoseconds: $0)) }
        #expect(pick.choose(at: MonotonicTime(nanoseconds: 9), from: 3) { times[$0] } == 2)
        #expect(pick.choose(at: MonotonicTime(nanoseconds: 10), from: 0) { times[$0] } == nil)
    }
}
