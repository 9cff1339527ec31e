import RecordingTypes

/// A chain of Feetech servos on one line (STS3215, protocol 0). One thread uses it.
///
/// An exchange that fails is done again as often as the caller allows. The time a reply may take is LeRobot's: what its
/// bytes take on the wire, three bytes more, and 50 ms.
package final class FeetechBus {
    /// What went wrong and was noticed.
    package private(set) var counters = BusCounters()
    /// What each motor complained about in its last reply; motors without a complaint are not in it.
    package private(set) var complaints: [UInt8: ServoStatus] = [:]

    let line: any SerialLine
    private var scanner = PacketScanner()
    private var packet: [UInt8] = []
    /// The last request that was not answered in time. A reply names its motor and not what it is a reply to, so one
    /// that comes late must not be taken for the answer to something else.
    private var unanswered: [UInt8] = []
    private var baudRate: Int
    /// What motors are called in messages.
    private let labels: [UInt8: String]

    /// How an exchange ended.
    enum Outcome: Equatable {
        case answered
        /// These motors did not answer, or not in a way that could be read.
        case missing([UInt8])
    }

    /// A bus on a line that is open already.
    /// - Parameters:
    ///   - line: the line, at `baudRate`.
    ///   - baudRate: bits a second.
    ///   - labels: what motors are called in messages, by their numbers: the joints they move.
    package init(line: any SerialLine, baudRate: Int = STS3215.baudRate, labels: [UInt8: String] = [:]) {
        self.line = line
        self.labels = labels
        self.baudRate = baudRate
        packet.reserveCapacity(FeetechPacket.maxLength)
    }

    /// How the user named the line.
    package var name: String { line.name }

    /// Gives the line back. Safe to call twice.
    package func close() { line.close() }

    /// Talks at another speed, bits a second.
    package func setBaudRate(_ rate: Int) throws {
        try line.setBaudRate(rate)
        baudRate = rate
    }

    // MARK: One motor

    /// Whether a motor answers; what it complains about is in `complaints` then.
    package func ping(_ id: UInt8, retries: Int = 0) throws -> Bool {
        try exchange(retries: retries, with: [id], replyParameters: 0) { _, _ in
        } request: { packet in
            FeetechPacket.encode(.ping, to: id, into: &packet)
        } == .answered
    }

    /// The value of a motor's register.
    /// - Throws: `ReelError` when it does not answer, or complains.
    package func read(_ register: ServoRegister, from id: UInt8, retries: Int = 0) throws -> Int {
        var value = 0
        let outcome = try exchange(retries: retries, with: [id], replyParameters: register.length) { _, bits in
            value = register.decode(bits)
        } request: { packet in
            FeetechPacket.encode(.read, to: id, into: &packet) {
                $0.append(register.address)
                $0.append(register.length)
            }
        }
        try check(outcome, "read \(register.name)", id, retries)
        return value
    }

    /// Sets a motor's register and waits for the motor to say that it is done.
    /// - Throws: `ReelError` when it does not answer, complains, or the value does not fit.
    package func write(_ value: Int, to register: ServoRegister, of id: UInt8, retries: Int = 0) throws {
        let bits = try encode(value, register, id)
        let outcome = try exchange(retries: retries, with: [id], replyParameters: 0) { _, _ in
        } request: { packet in
            FeetechPacket.encode(.write, to: id, into: &packet) {
                $0.append(register.address)
                $0.append(littleEndian: bits, length: register.length)
            }
        }
        try check(outcome, "write \(register.name)", id, retries)
    }

    // MARK: All motors at once

    /// Reads a register of several motors in one exchange: replaces `values` by theirs, in the order of `ids`.
    ///
    /// A complaint is no reason to fail (an overloaded motor still says where it is): see `complaints`.
    /// - Throws: `ReelError` naming the motors that did not answer.
    package func syncRead(
        _ register: ServoRegister, from ids: [UInt8], into values: inout [Int], retries: Int = 0
    ) throws {
        if values.count != ids.count { values = Array(repeating: 0, count: ids.count) }
        let outcome = try exchange(retries: retries, with: ids, replyParameters: register.length) { place, bits in
            values[place] = register.decode(bits)
        } request: { packet in
            FeetechPacket.encode(.syncRead, to: FeetechPacket.broadcastID, into: &packet) {
                $0.append(register.address)
                $0.append(register.length)
                $0.append(contentsOf: ids)
            }
        }
        if case .missing(let missing) = outcome { throw lost("read \(register.name)", missing, retries) }
    }

    /// Sets a register of several motors in one packet. Nobody answers, so nothing is known of what arrived.
    /// - Throws: `ReelError` when the line is gone or a value does not fit.
    package func syncWrite(_ values: [Int], to register: ServoRegister, of ids: [UInt8]) throws {
        precondition(values.count == ids.count, "one value a motor")
        counters.exchanges += 1
        var failure: (any Error)?
        FeetechPacket.encode(.syncWrite, to: FeetechPacket.broadcastID, into: &packet) {
            $0.append(register.address)
            $0.append(register.length)
            for index in ids.indices {
                do {
                    let bits = try encode(values[index], register, ids[index])
                    $0.append(ids[index])
                    $0.append(littleEndian: bits, length: register.length)
                } catch {
                    failure = error
                }
            }
        }
        if let failure { throw failure }
        try sendPacket()
    }

    /// Asks everybody on the line to answer: the ids, in the order of the answers. They may talk at the same time, so
    /// with more than one motor some can be missed.
    package func broadcastPing() throws -> [UInt8] {
        counters.exchanges += 1
        FeetechPacket.encode(.ping, to: FeetechPacket.broadcastID, into: &packet)
        try startReply(expecting: FeetechPacket.frameLength)
        var found: [UInt8] = []
        // LeRobot's wait, which is the SDK's: 252 replies' bytes, 3 ms for each of them, and 16 ms.
        let wire = Duration.nanoseconds(252 * FeetechPacket.frameLength * nanosecondsPerByte)
        let deadline = line.now + wire + .milliseconds(3 * 252 + 16)
        while true {
            while let reply = scanner.next() {
                if !found.contains(reply.id) { found.append(reply.id) }
            }
            if try fillScanner(until: deadline) == 0 { break }
        }
        note(scanner)
        return found
    }

    // MARK: The exchange

    private var nanosecondsPerByte: Int { 10 * 1_000_000_000 / baudRate }

    /// Sends a request and collects one reply of each motor, again if that fails.
    private func exchange(
        retries: Int, with ids: [UInt8], replyParameters: UInt8, take: (_ place: Int, _ bits: UInt16) -> Void,
        request: (inout [UInt8]) -> Void
    ) throws -> Outcome {
        counters.exchanges += 1
        request(&packet)
        if !unanswered.isEmpty, unanswered != packet { try awaitSilence() }
        var missing: [UInt8] = []
        for attempt in 0...max(0, retries) {
            if attempt > 0 { counters.retries += 1 }
            let replyLength = FeetechPacket.frameLength + Int(replyParameters)
            try startReply(expecting: replyLength)
            missing = try collect(ids, replyParameters: Int(replyParameters), take)
            note(scanner)
            if missing.isEmpty { return .answered }
            unanswered = packet
        }
        return .missing(missing)
    }

    /// Lets late replies pass: until nothing has come for longer than a USB adapter holds bytes back (16 ms).
    private func awaitSilence() throws {
        let end = line.now + .milliseconds(200)
        repeat {
            scanner.reset()
        } while try fillScanner(until: line.now + .milliseconds(20)) > 0 && line.now < end
        unanswered = []
    }

    private func startReply(expecting length: Int) throws {
        try line.discardInput()
        scanner.reset()
        scanner.maxLength = length
        try sendPacket()
    }

    private func sendPacket() throws {
        let bytes = packet
        try line.send(bytes.span.bytes)
    }

    /// Reads until everybody has answered, or nothing more can come. Returns who has not.
    private func collect(
        _ ids: [UInt8], replyParameters: Int, _ take: (_ place: Int, _ bits: UInt16) -> Void
    ) throws -> [UInt8] {
        let expected = ids.count * (FeetechPacket.frameLength + replyParameters)
        let deadline =
            line.now + .nanoseconds((packet.count + expected + 3) * nanosecondsPerByte) + .milliseconds(50)
        var received = 0
        var hasAnswered: UInt64 = 0
        var place = 0
        while true {
            while let reply = scanner.next() {
                // Replies come in the order of the ids; look from the one after the last.
                guard reply.parameterCount >= replyParameters, let found = index(of: reply.id, in: ids, from: place)
                else { continue }
                place = found + 1
                hasAnswered |= 1 << UInt64(found)
                complaints[reply.id] = reply.code == 0 ? nil : ServoStatus(rawValue: reply.code)
                var bits: UInt16 = 0
                if replyParameters > 0 { bits = UInt16(scanner.parameter(0, of: reply)) }
                if replyParameters > 1 { bits |= UInt16(scanner.parameter(1, of: reply)) << 8 }
                take(found, bits)
                if hasAnswered.nonzeroBitCount == ids.count { return [] }
            }
            // The last one has spoken, or as many bytes have come as were to come: only stragglers can follow.
            let isOver = place == ids.count || received >= expected
            let count = try fillScanner(until: isOver ? min(deadline, line.now + .milliseconds(4)) : deadline)
            received += count
            if count == 0 {
                if scanner.isEmpty { break }
                // Noise that looked like the beginning of a packet may have swallowed one.
                scanner.skip()
            }
        }
        let missing = ids.indices.filter { hasAnswered >> UInt64($0) & 1 == 0 }.map { ids[$0] }
        counters.lostReplies += missing.count
        return missing
    }

    /// Where an id is, looked for from `place` on and then before it. By hand, because it is done six times a tick: what
    /// stands for it in the standard library allocates where it is not specialised.
    private func index(of id: UInt8, in ids: [UInt8], from place: Int) -> Int? {
        for offset in ids.indices {
            let index = (place + offset) % ids.count
            if ids[index] == id { return index }
        }
        return nil
    }

    private func fillScanner(until deadline: MonotonicTime) throws -> Int {
        try scanner.fill { buffer in try line.receive(into: buffer, until: deadline) }
    }

    private func note(_ scanner: PacketScanner) {
        counters.noiseBytes += scanner.noiseBytes
        counters.badChecksums += scanner.badChecksums
    }

    // MARK: Errors

    private func encode(_ value: Int, _ register: ServoRegister, _ id: UInt8) throws -> UInt16 {
        if let bits = register.encode(value) { return bits }
        throw ReelError(
            .failed, "write \(register.name) of motor \(describe(id))", subject: name,
            cause: "\(value) does not fit")
    }

    private func check(_ outcome: Outcome, _ action: String, _ id: UInt8, _ retries: Int) throws {
        if case .missing(let missing) = outcome { throw lost(action, missing, retries) }
        if let complaint = complaints[id] {
            throw ReelError(
                .failed, "\(action) of motor \(describe(id))", subject: name, cause: complaint.words,
                remedy: complaint.remedy)
        }
    }

    private func lost(_ action: String, _ ids: [UInt8], _ retries: Int) -> ReelError {
        let motors = ids.map(describe).joined(separator: ", ")
        return ReelError(
            .unavailable, action, subject: name,
            cause: "no answer from motor \(motors), tried \(retries + 1)×",
            remedy: "Check the power supply and the cable in front of the first motor that is missing.")
    }

    /// "3 (elbow_flex)", or "3" where it has no name.
    static func describe(_ id: UInt8, _ labels: [UInt8: String]) -> String {
        labels[id].map { "\(id) (\($0))" } ?? "\(id)"
    }

    func describe(_ id: UInt8) -> String { Self.describe(id, labels) }
}
