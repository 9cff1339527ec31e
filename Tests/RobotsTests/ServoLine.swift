import RecordingTypes
import Robots
import Simulation

/// A line to simulated servos in this process, on a clock that goes only when somebody waits.
final class ServoLine: SerialLine {
    let name = "/dev/servos"
    private(set) var now: MonotonicTime
    var chain: ServoChain
    var baudRate = STS3215.baudRate
    /// Set: every call fails as if the cable had been pulled.
    var isUnplugged = false
    /// Everything that was sent.
    private(set) var sent: [[UInt8]] = []
    private(set) var isClosed = false
    /// Bytes that come in whatever is sent, put in by a test.
    var incoming: [UInt8] = []
    /// How many bytes one receive gives at most.
    var chunk = 512
    /// How long the replies to the next requests take; those after them come at once.
    var delays: [Duration] = []
    /// Set: nothing answers the request of this number, from 0.
    var unanswered: Int?
    private var late: [(time: MonotonicTime, bytes: [UInt8])] = []

    init(_ chain: ServoChain, now: MonotonicTime = MonotonicTime(nanoseconds: 1_000_000_000)) {
        self.chain = chain
        self.now = now
    }

    convenience init(
        _ kind: ServoChain.Kind = .follower, isCalibrated: Bool = true, faults: ServoFaults = .none, seed: UInt64 = 1
    ) {
        let start = MonotonicTime(nanoseconds: 1_000_000_000)
        self.init(ServoChain(kind, seed: seed, isCalibrated: isCalibrated, faults: faults, time: start), now: start)
    }

    func send(_ bytes: RawSpan) throws {
        try check()
        bytes.withUnsafeBytes { bytes in
            sent.append(Array(bytes))
            if unanswered == sent.count - 1 {
                var lost: [UInt8] = []
                return chain.receive(bytes, at: now, baudRate: baudRate, into: &lost)
            }
            guard !delays.isEmpty else {
                return chain.receive(bytes, at: now, baudRate: baudRate, into: &incoming)
            }
            var reply: [UInt8] = []
            chain.receive(bytes, at: now, baudRate: baudRate, into: &reply)
            late.append((now + delays.removeFirst(), reply))
        }
    }

    func receive(into buffer: UnsafeMutableRawBufferPointer, until deadline: MonotonicTime) throws -> Int {
        try check()
        if incoming.isEmpty, let next = late.first, next.time <= deadline {
            now = max(now, next.time)
            takeLate()
        }
        guard !incoming.isEmpty else {
            now = max(now, deadline)
            return 0
        }
        let count = min(chunk, buffer.count, incoming.count)
        buffer.copyBytes(from: incoming[..<count])
        incoming.removeFirst(count)
        now = now + .microseconds(10 * count)
        return count
    }

    func discardInput() throws {
        try check()
        takeLate()
        incoming = []
    }

    func setBaudRate(_ rate: Int) throws { baudRate = rate }

    func sleep(until instant: MonotonicTime) { now = max(now, instant) }

    func close() { isClosed = true }

    private func takeLate() {
        while let next = late.first, next.time <= now { incoming += late.removeFirst().bytes }
    }

    private func check() throws {
        if isUnplugged { throw ReelError(.unavailable, "talk to the motors", subject: name, cause: "the port is gone") }
    }
}
