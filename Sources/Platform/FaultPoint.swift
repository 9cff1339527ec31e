import Glibc
import Synchronization

/// Named places where a test can make the process die, always compiled in.
///
/// `REEL_FAULT="publish.videos-renamed:kill"` kills the process (SIGKILL) the first time it passes that point;
/// `…:kill@3` the third time. `…:hang` lets the thread that passes sleep for ever instead. A point that has to do with one
/// take can be named with its number: `encode.begun#7:kill`. `REEL_FAULT=list` prints each point's name to stderr the first time it is passed.
/// When the variable is not set, passing a point is one load.
package enum FaultPoint {
    private struct Plan {
        let name: String
        let pass: Int
        let hangs: Bool
    }

    private static let listing = environment == "list"
    private static let plan: Plan? = environment.flatMap(parse)
    private static let passes = Mutex<[String: Int]>([:])

    /// Marks the place. `name` is "area.what-has-just-happened".
    package static func reached(_ name: StaticString) {
        guard listing || plan != nil else { return }
        reached(named: name.description)
    }

    /// Marks a place that has to do with one take.
    package static func reached(_ name: StaticString, take: Int) {
        guard listing || plan != nil else { return }
        if let plan, plan.name.contains("#") { return reached(named: "\(name)#\(take)") }
        reached(named: name.description)
    }

    private static func reached(named name: String) {
        let count = passes.withLock { passes in
            passes[name, default: 0] += 1
            return passes[name, default: 0]
        }
        if listing && count == 1 {
            let line = Array("fault point \(name)\n".utf8)
            write(STDERR_FILENO, line, line.count)
        }
        guard let plan, plan.name == name, plan.pass == count else { return }
        while plan.hangs { sleep(3600) }
        kill(getpid(), SIGKILL)
    }

    private static var environment: String? { getenv("REEL_FAULT").map { String(cString: $0) } }

    private static func parse(_ text: String) -> Plan? {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, parts[1].hasPrefix("kill") || parts[1].hasPrefix("hang") else { return nil }
        return Plan(
            name: String(parts[0]), pass: parts[1].split(separator: "@").dropFirst().first.flatMap { Int($0) } ?? 1,
            hangs: parts[1].hasPrefix("hang"))
    }
}
