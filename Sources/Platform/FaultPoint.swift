import Glibc
import Synchronization

/// Named places where a test can make the process die, hang or fail, always compiled in and switched on by one environment
/// variable. When it is not set, passing a point is one load.
///
///     REEL_FAULT=publish.info-moved:kill       SIGKILL, the first time a process passes that point
///     …:kill@3                                 the third time
///     …:hang                                   the thread that passes sleeps for ever
///     file.sync#rows.arrows:fail               where the point can fail (`fails`): it does, that once
///     encode.begun#7:kill                      only where the point has to do with take 7
///     …:kill:encode-worker                     only in processes of that command (`reel encode-worker`)
///     …:kill:encode-worker:FILE                only who can remove FILE: one process, however often it is started again
///     PLAN;PLAN                                several, as one for each of two processes
///     REEL_FAULT=list:FILE                     appends "fault point NAME in COMMAND" the first time a point is passed
///     REEL_FAULT=list                          the same on stderr
package enum FaultPoint {
    /// What happens at the place.
    enum Action: String { case kill, hang, fail }

    /// What the variable asks for.
    struct Plan: Equatable {
        var name: String
        var pass = 1
        var action: Action
        /// The first argument of the processes concerned; nil for all.
        var command: String?
        /// Its removal allows one fault.
        var permit: String?

        /// Reads the variable, and passes over all that is not a plan.
        static func all(_ text: String) -> [Plan] { text.split(separator: ";").compactMap { Plan(String($0)) } }

        /// Reads one plan; nil for everything that is not one.
        init?(_ text: String) {
            let parts = text.split(separator: ":", maxSplits: 3).map(String.init)
            guard parts.count >= 2 else { return nil }
            let action = parts[1].split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
            guard let known = action.first.flatMap({ Action(rawValue: String($0)) }) else { return nil }
            name = parts[0]
            self.action = known
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
    private static let plans = environment.map(Plan.all)?.filter { $0.command == nil || $0.command == command } ?? []
    private static let listing = environment == "list" || environment?.hasPrefix("list:") == true
    private static let passes = Mutex<[String: Int]>([:])

    /// Marks the place. `name` is "area.what-has-just-happened".
    package static func reached(_ name: StaticString) {
        guard listing || !plans.isEmpty else { return }
        reached([name.description])
    }

    /// Marks a place that has to do with one take.
    package static func reached(_ name: StaticString, take: Int) {
        guard listing || !plans.isEmpty else { return }
        reached([name.description, "\(name)#\(take)"])
    }

    /// Whether what happens here is to fail. `subject` is what it happens to, as the last part of a file's path:
    /// `file.sync#rows.arrows` is this place for that file alone.
    package static func fails(_ name: StaticString, _ subject: @autoclosure () -> String? = nil) -> Bool {
        guard plans.contains(where: { $0.action == .fail }) else { return false }
        return met([name.description] + (subject().map { ["\(name)#\($0)"] } ?? [])).contains { $0.action == .fail }
    }

    private static func reached(_ names: [String]) {
        for plan in met(names) where plan.action != .fail {
            while plan.action == .hang { sleep(3600) }
            kill(getpid(), SIGKILL)
        }
    }

    /// Counts the pass of a place under its names, and gives the plans that are for it.
    private static func met(_ names: [String]) -> [Plan] {
        let counts = passes.withLock { passes in
            names.map { name in
                passes[name, default: 0] += 1
                return passes[name, default: 0]
            }
        }
        if listing && counts.first == 1, let name = names.first { list(name) }
        return plans.filter { plan in
            zip(names, counts).contains { $0 == plan.name && $1 == plan.pass }
                && (plan.permit.map { unlink($0) == 0 } ?? true)
        }
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
