import Glibc
package import RecordingTypes
package import SystemPackage

/// This program as a process, and others of the machine.
package enum Program {
    /// Where a shell would find it.
    package static func find(_ name: String) -> FilePath? {
        let folders = variable("PATH") ?? "/usr/bin:/bin"
        return folders.split(separator: ":").lazy.map { FilePath(String($0)).appending(name) }
            .first { access($0.string, X_OK) == 0 }
    }

    /// The file that this process runs.
    /// - Throws: `ReelError` where /proc does not say.
    package static func ownPath() throws(ReelError) -> FilePath {
        guard let path = SymbolicLink.target(of: "/proc/self/exe") else {
            throw ReelError(Errno(rawValue: errno), "find Reel's own program", subject: "/proc/self/exe")
        }
        return FilePath(path)
    }

    /// The number of this process.
    package static var processNumber: Int32 { getpid() }

    /// The number of the process that started this one; 1, or another one's, when that is gone.
    package static var parentNumber: Int32 { getppid() }

    /// What this machine is called; "localhost" where it does not know.
    package static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// An IPv4 address at which others in the network reach this machine; nil when it has none.
    package static var networkAddress: String? {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return nil }
        defer { freeifaddrs(first) }
        var next = first
        while let entry = next?.pointee {
            next = entry.ifa_next
            let flags = Int32(truncatingIfNeeded: entry.ifa_flags)
            guard let address = entry.ifa_addr, address.pointee.sa_family == AF_INET,
                flags & Int32(IFF_UP) != 0, flags & Int32(IFF_LOOPBACK) == 0
            else { continue }
            var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let length = socklen_t(MemoryLayout<sockaddr_in>.size)
            guard getnameinfo(address, length, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST) == 0 else {
                continue
            }
            return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        return nil
    }

    /// The value of an environment variable; nil when it is not set or empty.
    package static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// All environment variables.
    package static var variables: [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return variables
    }

    /// Takes an environment variable away. Other threads must not read variables meanwhile.
    package static func removeVariable(_ name: String) { unsetenv(name) }

    /// Sets an environment variable that is not set. Other threads must not read variables meanwhile.
    package static func setVariable(_ name: String, ifUnset value: String) { setenv(name, value, 0) }

    /// From now on writing to a pipe whose reader is gone fails with EPIPE, and does not end the process.
    package static func surviveClosedPipes() { signal(SIGPIPE, SIG_IGN) }

    /// What the system calls a signal: "Segmentation fault".
    package static func name(ofSignal number: Int32) -> String { String(cString: strsignal(number)) }

    /// Ends another process, which cannot do anything about it (SIGKILL).
    package static func kill(_ process: Int32) { Glibc.kill(process, SIGKILL) }

    /// Ends this process.
    package static func exit(_ status: Int32) -> Never { Glibc.exit(status) }

    /// Ends this process where it stands, with what was printed. Work that was called off may have threads inside a
    /// library still, under which `exit` would take its globals away.
    package static func exitAtOnce(_ status: Int32) -> Never {
        fflush(nil)
        _exit(status)
    }
}
