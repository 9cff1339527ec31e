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
}
