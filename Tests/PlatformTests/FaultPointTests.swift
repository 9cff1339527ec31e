import Glibc
import Testing

@testable import Platform

@Suite("A fault happens where, when and in which process the variable says, and nowhere else")
struct FaultPointTests {
    @Test func readsWhatTheVariableAsksFor() throws {
        let simple = try #require(FaultPoint.Plan("publish.noted:kill"))
        #expect(simple.name == "publish.noted")
        #expect(simple.pass == 1)
        #expect(simple.action == .kill)
        #expect(simple.command == nil)
        #expect(simple.permit == nil)
        let full = try #require(FaultPoint.Plan("encode.begun#7:hang@3:encode-worker:/tmp/a:b"))
        #expect(full.name == "encode.begun#7")
        #expect(full.pass == 3)
        #expect(full.action == .hang)
        #expect(full.command == "encode-worker")
        #expect(full.permit == "/tmp/a:b")
    }

    @Test(arguments: ["", "list", "name", "name:", "name:die", "name:kill@", "name:kill@0", "name:kill@x", ":kill"])
    func isNoPlan(text: String) { #expect(FaultPoint.Plan(text) == nil) }

    @Test func readsSeveral() {
        let plans = FaultPoint.Plan.all(
            "spool.take-begun:hang@2:record:/tmp/a;nonsense;publish.noted:kill:encode-worker")
        #expect(plans.map(\.name) == ["spool.take-begun", "publish.noted"])
        #expect(plans.map(\.command) == ["record", "encode-worker"])
        #expect(plans.map(\.permit) == ["/tmp/a", nil])
    }

    @Test func failsAtThatPassOfThatFileAndNeverElsewhere() async {
        await #expect(processExitsWith: .success) {
            setenv("REEL_FAULT", "file.sync#a:fail@2;file.sync:fail@5", 1)
            #expect(
                ["a", "b", "a", "a", "b", "b"].map { FaultPoint.fails("file.sync", $0) } == [
                    false, false, true, false, true, false,
                ])
            #expect(!FaultPoint.fails("file.read", "a"))
        }
    }
}
