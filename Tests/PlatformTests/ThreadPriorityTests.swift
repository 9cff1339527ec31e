import Glibc
import RecordingTypes
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Platform

/// What this machine lets a process have.
private enum Rights {
    /// A real-time thread by its own right.
    static let allowRealTime: Bool = {
        let isAllowed = Mutex(false)
        OwnThread(name: "probe") {
            var parameters = sched_param(sched_priority: 1)
            let result = sched_setscheduler(0, 1, &parameters)
            isAllowed.withLock { $0 = result == 0 }
        }.join()
        return isAllowed.withLock { $0 }
    }()
}

extension Trait where Self == ConditionTrait {
    fileprivate static var needsRealTime: Self {
        .enabled(if: Rights.allowRealTime, "this user may have no real-time thread (root, or ulimit -r)")
    }
}

/// A thread that wants to wake promptly, in a process that ends after the test.
private struct Sleeper {
    var granted = ThreadScheduling(policy: .unknown, priority: 0)
    var during = ThreadScheduling(policy: .unknown, priority: 0)
    var outcome = ThreadScheduling(policy: .unknown, priority: 0)
    var after = ThreadScheduling(policy: .unknown, priority: 0)
    var thread: Int32 = 0

    /// - Parameters:
    ///   - hasRights: to a real-time thread of its own; what it is denied is denied to the whole process for good, and
    ///     to threads that are there already not.
    ///   - body: what it does meanwhile.
    /// - Returns: what it was, from beginning to end.
    static func run(hasRights: Bool, _ body: @escaping @Sendable () -> Void = {}) -> Sleeper {
        let result = Mutex(Sleeper())
        OwnThread(name: "sleeper") {
            var sleeper = Sleeper()
            if !hasRights { try? ProcessPriority.forbidRealTime() }
            sleeper.granted = ThreadPriority.wakePromptly()
            sleeper.during = .current
            sleeper.thread = Int32(truncatingIfNeeded: threadNumber())
            body()
            sleeper.outcome = ThreadPriority.sleepIn(sleeper.granted)
            sleeper.after = .current
            result.withLock { $0 = sleeper }
        }.join()
        return result.withLock { $0 }
    }

    /// The same without rights, on a machine whose system bus this is.
    static func run(
        on answer: BusPeer.Answer, _ body: @escaping @Sendable () -> Void = {}
    ) throws -> (sleeper: Sleeper, asked: BusPeer.Asked) {
        let directory = try TemporaryDirectory()
        return try withExtendedLifetime(directory) {
            setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=\(directory.file("bus")),guid=00", 1)
            let peer = try BusPeer(at: directory.file("bus"), answer)
            let sleeper = run(hasRights: false, body)
            return (sleeper, peer.asked())
        }
    }
}

/// The calling thread's number.
private func threadNumber() -> Int {
    var buffer = [CChar](repeating: 0, count: 64)
    let count = readlink("/proc/thread-self", &buffer, 63)
    let path = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return path.split(separator: "/").last.flatMap { Int($0) } ?? 0
}

@Suite("A thread that must be punctual gets the best that the user may have, and says why it is nothing better")
struct ThreadPriorityTests {
    @Test("by its own right: a real-time thread of the lowest priority, and no bus is asked", .needsRealTime)
    func ownRight() async {
        await #expect(processExitsWith: .success) {
            setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere", 1)
            let sleeper = Sleeper.run(hasRights: true)
            #expect(sleeper.granted == ThreadScheduling(policy: .fifo, priority: 1))
            #expect(sleeper.during.policy == .fifo)
            #expect(sleeper.outcome.loss == nil)
            #expect(sleeper.after.policy == .other)
        }
    }

    @Test(
        "through RealtimeKit, on its terms, and the bus is left before anything else happens", .needsRealTime,
        arguments: [BusPeer.Answer.yes, .yesBigEndian])
    func realtimeKit(answer: BusPeer.Answer) async {
        await #expect(processExitsWith: .success) { [answer = answer as BusPeer.Answer] in
            let (sleeper, asked) = try Sleeper.run(on: answer)
            #expect(sleeper.granted.policy == .roundRobin)
            #expect(sleeper.granted.priority == 1)
            #expect(sleeper.granted.isThroughRealtimeKit)
            #expect(sleeper.granted.refusals == ["SCHED_FIFO: Operation not permitted"])
            #expect(sleeper.during.policy == .roundRobin)
            #expect(sleeper.outcome == sleeper.granted)
            #expect(sleeper.after.policy == .other)

            let user = String(getuid()).utf8.map { String($0, radix: 16) }.joined()
            let kit = "org.freedesktop.RealtimeKit1 /org/freedesktop/RealtimeKit1"
            #expect(
                asked.lines == [
                    "AUTH EXTERNAL \(user)", "BEGIN",
                    "org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus.Hello()",
                    "\(kit) org.freedesktop.DBus.Properties.Get(ss) MaxRealtimePriority",
                    "\(kit) org.freedesktop.DBus.Properties.Get(ss) RTTimeUSecMax",
                    "\(kit) org.freedesktop.RealtimeKit1.MakeThreadRealtime(tu)",
                ])
            #expect(asked.thread == sleeper.thread)
            // At the hard limit the kernel would kill the session; it hears of it long before.
            #expect(asked.hardLimit == 200_000)
            #expect(asked.softLimit == 50_000)
        }
    }

    @Test(
        "and whatever a bus does: an ordinary thread, with the reason",
        arguments: [
            (BusPeer.Answer.no, "RealtimeKit refused: Operation not permitted"),
            (.hollowYes, "RealtimeKit said yes, and yet the thread is no real-time one"),
            (.unknownService, "RealtimeKit is not there"),
            (.noPriority, "RealtimeKit gives no real-time priority (MaxRealtimePriority is below 1)"),
            (.noTime, "RealtimeKit wants RLIMIT_RTTIME at 100 µs or less, which is too short"),
            (.oddProperty, "RealtimeKit does not say its MaxRealtimePriority"),
            (.silentBus, "the system bus did not answer within 1 s"),
            (.silentService, "RealtimeKit did not answer within 1 s"),
            (.silentRequest, "RealtimeKit did not answer within 1 s"),
            (.garbage, "the system bus answered with what is no D-Bus message"),
            (.hugeMessage, "the system bus answered with what is no D-Bus message"),
            (.closes, "the system bus closed the connection"),
            (.closesAtRequest, "the system bus closed the connection"),
            (.rejects, "the system bus takes no connection: REJECTED EXTERNAL"),
        ] as [(BusPeer.Answer, String)])
    func refused(answer: BusPeer.Answer, reason: String) async {
        await #expect(processExitsWith: .success) { [answer = answer as BusPeer.Answer, reason = reason as String] in
            let (sleeper, _) = try Sleeper.run(on: answer)
            #expect(sleeper.granted.policy == .other)
            #expect(!sleeper.granted.isThroughRealtimeKit)
            #expect(sleeper.granted.refusals == ["SCHED_FIFO: Operation not permitted", reason])
            #expect(sleeper.outcome == sleeper.granted)
        }
    }

    @Test(
        "and where there is no bus",
        arguments: [
            ("unix:path=/nowhere/bus", "no system bus (/nowhere/bus: No such file or directory)"),
            ("unix:abstract=reel-nobody", "no system bus (\\u{0}reel-nobody: Connection refused)"),
            ("unix:path=/no%20where", "no system bus (/no where: No such file or directory)"),
            ("tcp:host=localhost", "no system bus (tcp:host=localhost names no Unix socket)"),
        ])
    func noBus(address: String, reason: String) async {
        await #expect(processExitsWith: .success) { [address = address as String, reason = reason as String] in
            setenv("DBUS_SYSTEM_BUS_ADDRESS", address, 1)
            let sleeper = Sleeper.run(hasRights: false)
            #expect(sleeper.granted.policy == .other)
            #expect(sleeper.granted.refusals == ["SCHED_FIFO: Operation not permitted", reason])
        }
    }

    @Test("a policy that somebody chose for the program holds")
    func chosenPolicy() async {
        await #expect(processExitsWith: .success) {
            OwnThread(name: "batch") {
                var parameters = sched_param(sched_priority: 0)
                sched_setscheduler(0, 3, &parameters)
                let granted = ThreadPriority.wakePromptly()
                #expect(granted.policy == .batch)
                #expect(granted.refusals == ["it was started as SCHED_BATCH"])
                #expect(ThreadPriority.sleepIn(granted) == granted)
                #expect(ThreadScheduling.current.policy == .batch)
            }.join()
        }
    }
}

@Suite("A real-time thread that does not pause loses that, and nothing else")
struct RealTimeLimitTests {
    /// As desktop sessions hand it down to programs that are started in them: the kernel kills without a word before.
    static func limit(soft: UInt, hard: UInt) {
        var limit = rlimit(rlim_cur: soft, rlim_max: hard)
        setrlimit(BusPeer.rttimeLimit, &limit)
    }

    @Test("and not the session its life", .needsRealTime)
    func computesForLong() async {
        await #expect(processExitsWith: .success) {
            RealTimeLimitTests.limit(soft: 200_000, hard: 200_000)
            let sleeper = Sleeper.run(hasRights: true) {
                // The kernel ends this, one way or the other.
                while ThreadScheduling.current.isRealTime {}
            }
            #expect(sleeper.granted.policy == .fifo)
            #expect(sleeper.outcome.loss == "it computed for too long without a pause (RLIMIT_RTTIME)")
            #expect(sleeper.after.policy == .other)
        }
    }

    @Test("also when RealtimeKit made it one after it had been given up", .needsRealTime, .timeLimit(.minutes(1)))
    func lateYes() async {
        await #expect(processExitsWith: .success) {
            let (sleeper, _) = try Sleeper.run(on: .lateYes) {
                while !ThreadScheduling.current.isRealTime { usleep(1000) }
                while ThreadScheduling.current.isRealTime {}
            }
            #expect(sleeper.granted.policy == .other)
            #expect(sleeper.granted.refusals.last == "RealtimeKit did not answer within 1 s")
            #expect(sleeper.outcome.loss == "it computed for too long without a pause (RLIMIT_RTTIME)")
        }
        await #expect(processExitsWith: .success) {
            let (sleeper, _) = try Sleeper.run(on: .lateYes) {
                while !ThreadScheduling.current.isRealTime { usleep(1000) }
            }
            #expect(sleeper.outcome.policy == .roundRobin)
            #expect(sleeper.outcome.isThroughRealtimeKit)
            #expect(sleeper.outcome.loss == nil)
            #expect(sleeper.after.policy == .other)
        }
    }

    @Test("and it is told when it was taken away by somebody", .needsRealTime)
    func takenAway() async {
        await #expect(processExitsWith: .success) {
            let sleeper = Sleeper.run(hasRights: true) {
                var parameters = sched_param(sched_priority: 0)
                sched_setscheduler(0, SCHED_OTHER | 0x4000_0000, &parameters)
            }
            #expect(sleeper.outcome.loss == "it was taken from it, as RealtimeKit does when the machine stands still")
        }
    }

    @Test("where it may hardly compute at all it never is one")
    func tooTight() async {
        await #expect(processExitsWith: .success) {
            RealTimeLimitTests.limit(soft: 2000, hard: 10_000)
            let sleeper = Sleeper.run(hasRights: true)
            #expect(sleeper.during.policy == .other)
            #expect(
                sleeper.granted.refusals == [
                    "RLIMIT_RTTIME lets a real-time thread compute for 10000 µs only (ulimit -R)"
                ])
        }
    }

    @Test("nor does it stay one that it was when it was started", .needsRealTime)
    func startedTooTight() async {
        await #expect(processExitsWith: .success) {
            // In a process of its own and on a thread of its own: the limit is for all threads that are real-time ones.
            OwnThread(name: "started") {
                var parameters = sched_param(sched_priority: 1)
                sched_setscheduler(0, 1, &parameters)
                RealTimeLimitTests.limit(soft: 15_000, hard: 15_000)
                let granted = ThreadPriority.wakePromptly()
                #expect(granted.policy == .other)
                #expect(ThreadScheduling.current.policy == .other)
                #expect(
                    granted.refusals == [
                        "RLIMIT_RTTIME lets a real-time thread compute for 15000 µs only (ulimit -R)"
                    ])
                #expect(ThreadPriority.sleepIn(granted) == granted)
            }.join()
        }
    }

    @Test("and other threads of a program that was started with real-time ones lose it one by one", .needsRealTime)
    func otherThreads() async {
        await #expect(processExitsWith: .success) {
            RealTimeLimitTests.limit(soft: 200_000, hard: 200_000)
            let sleeper = Sleeper.run(hasRights: true) {
                for name in ["first", "second"] {
                    OwnThread(name: name) {
                        // Threads of a dispatch queue, from which these come, block it.
                        var exceeding = sigset_t()
                        sigaddset(&exceeding, SIGXCPU)
                        pthread_sigmask(SIG_UNBLOCK, &exceeding, nil)
                        var parameters = sched_param(sched_priority: 1)
                        sched_setscheduler(0, 1, &parameters)
                        // The kernel ends this, one way or the other.
                        while ThreadScheduling.current.isRealTime {}
                    }.join()
                }
            }
            #expect(sleeper.granted.policy == .fifo)
            #expect(sleeper.after.policy == .other)
        }
    }

    @Test("a limit of the processor time still ends the process, while such a thread sleeps and after it")
    func otherLimits() async {
        await #expect(processExitsWith: .signal(SIGXCPU)) {
            setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere", 1)
            _ = Sleeper.run(hasRights: false) {
                kill(getpid(), SIGXCPU)
                sleep(60)
            }
        }
        await #expect(processExitsWith: .signal(SIGXCPU)) {
            setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere", 1)
            _ = Sleeper.run(hasRights: false)
            kill(getpid(), SIGXCPU)
            sleep(60)
        }
    }

    @Test("one thread of a process at a time is guarded", .needsRealTime)
    func oneAtATime() async {
        await #expect(processExitsWith: .success) {
            let sleeper = Sleeper.run(hasRights: true) {
                let second = Sleeper.run(hasRights: true)
                #expect(second.granted.policy == .other)
                #expect(second.granted.refusals == ["another thread of this process is one"])
            }
            #expect(sleeper.outcome.policy == .fifo)
            #expect(Sleeper.run(hasRights: true).granted.policy == .fifo)
        }
    }
}
