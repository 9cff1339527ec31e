import CLinux
import Glibc
import RecordingTypes

/// The system's message bus (D-Bus), for a few calls one after another that must all be answered by one deadline.
///
/// By hand, because the libraries for it wait as long as they like while they connect, and because every start of Reel
/// would have to load one for three calls: ARCHITECTURE.md has it.
struct SystemBus: ~Copyable {
    /// Why there was no answer.
    enum Failure: Error {
        /// There is no bus, or it takes no connection.
        case notThere(cause: String)
        /// It did not answer in time, or whom it was to hand the call to did not.
        case silent(who: String)
        case closed
        case malformed
        /// The bus does not want to know us.
        case unwelcome(cause: String)
        /// Whoever was called says no.
        case refused(name: String, message: String)
    }

    private let socket: Int32
    private let deadline: MonotonicTime
    private var received: [UInt8] = []
    private var serial: UInt32 = 0

    /// Where the bus is, unless the environment says something else.
    private static let usualAddress = "unix:path=/var/run/dbus/system_bus_socket;unix:path=/run/dbus/system_bus_socket"

    private init(socket: Int32, deadline: MonotonicTime) {
        (self.socket, self.deadline) = (socket, deadline)
    }

    deinit { close(socket) }

    /// Connects, as the user that runs this process.
    /// - Parameter deadline: for this and for all calls.
    /// - Returns: the connection; it is closed when nobody holds it any more.
    /// - Throws: why there is none.
    static func connect(deadline: MonotonicTime) throws(Failure) -> SystemBus {
        let chosen = getenv("DBUS_SYSTEM_BUS_ADDRESS").map { String(cString: $0) } ?? ""
        let address = chosen.isEmpty ? usualAddress : chosen
        var failure = Failure.notThere(cause: "\(address.printable) names no Unix socket")
        for path in socketPaths(in: address) {
            do {
                var bus = SystemBus(socket: try open(path), deadline: deadline)
                try bus.greet()
                return bus
            } catch {
                failure = error
                // The next address is for a bus that is not at this one.
                guard case .notThere = error else { break }
            }
        }
        throw failure
    }

    /// The Unix sockets of a list of addresses; a name that begins with a zero byte is an abstract one.
    static func socketPaths(in addresses: String) -> [[UInt8]] {
        addresses.split(separator: ";").compactMap { address in
            guard address.hasPrefix("unix:") else { return nil }
            for pair in address.dropFirst("unix:".count).split(separator: ",") {
                if pair.hasPrefix("path=") { return unescaped(pair.dropFirst("path=".count)) }
                if pair.hasPrefix("abstract=") { return [0] + unescaped(pair.dropFirst("abstract=".count)) }
            }
            return nil
        }
    }

    private static func unescaped(_ text: Substring) -> [UInt8] {
        var (bytes, rest) = ([UInt8](), Array(text.utf8)[...])
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), digits.utf8.count == 2, let escaped = UInt8(digits, radix: 16) {
                bytes.append(escaped)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }

    private static func open(_ path: [UInt8]) throws(Failure) -> Int32 {
        let name = String(decoding: path, as: UTF8.self).printable
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard path.count < room else { throw .notThere(cause: "\(name): the name is too long") }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let socket = Glibc.socket(AF_UNIX, type, 0)
        guard socket >= 0 else { throw .notThere(cause: String(cString: strerror(errno))) }
        // An abstract name ends where the address does.
        let length =
            path.first == 0 ? MemoryLayout<sockaddr_un>.size - room + path.count : MemoryLayout<sockaddr_un>.size
        let result = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(length))
            }
        }
        guard result == 0 else {
            let cause = "\(name): \(String(cString: strerror(errno)))"
            close(socket)
            throw .notThere(cause: cause)
        }
        return socket
    }

    // MARK: - Talking

    /// Says who we are, which the bus knows from the socket anyway, and is given a name.
    private mutating func greet() throws(Failure) {
        let user = String(getuid()).utf8.map { "\($0 >> 4)\($0 & 15)" }.joined()
        try send([0] + Array("AUTH EXTERNAL \(user)\r\n".utf8))
        let answer = try line()
        guard answer.hasPrefix("OK ") || answer == "OK" else { throw .unwelcome(cause: answer.printable) }
        try send(Array("BEGIN\r\n".utf8))
        _ = try call(
            DBusMessage.Call(
                destination: "org.freedesktop.DBus", path: "/org/freedesktop/DBus",
                interface: "org.freedesktop.DBus", method: "Hello"))
    }

    /// Calls a method and waits for the answer.
    /// - Returns: the answer's first value, where it is a text or a number.
    mutating func call(_ call: DBusMessage.Call) throws(Failure) -> DBusMessage.Value? {
        serial += 1
        try send(call.encoded(serial: serial))
        while true {
            let message: DBusMessage.Incoming
            do { message = try DBusMessage.Incoming(try self.message()) } catch let error as Failure {
                throw error
            } catch {
                throw .malformed
            }
            // Signals (the name that we got) and whatever else is not the answer.
            guard message.replySerial == serial else { continue }
            switch message.kind {
            case .reply: return message.value
            case .error:
                var text = ""
                if case .text(let said) = message.value { text = said }
                throw .refused(name: message.errorName ?? "", message: text)
            case .call, .signal, nil: continue
            }
        }
    }

    private mutating func message() throws(Failure) -> [UInt8] {
        while true {
            let length: Int?
            do { length = try DBusMessage.length(of: received) } catch { throw .malformed }
            if let length, received.count >= length {
                defer { received.removeFirst(length) }
                return Array(received[..<length])
            }
            try receive()
        }
    }

    private mutating func line() throws(Failure) -> String {
        while true {
            if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                let line = received[..<end].filter { $0 != UInt8(ascii: "\r") }
                received.removeFirst(end + 1)
                return String(decoding: line, as: UTF8.self)
            }
            guard received.count < DBusMessage.longest else { throw .malformed }
            try receive()
        }
    }

    // MARK: - Bytes

    private mutating func receive() throws(Failure) {
        var piece = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(socket, &piece, piece.count, 0)
            if count > 0 {
                received += piece[..<count]
                return
            }
            guard count < 0, errno == EAGAIN || errno == EINTR else { throw .closed }
            try wait(POLLIN)
        }
    }

    private func send(_ bytes: [UInt8]) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            // Who has closed it must not end this process by a signal.
            let count = rest.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                rest = rest.dropFirst(count)
                continue
            }
            guard count < 0, errno == EAGAIN || errno == EINTR else { throw .closed }
            try wait(POLLOUT)
        }
    }

    private func wait(_ events: Int32) throws(Failure) {
        let left = (deadline - MonotonicTime.now).nanoseconds
        guard left > 0 else { throw .silent(who: serial <= 1 ? "the system bus" : "RealtimeKit") }
        // Woken for nothing, it is asked again.
        _ = reel_wait_for_descriptor(socket, Int16(events), left)
    }
}
