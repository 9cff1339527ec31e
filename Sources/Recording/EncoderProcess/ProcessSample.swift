import Glibc
import Platform
import SystemPackage

/// What /proc says of a process at one moment.
struct ProcessSample {
    /// User and system time of all threads since they began, those that have ended not counted.
    var processorTime: Duration
    /// A thread runs or waits for a core (R), or waits for the disk (D).
    var isHeldUp: Bool

    /// Nil when there is no such process, or no /proc.
    init?(process: pid_t) {
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
    static func thread(_ path: FilePath) -> (state: Substring, ticks: Int)? {
        guard let file = try? FileDescriptor.open(path, .readOnly, options: [.closeOnExec]) else { return nil }
        defer { try? file.close() }
        let text = try? String(unsafeUninitializedCapacity: 1024) { buffer in
            try file.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
        // The second field is the thread's name in brackets, which may hold anything.
        guard let text, let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else { return nil }
        return (fields[0], user + system)
    }
}
