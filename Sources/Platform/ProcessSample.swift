import Glibc
package import SystemPackage

/// What /proc says of a process at one moment.
package struct ProcessSample: Sendable {
    /// User and system time of all threads since they began, those that have ended not counted.
    package var processorTime: Duration
    /// A thread runs or waits for a core (R), or waits for the disk (D).
    package var isHeldUp: Bool

    /// Nil when there is no such process, or no /proc.
    package init?(process: Int32) {
        let threads = FilePath("/proc/\(process)/task")
        guard let names = try? Directory.names(in: threads), !names.isEmpty else { return nil }
        var ticks = 0
        isHeldUp = false
        for name in names {
            guard let thread = Self.thread(threads.appending(name).appending("stat")) else { continue }
            ticks += thread.ticks
            if thread.state == "R" || thread.state == "D" { isHeldUp = true }
        }
        processorTime = .seconds(1) * ticks / max(1, sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The state's letter, and the time used in ticks of the kernel's clock (proc_pid_stat(5): fields 3, 14, 15).
    package static func thread(_ path: FilePath) -> (state: Substring, ticks: Int)? {
        guard let bytes = try? File.open(path).read(1024, at: 0) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        // The second field is the thread's name in brackets, which may hold anything.
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else { return nil }
        return (fields[0], user + system)
    }
}
