import Glibc
import Platform
import RecordingTypes
import Synchronization
import SystemPackage

/// A network camera in a few lines: answers one request with JPEGs as multipart/x-mixed-replace, or with whatever it is
/// given, then closes the connection or keeps silent until it is let go.
final class PictureServer: Sendable {
    enum End: Sendable {
        case closes
        case keepsSilent
    }

    let url: String
    private let listener: Int32
    private let connection = Atomic<Int32>(-1)
    /// What was asked.
    let request = Mutex("")
    private let isOver = Semaphore()
    private let thread = Mutex<OwnThread?>(nil)

    /// `parts` are sent as they are, one picture each, whatever they hold.
    convenience init(_ parts: [[UInt8]], then end: End) throws {
        let body = parts.map { part in
            Array("--picture\r\nContent-Type: image/jpeg\r\nContent-Length: \(part.count)\r\n\r\n".utf8) + part
                + Array("\r\n".utf8)
        }
        try self.init(head: "Content-Type: multipart/x-mixed-replace;boundary=picture", body: body, then: end)
    }

    /// `head` is the answer's header lines, `body` is sent piece by piece.
    init(status: String = "200 OK", head: String, body: [[UInt8]], then end: End) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> Int32 in
                guard bind(listener, address, size) == 0, listen(listener, 1) == 0 else { return -1 }
                return getsockname(listener, address, &size)
            }
        }
        guard port == 0 else { throw ReelError(Errno(rawValue: errno), "start a server", subject: "127.0.0.1") }
        self.listener = listener
        url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))/"
        thread.withLock {
            $0 = OwnThread(name: "picture server") {
                self.serve(Array("HTTP/1.0 \(status)\r\n\(head)\r\n\r\n".utf8), body, end)
            }
        }
    }

    /// Ends the connection. Call it before the test ends.
    func stop() {
        isOver.post()
        shutdown(listener, Int32(SHUT_RDWR))
        let open = connection.load(ordering: .acquiring)
        if open >= 0 { shutdown(open, Int32(SHUT_RDWR)) }
        thread.withLock { $0.take() }?.join()
        Glibc.close(listener)
    }

    private func serve(_ head: [UInt8], _ body: [[UInt8]], _ end: End) {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return }
        connection.store(client, ordering: .releasing)
        defer { Glibc.close(client) }
        var request = [UInt8](repeating: 0, count: 4096)
        let count = recv(client, &request, request.count, 0)
        self.request.withLock { $0 = String(decoding: request.prefix(max(0, count)), as: UTF8.self) }
        for piece in [head] + body { guard send(piece, to: client) else { return } }
        if case .keepsSilent = end { isOver.wait() }
    }

    private func send(_ bytes: [UInt8], to client: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }
}
