import Glibc
import Synchronization

/// Named places where a test can make the process die or hang, always compiled in and switched on by one environment
/// variable. When it is not set, passing a point is one load.
///
///     REEL_FAULT=publish.info-moved:kill       SIGKILL, the first time a process passes that point
///     …:kill@3                                 the third time
///     …:hang                                   the thread that passes sleeps for ever
///     encode.begun#7:kill                      only where the point has to do with take 7
///     …:kill:encode-worker                     only in processes of that command (`reel encode-worker`)
///     …:kill:encode-worker:FILE                only who can remove FILE: one process, however often it is started again
///     REEL_FAULT=list:FILE                     appends "fault point NAME in COMMAND" the first time a point is passed
///     REEL_FAULT=list                          the same on stderr
package enum FaultPoint {
    /// What the variable asks for.
    struct Plan: Equatable {
        var name: String
        var pass = 1
        var hangs: Bool
        /// The first argument of the processes concerned; nil for all.
        var command: String?
        /// Its removal allows one fault.
        var permit: String?

        /// Reads the variable; nil for everything that is not a plan.
        init?(_ text: String) {
            let parts = text.split(separator: ":", maxSplits: 3).map(String.init)
            guard parts.count >= 2 else { return nil }
            let action = parts[1].split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
            guard action.first == "kill" || action.first == "hang" else { return nil }
            name = parts[0]
            hangs = action.first == "hang"
            if action.count == 2 {
                guard let number = Int(action[1]), number > 0 else { return nil }
                pass = number
            }
            if parts.count > 2 { command = parts[2] }
            if parts.count > 3 { permit = parts[3] }
        }
    }

    private static let environment: String? = getenv("REEL_FAULT").map { String(cString: $0) }
    private static let command = CommandLine.arguments.dropFirst().first
    private static let plan: Plan? = environment.flatMap(Plan.init).flatMap { plan in
        plan.command == nil || plan.command == command ? plan : nil
    }
    private static let listing = environment == "list" || environment?.hasPrefix("list:") == true
    private static let passes = Mutex<[String: Int]>([:])

    /// Marks the place. `name` is "area.what-has-just-happened".
    package static func reached(_ name: StaticString) {
        guard listing || plan != nil else { return }
        reached(named: name.description)
    }

    /// Marks a place that has to do with one take.
    package static func reached(_ name: StaticString, take: Int) {
        guard listing || plan != nil else { return }
        let isNumbered = plan?.name.contains("#") == true
        reached(named: isNumbered ? "\(name)#\(take)" : name.description)
    }

    private static func reached(named name: String) {
        let count = passes.withLock { passes in
            passes[name, default: 0] += 1
            return passes[name, default: 0]
        }
        if listing && count == 1 { list(name) }
        guard let plan, plan.name == name, plan.pass == count else { return }
        if let permit = plan.permit, unlink(permit) != 0 { return }
        while plan.hangs { sleep(3600) }
        kill(getpid(), SIGKILL)
    }

    private static func list(_ name: String) {
        let line = Array("fault point \(name) in \(command ?? "")\n".utf8)
        guard let path = environment?.dropFirst("list:".count), !path.isEmpty else {
            write(STDERR_FILENO, line, line.count)
            return
        }
        let file = open(String(path), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        write(file, line, line.count)
        close(file)
    }
}
