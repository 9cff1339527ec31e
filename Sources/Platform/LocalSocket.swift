import CLinux
import Glibc
package import RecordingTypes
import Synchronization
package import SystemPackage

/// One end of a connection between two processes of this machine (AF_UNIX, SOCK_STREAM). One thread reads, one writes; closed
/// when nobody holds it any more.
package final class LocalSocket: Sendable {
    private let descriptor: FileDescriptor
    private let hasStopped = Atomic<Bool>(false)

    /// Takes over a descriptor that is open.
    /// - Throws: `ReelError` when it is no such socket.
    package init(adopting descriptor: FileDescriptor) throws(ReelError) {
        var kind: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor.rawValue, SOL_SOCKET, SO_DOMAIN, &kind, &size) == 0 else {
            throw ReelError(Errno(rawValue: errno), "use a connection", subject: "descriptor \(descriptor.rawValue)")
        }
        guard kind == AF_UNIX else {
            throw ReelError(
                .usage, "use a connection", subject: "descriptor \(descriptor.rawValue)", cause: "it is no Unix socket")
        }
        // Nothing that this process starts may hold the connection open.
        _ = fcntl(descriptor.rawValue, F_SETFD, FD_CLOEXEC)
        self.descriptor = descriptor
    }

    deinit { try? descriptor.close() }

    /// Fills the memory with what comes.
    /// - Returns: false when the other end closed before the first byte.
    /// - Throws: `ReelError`: damaged when it closed in the middle.
    package func receive(into memory: UnsafeMutableRawBufferPointer) throws(ReelError) -> Bool {
        var count = 0
        while count < memory.count {
            let received = recv(descriptor.rawValue, memory.baseAddress.map { $0 + count }, memory.count - count, 0)
            if received > 0 {
                count += received
            } else if received < 0, errno == EINTR {
                continue
            } else if received == 0 || errno == ECONNRESET {
                if count == 0 { return false }
                throw ReelError(.damaged, "receive", cause: "the connection ended in the middle of a message")
            } else {
                throw ReelError(Errno(rawValue: errno), "receive")
            }
        }
        return true
    }

    /// Sends all of the bytes, and with them a descriptor, of which the other end gets one of its own.
    /// - Throws: `ReelError`, EPIPE when the other end has closed.
    package func send(_ bytes: [UInt8], passing passed: FileDescriptor? = nil) throws(ReelError) {
        let result = reel_send(descriptor.rawValue, bytes, Int64(bytes.count), passed?.rawValue ?? -1)
        if result != 0 { throw ReelError(Errno(rawValue: result), "send") }
    }

    /// Whether nobody is at the other end any more, or nothing is to be received. What was sent before may still be read; who
    /// has only stopped sending is there.
    package var isPeerGone: Bool {
        var state = pollfd(fd: descriptor.rawValue, events: 0, revents: 0)
        let hasHungUp = poll(&state, 1, 0) > 0 && Int32(state.revents) & (POLLHUP | POLLERR) != 0
        return hasHungUp || hasStopped.load(ordering: .acquiring)
    }

    /// From any thread: nothing more is received, as if the other end had closed.
    package func stopReceiving() {
        hasStopped.store(true, ordering: .releasing)
        shutdown(descriptor.rawValue, Int32(SHUT_RD))
    }

    /// Nothing more is sent; what the other end has not read, it still can.
    package func stopSending() { shutdown(descriptor.rawValue, Int32(SHUT_WR)) }
}

/// A Unix socket that others connect to by its path. Gone with its file when nobody holds it any more.
package final class LocalListener: Sendable {
    private let descriptor: FileDescriptor
    private let path: FilePath

    /// Makes the socket, for this user alone. A file that a process which died has left there is replaced.
    /// - Throws: `ReelError` naming the path: usage when it is too long, busy when somebody listens there.
    package init(path: FilePath) throws(ReelError) {
        let action = "listen"
        var address = sockaddr_un()
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard path.string.utf8.count < room, !path.isEmpty else {
            throw ReelError(
                .usage, action, subject: path.string, cause: "the path of a socket has at most \(room - 1) bytes")
        }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.string.utf8) }
        let opened = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard opened >= 0 else { throw ReelError(Errno(rawValue: errno), action, subject: path.string) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        func call(_ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
            withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { function(opened, $0, size) }
            }
        }
        var facts = stat()
        if lstat(path.string, &facts) == 0, facts.st_mode & S_IFMT == S_IFSOCK {
            if call({ connect($0, $1, $2) }) == 0 {
                close(opened)
                throw ReelError(.busy, action, subject: path.string, cause: "another process listens there")
            }
            unlink(path.string)
        }
        let mask = umask(0o177)
        let result = call { bind($0, $1, $2) }
        umask(mask)
        guard result == 0, Glibc.listen(opened, 8) == 0 else {
            let cause = Errno(rawValue: errno)
            close(opened)
            throw ReelError(cause, action, subject: path.string)
        }
        descriptor = FileDescriptor(rawValue: opened)
        self.path = path
    }

    deinit {
        unlink(path.string)
        try? descriptor.close()
    }

    /// Waits for the next connection of this user; nil when `stop` was called.
    /// - Throws: `ReelError` when the system gives none.
    package func accept() throws(ReelError) -> LocalSocket? {
        while true {
            let accepted = Glibc.accept(descriptor.rawValue, nil, nil)
            if accepted < 0 {
                if [EINTR, ECONNABORTED].contains(errno) { continue }
                if errno == EINVAL { return nil }
                throw ReelError(Errno(rawValue: errno), "take a connection", subject: path.string)
            }
            // Root may do all that its users may.
            let user = reel_peer_user(accepted)
            guard user == Int64(geteuid()) || user == 0 else {
                close(accepted)
                continue
            }
            return try LocalSocket(adopting: FileDescriptor(rawValue: accepted))
        }
    }

    /// From any thread: ends the wait for connections, for good.
    package func stop() { shutdown(descriptor.rawValue, Int32(SHUT_RD)) }
}
