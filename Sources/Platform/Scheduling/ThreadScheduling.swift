import CLinux
import Glibc

/// How the kernel schedules a thread, and why no better.
package struct ThreadScheduling: Sendable, Equatable {
    /// As the kernel's documents call them.
    package enum Policy: String, Sendable {
        case fifo = "SCHED_FIFO"
        case roundRobin = "SCHED_RR"
        case other = "SCHED_OTHER"
        case batch = "SCHED_BATCH"
        case idle = "SCHED_IDLE"
        case deadline = "SCHED_DEADLINE"
        case unknown = "unknown"
    }

    package var policy: Policy
    /// Among real-time threads: 1 is the lowest; 0 for others.
    package var priority: Int
    /// RealtimeKit made it a real-time thread.
    package var isThroughRealtimeKit = false
    /// What was tried before, or in vain, and why it was not to be had: a sentence each.
    package var refusals: [String] = []
    /// How it ceased to be a real-time thread, where it did.
    package var loss: String?

    package init(policy: Policy, priority: Int) { (self.policy, self.priority) = (policy, priority) }

    /// It runs before all ordinary threads.
    package var isRealTime: Bool {
        switch policy {
        case .fifo, .roundRobin, .deadline: true
        case .other, .batch, .idle, .unknown: false
        }
    }

    /// Of the calling thread.
    package static var current: ThreadScheduling {
        var priority: Int32 = 0
        let policy: Policy =
            switch reel_policy(&priority) {
            case SCHED_OTHER: .other
            case 1: .fifo
            case 2: .roundRobin
            case 3: .batch
            case 5: .idle
            case 6: .deadline
            default: .unknown
            }
        return ThreadScheduling(policy: policy, priority: Int(priority))
    }

    /// Runs what may make the calling thread another kind of thread, and makes it what it was before.
    package static func keeping<Result>(_ body: () throws -> Result) rethrows -> Result {
        var before = reel_scheduling()
        let isKnown = reel_note_scheduling(&before) == 0
        defer { if isKnown { reel_restore_scheduling(&before) } }
        return try body()
    }
}
