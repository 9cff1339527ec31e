import Glibc
import Platform
import Synchronization
import SystemPackage

/// A system bus with a RealtimeKit on it, as far as one client needs them: it takes one connection, writes down what it
/// is asked, and answers as it was told. Its reading of the protocol is its own, not Reel's.
final class BusPeer: Sendable {
    /// How it answers.
    enum Answer: String, Codable, CaseIterable {
        /// Makes the thread real-time.
        case yes
        /// The same in the other order of bytes.
        case yesBigEndian
        /// The same when the client has gone, because it took too long.
        case lateYes
        /// Says so and does nothing.
        case hollowYes
        case no
        /// Nobody has RealtimeKit's name.
        case unknownService
        /// No priority, or no time.
        case noPriority
        case noTime
        /// A text where a number should be.
        case oddProperty
        case silentBus
        case silentService
        case silentRequest
        case garbage
        case hugeMessage
        case closes
        case closesAtRequest
        case rejects
    }

    /// What it was asked, in order; and the limit of the process's real-time threads when it was asked for one.
    struct Asked {
        var lines: [String] = []
        var softLimit: UInt64 = 0
        var hardLimit: UInt64 = 0
        var thread: Int32 = 0
    }

    static let rttimeLimit = __rlimit_resource_t(15)  // RLIMIT_RTTIME, which Swift does not import.

    private let listener: Int32
    private let answer: Answer
    private let noted = Mutex(Asked())
    private let over = Semaphore()

    /// Listens at `path`; its thread has the rights that the calling one has.
    init(at path: FilePath, _ answer: Answer) throws {
        self.answer = answer
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.string.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0, listen(listener, 1) == 0 else { throw Errno(rawValue: errno) }
        _ = OwnThread(name: "bus") { [self] in
            let client = accept(listener, nil, nil)
            serve(client)
            if answer == .lateYes { Self.makeRealTime(noted.withLock { $0.thread }) }
            close(client)
            over.post()
        }
    }

    /// Waits until the client has gone, and says what it asked for; nothing where none has come until now.
    func asked() -> Asked {
        // Ends an `accept` that still waits.
        shutdown(listener, Int32(SHUT_RD))
        over.wait()
        return noted.withLock { $0 }
    }

    private func note(_ line: String) { noted.withLock { $0.lines.append(line) } }

    // MARK: - What it does

    private func serve(_ client: Int32) {
        var received: [UInt8] = []
        func more() -> Bool {
            var piece = [UInt8](repeating: 0, count: 1024)
            let count = recv(client, &piece, piece.count, 0)
            if count > 0 { received += piece[..<count] }
            return count > 0
        }
        func line() -> String? {
            while true {
                if let end = received.firstIndex(of: 10) {
                    defer { received.removeFirst(end + 1) }
                    return String(decoding: received[..<end].filter { $0 > 13 }, as: UTF8.self)
                }
                guard more() else { return nil }
            }
        }
        func write(_ bytes: [UInt8]) { _ = send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }

        if answer == .silentBus {
            while more() {}
            return
        }
        guard let hello = line() else { return }
        note(hello)
        guard answer != .rejects else {
            write(Array("REJECTED EXTERNAL\r\n".utf8))
            while more() {}
            return
        }
        write(Array("OK 0123456789abcdef0123456789abcdef\r\n".utf8))
        guard let begin = line() else { return }
        note(begin)
        while true {
            while let call = Call(taking: &received) {
                guard let reply = reply(to: call) else { return }
                write(reply)
            }
            guard more() else { return }
        }
    }

    /// The bytes to answer with, none for silence; nil to hang up.
    private func reply(to call: Call) -> [UInt8]? {
        note(call.text)
        var wire = Wire(isLittleEndian: answer != .yesBigEndian)
        switch (call.member, answer) {
        case ("Hello", .garbage): return Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)
        case ("Hello", .hugeMessage):
            return [UInt8(ascii: "l"), 2, 0, 1, 255, 255, 255, 127] + Array(repeating: 1, count: 8)
        case ("Hello", _):
            // The signal that a real bus sends as well, and of which the client makes nothing.
            return wire.message(kind: 2, to: call.serial, signature: "s") { $0.string(":1.7") }
                + wire.message(kind: 4, to: nil, signature: "s") { $0.string(":1.7") }
        case (_, .closes), ("MakeThreadRealtime", .closesAtRequest): return nil
        case (_, .silentService), ("MakeThreadRealtime", .silentRequest): return []
        case (_, .unknownService):
            return wire.error(
                "org.freedesktop.DBus.Error.ServiceUnknown", "The name is not activatable", to: call.serial)
        case ("Get", .oddProperty):
            return wire.message(kind: 2, to: call.serial, signature: "v") {
                $0.signature("s")
                $0.string("many")
            }
        case ("Get", _) where call.text.contains("MaxRealtimePriority"):
            return wire.message(kind: 2, to: call.serial, signature: "v") {
                $0.signature("i")
                $0.number(Int32(answer == .noPriority ? 0 : 20))
            }
        case ("Get", _):
            return wire.message(kind: 2, to: call.serial, signature: "v") {
                $0.signature("x")
                $0.number(Int64(answer == .noTime ? 100 : 200_000))
            }
        default: return answer(toRequest: call, &wire)
        }
    }

    private static func makeRealTime(_ thread: Int32) {
        var parameters = sched_param(sched_priority: 1)
        sched_setscheduler(thread, 2 | 0x4000_0000, &parameters)  // SCHED_RR | SCHED_RESET_ON_FORK
    }

    private func answer(toRequest call: Call, _ wire: inout Wire) -> [UInt8] {
        var limit = rlimit()
        getrlimit(Self.rttimeLimit, &limit)
        let thread = Int32(
            truncatingIfNeeded: call.body.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        noted.withLock {
            ($0.softLimit, $0.hardLimit, $0.thread) = (UInt64(limit.rlim_cur), UInt64(limit.rlim_max), thread)
        }
        if answer == .no {
            return wire.error(
                "org.freedesktop.DBus.Error.AccessDenied", "Operation not permitted", to: call.serial)
        }
        if answer == .lateYes { return [] }
        if answer == .yes || answer == .yesBigEndian { Self.makeRealTime(thread) }
        return wire.message(kind: 2, to: call.serial, signature: "") { _ in }
    }
}

/// A call as the peer reads it: little-endian, with texts alone in its header.
private struct Call {
    var serial: UInt32 = 0
    var member = ""
    var body: [UInt8] = []
    /// The method with its texts, for comparing.
    var text = ""

    /// Takes the first whole message out of `bytes`, if there is one.
    init?(taking bytes: inout [UInt8]) {
        guard bytes.count >= 16 else { return nil }
        func number(_ at: Int, in bytes: [UInt8]) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) } }
        let (bodyLength, fieldsEnd) = (number(4, in: bytes), 16 + number(12, in: bytes))
        let bodyStart = (fieldsEnd + 7) / 8 * 8
        guard bytes.count >= bodyStart + bodyLength else { return nil }
        serial = UInt32(number(8, in: bytes))
        var fields: [UInt8: String] = [:]
        var at = 16
        while at < fieldsEnd {
            at = (at + 7) / 8 * 8
            let (code, isSignature) = (bytes[at], bytes[at + 2] == UInt8(ascii: "g"))
            at += 4
            let length = isSignature ? Int(bytes[at]) : number(at, in: bytes)
            at += isSignature ? 1 : 4
            fields[code] = String(decoding: bytes[at..<at + length], as: UTF8.self)
            at += length + 1
        }
        member = fields[3] ?? ""
        body = Array(bytes[bodyStart..<bodyStart + bodyLength])
        text = "\(fields[6] ?? "") \(fields[1] ?? "") \(fields[2] ?? "").\(member)(\(fields[8] ?? ""))"
        if fields[8] == "ss" {
            let first = number(0, in: body)
            let second = (4 + first + 1 + 3) / 4 * 4
            text += " " + String(decoding: body[(second + 4)..<(second + 4 + number(second, in: body))], as: UTF8.self)
        }
        bytes.removeFirst(bodyStart + bodyLength)
    }
}

/// Messages as the peer writes them, in either order of bytes.
private struct Wire {
    let isLittleEndian: Bool
    private var bytes: [UInt8] = []

    init(isLittleEndian: Bool) { self.isLittleEndian = isLittleEndian }

    mutating func pad(to multiple: Int) { while bytes.count % multiple != 0 { bytes.append(0) } }

    mutating func number(_ number: some FixedWidthInteger) {
        pad(to: number.bitWidth / 8)
        withUnsafeBytes(of: isLittleEndian ? number.littleEndian : number.bigEndian) { bytes += $0 }
    }

    mutating func string(_ text: String) {
        number(UInt32(text.utf8.count))
        bytes += Array(text.utf8) + [0]
    }

    mutating func signature(_ text: String) { bytes += [UInt8(text.utf8.count)] + Array(text.utf8) + [0] }

    private mutating func field(_ code: UInt8, _ signature: String) {
        pad(to: 8)
        bytes.append(code)
        self.signature(signature)
    }

    mutating func message(
        kind: UInt8, to serial: UInt32?, error: String? = nil, signature: String, _ write: (inout Wire) -> Void
    ) -> [UInt8] {
        var body = Wire(isLittleEndian: isLittleEndian)
        write(&body)
        var fields = Wire(isLittleEndian: isLittleEndian)
        if let serial {
            fields.field(5, "u")
            fields.number(serial)
        }
        if let error {
            fields.field(4, "s")
            fields.string(error)
        }
        fields.field(7, "s")
        fields.string("org.freedesktop.DBus")
        if !signature.isEmpty {
            fields.field(8, "g")
            fields.signature(signature)
        }
        var whole = Wire(isLittleEndian: isLittleEndian)
        whole.bytes = [UInt8(ascii: isLittleEndian ? "l" : "B"), kind, 1, 1]
        whole.number(UInt32(body.bytes.count))
        whole.number(UInt32(99))
        whole.number(UInt32(fields.bytes.count))
        whole.bytes += fields.bytes
        whole.pad(to: 8)
        return whole.bytes + body.bytes
    }

    mutating func error(_ name: String, _ text: String, to serial: UInt32) -> [UInt8] {
        message(kind: 3, to: serial, error: name, signature: "s") { $0.string(text) }
    }
}
