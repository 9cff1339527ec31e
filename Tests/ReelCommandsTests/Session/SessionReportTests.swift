import Foundation
import Platform
import Testing

@testable import ReelCommands

@Suite("The session's report says what its readers are promised")
struct SessionReportTests {
    private func json(_ scheduling: ThreadScheduling) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(SessionReport.ControlThread(scheduling)), as: UTF8.self)
    }

    @Test func whatKindOfThreadTheLoopWasAndWhyNoBetter() throws {
        var scheduling = ThreadScheduling(policy: .roundRobin, priority: 1)
        scheduling.isThroughRealtimeKit = true
        scheduling.refusals = ["SCHED_FIFO: Operation not permitted"]
        let granted = #""isRealTime":true,"isThroughRealtimeKit":true"#
        let rest = #""policy":"SCHED_RR","priority":1,"refusals":["SCHED_FIFO: Operation not permitted"]}"#
        #expect(try json(scheduling) == "{\(granted),\(rest)")
        scheduling.loss = "it took too long"
        #expect(try json(scheduling) == "{\(granted),\"loss\":\"it took too long\",\(rest)")
    }
}
