import Glibc
import Platform
import RecordingTypes
import SystemPackage

/// The built `reel`, run as a process of its own. Nothing here waits for ever: what takes too long is killed and is an
/// error that says so.
final class ReelProcess {
    /// A few seconds are enough where nothing else runs. The encoder is idle to the scheduler, so on a machine that compiles
    /// as well it comes to its turn late: 40 s for what takes 10 were seen. Not much more, so that what hangs is named before
    /// CI ends the run.
    static let patience: Duration = .seconds(120)

    let pid: pid_t
    private let what: String
    private var status: Int32?

    /// `reel` lies where the tests lie: both were built by the same command.
    static func program() throws -> FilePath {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else { throw ReelError(Errno(rawValue: errno), "find the tests' own program") }
        let tests = FilePath(String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self))
        return tests.removingLastComponent().appending("reel")
    }

    /// Starts it; what it says goes to the end of the file `output`.
    init(_ arguments: [String], fault: String? = nil, output: FilePath) throws {
        what = "reel \(arguments.first ?? "")"
        let program = try Self.program().string
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.string, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        var variables = Self.environment(fault: fault).map { strdup($0) } + [nil]
        defer { for text in words + variables { free(text) } }
        var pid = pid_t()
        let failure = posix_spawn(&pid, program, &actions, nil, &words, &variables)
        guard failure == 0 else {
            throw ReelError(Errno(rawValue: failure), "start reel", subject: program)
        }
        self.pid = pid
    }

    deinit { if status == nil { _ = end() } }

    /// This process's environment, with this fault and none that somebody else asked for.
    private static func environment(fault: String?) -> [String] {
        var variables: [String] = []
        var next = environ
        while let text = next.pointee {
            variables.append(String(cString: text))
            next += 1
        }
        variables.removeAll { $0.hasPrefix("REEL_") }
        return variables + (fault.map { ["REEL_FAULT=\($0)"] } ?? [])
    }

    /// Whether it has ended.
    var isOver: Bool {
        if status != nil { return true }
        var word: Int32 = 0
        guard waitpid(pid, &word, WNOHANG) == pid else { return false }
        status = word
        return true
    }

    /// The signal that killed it; nil while it runs and when it ended by itself.
    var signal: Int32? { status.flatMap { $0 & 0x7F == 0 ? nil : $0 & 0x7F } }

    /// Waits until it has ended, looking on meanwhile.
    /// - Parameter look: called every few milliseconds.
    /// - Returns: its exit status, or nil when a signal ended it.
    /// - Throws: `ReelError` when it hangs; it is killed then.
    @discardableResult
    func wait(look: () -> Void = {}) throws -> Int32? {
        let end = MonotonicTime.now + Self.patience
        while !isOver {
            look()
            if MonotonicTime.now >= end {
                self.end()
                throw ReelError(.failed, "wait for \(what)", cause: "it hangs: not done in \(Self.patience)")
            }
            (MonotonicTime.now + .milliseconds(5)).sleepUntil()
        }
        look()
        return signal == nil ? status.map { $0 >> 8 & 0xFF } : nil
    }

    /// kill -9.
    @discardableResult
    func end() -> Bool {
        guard !isOver else { return false }
        kill(pid, SIGKILL)
        var word: Int32 = 0
        if waitpid(pid, &word, 0) == pid { status = word }
        return true
    }
}
